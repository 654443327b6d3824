import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Capabilities, EngineName, ErrorCode, TrainOptions } from "../../src/index.js";
import { emptyProject, installPacked, pack } from "../package/packed.js";
import { runNode } from "../support/run.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";

/** What `site/jobs.js` does. */
export interface Jobs {
  trains(dataset: "iris" | "digits", options: TrainOptions): Promise<Outcome>;
  aborts(options: TrainOptions, milliseconds: number): Promise<{ readonly code: ErrorCode | "none"; readonly latency: number }>;
  keeps(dataset: "iris" | "digits", options: TrainOptions, database: string, until?: number): Promise<Kept>;
  streams(options: TrainOptions): Promise<Streamed>;
  steps(database: string): Promise<readonly number[]>;
  damages(database: string): Promise<number>;
  capabilities(): Promise<Capabilities>;
}

export interface Outcome {
  readonly engine?: EngineName;
  readonly threads?: number;
  readonly note?: string;
  readonly hash?: string;
  readonly epochs?: number;
  readonly ticks?: number;
  /** Of the error that ended it. */
  readonly code?: ErrorCode;
  readonly message?: string;
  /** How long it took, and how often the thread that asked was free meanwhile. */
  readonly milliseconds: number;
  readonly beats: number;
  readonly longest: number;
}

export interface Streamed extends Pick<Outcome, "hash" | "engine" | "note" | "code" | "message"> {
  readonly rmse?: number;
}

export interface Kept extends Pick<Outcome, "hash" | "epochs" | "note" | "code" | "message"> {
  readonly resumedFrom?: { readonly step: number; readonly epoch: number };
  /** That the database has afterwards, newest first. */
  readonly steps: readonly number[];
}

type Job = keyof Jobs;
type Answer<J extends Job> = Awaited<ReturnType<Jobs[J]>>;

/** A project in which the packed library is installed, with the files of `site/` in it. */
export async function openSite(): Promise<string> {
  const folder = emptyProject();
  await installPacked(folder, [await pack(".", temporaryFolder())], true);
  addSite(folder);
  return folder;
}

/** Puts the files of `site/` into a project, and a page for those that are not bundled. */
export function addSite(folder: string): void {
  cpSync(join(import.meta.dirname, "site"), folder, { recursive: true });
  writeFiles(folder, { "plain.html": pageOf("./plain.js"), "index.html": pageOf("./installed.js") });
}

export function pageOf(script: string): string {
  return `<!doctype html><html lang="en"><title>chainrule</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script></html>\n`;
}

/** Opens a page that offers the jobs. What goes wrong in it becomes part of the error. */
export async function openPage(page: Page, url: string): Promise<Page> {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => complaints.push(message.text()));
  await page.goto(url);
  await page
    .waitForFunction(() => "jobs" in globalThis, undefined, { timeout: 30_000 })
    .catch((error: unknown) => {
      throw new Error(`${url} does not start: ${complaints.join("; ")}`, { cause: error });
    });
  return page;
}

/** Has a page do a job. */
export async function ask<J extends Job>(page: Page, job: J, ...parameters: Parameters<Jobs[J]>): Promise<Answer<J>> {
  return (await page.evaluate(
    ([name, given]) => (globalThis as unknown as { jobs: Record<string, (...all: readonly unknown[]) => unknown> }).jobs[name]!(...given),
    [job, parameters] as const,
  )) as Answer<J>;
}

/** Has Node do a job with the library that is installed in the folder. */
export async function askNode<J extends Job>(folder: string, job: J, ...parameters: Parameters<Jobs[J]>): Promise<Answer<J>> {
  const { code, stdout, stderr } = await runNode(["node.js", JSON.stringify([job, ...parameters])], { cwd: folder });
  if (code !== 0) throw new Error(`Node could not do ${job}: ${stderr}`);
  return JSON.parse(stdout) as Answer<J>;
}
