import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { type Finished, runNode } from "../support/run.js";
import { root } from "../support/shared.js";

export const bin = join(root, "cli", "bin", "chainrule.js");

/** Runs the built command as a user does. */
export function chainrule(cwd: string, ...args: string[]): Promise<Finished> {
  return runNode([bin, ...args], { cwd });
}

/** Splits a line at spaces, for commands that have no quotes. */
export function words(line: string): string[] {
  return line.split(" ").filter((word) => word !== "");
}

/** Runs a command that must succeed; its standard output. */
export async function succeed(cwd: string, line: string): Promise<string> {
  const { code, stdout, stderr } = await chainrule(cwd, ...words(line));
  expect(code, `${line}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

/** Runs a command with `--json`: standard output is one document and nothing else. */
export async function json<D>(cwd: string, line: string): Promise<D> {
  return JSON.parse(await succeed(cwd, `${line} --json`)) as D;
}

export interface TrainDocument {
  readonly data: { readonly name: string; readonly rows: number; readonly inputs: number };
  readonly network: {
    readonly inputs: number;
    readonly layers: readonly { readonly units: number; readonly activation: string }[];
    readonly cost: string;
    readonly initialisation?: string;
  };
  readonly parameters: number;
  readonly scaling: string;
  readonly training: { readonly optimizer: object; readonly rules?: object; readonly batchSize: number; readonly epochs: number };
  readonly split: { readonly seed: number; readonly test: number; readonly validation: number; readonly rows: number };
  readonly history: readonly {
    readonly epoch: number;
    readonly cost: number;
    readonly accuracy?: number;
    readonly validation: { readonly cost: number; readonly accuracy?: number } | null;
    readonly learningRate: number;
  }[];
  readonly stopped: string;
  readonly bestEpoch: number | null;
  readonly resumedFrom: { readonly step: number; readonly epoch: number } | null;
  readonly test: (EvaluateDocument & { readonly rmse?: number; readonly r2?: number }) | null;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly engine: string;
  readonly threads: number;
  readonly note: string | null;
  readonly model: { readonly path: string; readonly parametersHash: string };
}

export interface EvaluateDocument {
  readonly kind: string;
  readonly part: string;
  readonly trainedOn: boolean;
  readonly rows: number;
  readonly accuracy: number;
  readonly cost: number;
  readonly classes: readonly (string | number)[];
  readonly confusion: readonly (readonly number[])[];
}

/** A failed command: its exit code, what its message says, and no stack. */
export function expectFailure({ code, stdout, stderr }: Finished, expected: number, ...parts: readonly (string | RegExp)[]): void {
  expect(code, `${stdout}${stderr}`).toBe(expected);
  for (const part of parts) expect(stderr).toMatch(part);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain("internal error");
}

/** Runs a command that must fail. */
export async function fail(cwd: string, args: readonly string[], code: number, ...parts: readonly (string | RegExp)[]): Promise<void> {
  expectFailure(await chainrule(cwd, ...args), code, ...parts);
}

/**
 * Runs many commands by the built `main` in one process, one after the other: a start of Node for each would be most of the
 * time of commands that are refused at once.
 */
export async function runAll(cwd: string, commands: readonly (readonly string[])[]): Promise<Finished[]> {
  const script = `
    const { main } = await import(${JSON.stringify(pathToFileURL(join(root, "cli", "dist", "main.js")).href)});
    const { processTerminal } = await import(${JSON.stringify(pathToFileURL(join(root, "cli", "dist", "terminal.js")).href)});
    const results = [];
    for (const args of ${JSON.stringify(commands)}) {
      let stdout = "", stderr = "";
      const print = (text) => { stdout += text + "\\n"; };
      const note = (text) => { stderr += text + "\\n"; };
      results.push({ code: await main(args, { ...processTerminal, print, write: print, note, interactive: false }), stdout, stderr });
    }
    console.log(JSON.stringify(results));`;
  const { stdout, stderr } = await runNode(["--no-warnings", "--input-type=module", "-e", script], { cwd });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Finished[];
}

/** No temporary file of an unfinished write. */
export function leftovers(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".tmp"));
}

/** Starts a long training run and sends signals once it is under way, and once it `isTime`. */
export function interrupt(
  cwd: string,
  args: readonly string[],
  signals: readonly NodeJS.Signals[],
  isTime: () => boolean = () => true,
): Promise<{ code: number | null; stderr: string; milliseconds: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    let sent: number | undefined;
    child.stdout.on("data", () => {
      // The first line comes when training begins.
      if (sent !== undefined) return;
      sent = Infinity;
      const send = (): void => {
        if (!isTime()) return void setTimeout(send, 5);
        sent = performance.now();
        for (const signal of signals) child.kill(signal);
      };
      setTimeout(send, 150);
    });
    child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, stderr, milliseconds: performance.now() - (sent ?? 0) });
    });
  });
}

export interface RawTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: number[];
}

/** The tensors of a safetensors file, read by hand: what this project writes is judged by another reader. */
export function readTensors(path: string): { tensors: Record<string, RawTensor>; metadata: Record<string, string> } {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const { __metadata__: metadata, ...entries } = header;
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]): [string, RawTensor] => {
      const size = dtype === "F64" ? 8 : 4;
      const data = bytes.subarray(8 + length + begin, 8 + length + end);
      const values = Array.from({ length: data.length / size }, (_, i) =>
        size === 8 ? data.readDoubleLE(8 * i) : data.readFloatLE(4 * i),
      );
      return [name, { dtype, shape, values }];
    },
  );
  return { tensors: Object.fromEntries(tensors), metadata: metadata as unknown as Record<string, string> };
}
