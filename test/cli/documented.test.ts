import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EXIT } from "../../cli/src/exit-codes.js";
import { OPTIMIZER_NAMES } from "../../src/training/optimizers.js";
import { root } from "../support/shared.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { json, succeed } from "./command.js";
import { lineCsv } from "./files.js";

const guide = readFileSync(join(root, "docs", "cli.md"), "utf8");
const folder = temporaryFolder();
writeFiles(folder, { "line.csv": lineCsv(), "labels.csv": "a,b,c\n1,0,1\n2,1,1\n3,1,0\n4,0,0\n" });

/** Each has settings of its own. */
const OPTIMIZERS = OPTIMIZER_NAMES.filter((name) => name !== "sgd");

/** The section of the guide about one command. */
function section(command: string): string {
  return new RegExp(`\n## ${command}\n[^]*?(?=\n## )`).exec(guide)![0];
}

/** Every name in a document, at any depth; what stands under a class or a tensor's name is left out. */
function fields(value: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.slice(0, 2).forEach(visit);
    else if (typeof part === "object" && part !== null) {
      for (const [name, inner] of Object.entries(part)) {
        names.add(name);
        visit(inner);
      }
    }
  };
  visit(value);
  return names;
}

/** Fields that a section does not name in code, alone or in a path such as `test.accuracy`. */
function missing(document: unknown, text: string): string[] {
  const prose = text.replace(/^```[^]*?^```$/gm, "");
  const code = Array.from(prose.matchAll(/`([^`\n]+)`/g), ([, inner]) => inner!.replace(/\[\]$/, "").split("."));
  const named = new Set(code.flat());
  return [...fields(document)].filter((name) => !named.has(name));
}

describe("docs/cli.md names", () => {
  test("every exit code", () => {
    const table = guide.slice(guide.indexOf("\n## Exit codes"));
    const rows = Array.from(table.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm), ([, code, meaning]) => [Number(code), meaning!] as const);
    expect(rows.map(([code]) => code)).toEqual(Object.values(EXIT));
    expect(new Map(rows).get(EXIT.deviates)).toMatch(/`check-gradients --against`.*`diagnose --strict`/);
  });

  test("every option of every command", async () => {
    for (const command of [
      "train",
      "find-rate",
      "resume",
      "evaluate",
      "predict",
      "export",
      "explain",
      "explore",
      "step",
      "check-gradients",
      "exercise",
      "diagnose",
      "info",
      "doctor",
    ]) {
      const help = await succeed(folder, `${command} --help`);
      const options = Array.from(help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm), ([, option]) => option!);
      expect(options.length).toBeGreaterThan(1);
      const text = `${section(command)}${section("Data")}${guide.slice(0, guide.indexOf("\n## "))}`;
      expect(options.filter((option) => option !== "--help" && !text.includes(`\`${option}`))).toEqual([]);
    }
  });

  test("every field of every --json document", async () => {
    const trained = await json<{ test: unknown }>(folder, "train iris --epochs 1 --initialisation he --out iris.safetensors");
    // What the test part says of a model is what evaluate says.
    expect(missing({ ...trained, test: null }, section("train"))).toEqual([]);
    expect(missing(trained.test, section("evaluate"))).toEqual([]);
    await succeed(folder, "train line.csv --target y --epochs 1 --out line.safetensors");
    await succeed(folder, "train digits --epochs 0 --out digits.safetensors");
    await succeed(folder, "train labels.csv --target b,c --epochs 1 --test 0 --out labels.safetensors");
    expect(missing(await json(folder, "evaluate labels.safetensors labels.csv"), section("evaluate"))).toEqual([]);
    for (const optimizer of OPTIMIZERS) {
      await succeed(folder, `train iris --epochs 0 --optimizer ${optimizer} --out ${optimizer}.safetensors`);
    }
    const ruled = "--l1 0.1 --l2 0.1 --weight-decay 0.1 --max-norm 3 --clip-value 1 --clip-norm 1 --average 0.9 --metric accuracy";
    const all = await json(folder, `train iris --epochs 2 --checkpoint run ${ruled} --out ruled.safetensors`);
    expect(missing({ ...(all as object), test: null }, section("train"))).toEqual([]);
    const resumed = await json<{ resumedFrom: unknown }>(folder, "resume run");
    expect(resumed.resumedFrom).not.toBeNull();
    expect(missing({ ...resumed, test: null }, section("train"))).toEqual([]);
    expect(missing(await json(folder, "find-rate iris --hidden 4 --steps 20"), section("find-rate"))).toEqual([]);
    expect(missing(await json(folder, "evaluate line.safetensors line.csv"), section("evaluate"))).toEqual([]);
    expect(missing(await json(folder, "check-gradients iris.safetensors iris --sample 5"), section("check-gradients"))).toEqual([]);
    for (const model of ["iris", "line", "digits", "labels", "ruled", ...OPTIMIZERS]) {
      const { network, scaling, split, ...document } = await json<Record<string, unknown>>(folder, `info ${model}.safetensors`);
      expect(missing({ ...document, network: null, scaling: null, split: null }, section("info"))).toEqual([]);
      expect([network, scaling, split].every((part) => part !== undefined)).toBe(true);
    }
  });
});
