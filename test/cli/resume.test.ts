import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { bin, fail, interrupt, json, leftovers, succeed, type TrainDocument, words } from "./command.js";
import { lineCsv } from "./files.js";
import { endure, stepsIn } from "./killing.js";

/** What does not depend on time. */
const comparable = ({ model, history, test: measured, stopped, network }: TrainDocument): unknown => ({
  hash: model.parametersHash,
  history,
  measured,
  stopped,
  network,
});

/** A folder of its own in which a run of 12 steps an epoch was done, on a table. */
async function trained(options = ""): Promise<{ readonly folder: string; readonly run: string; readonly document: TrainDocument }> {
  const folder = temporaryFolder();
  writeFiles(folder, { "line.csv": lineCsv() });
  const line = `train line.csv --target y --hidden 4 --epochs 4 --batch-size 8 --test 0.2 --validation 0.1 --checkpoint run ${options}`;
  const document = await json<TrainDocument>(folder, `${line} --out line.safetensors`);
  return { folder, run: join(folder, "run"), document };
}

// Windows ends a process in a way of its own.
describe.skipIf(process.platform === "win32")("a run that is killed again and again", () => {
  test("ends with the bits of one that was left in peace", { timeout: 300_000 }, async () => {
    const training = "digits --hidden 6 --epochs 15 --batch-size 40 --optimizer adam --schedule cosine";
    const reached = await endure(temporaryFolder(), training, 6, 1);
    expect(reached).toHaveLength(6);
    expect(reached.filter((step) => step > 0).length).toBeGreaterThan(3);
  });

  test("by Ctrl-C says how to go on, and goes on", async () => {
    const folder = temporaryFolder();
    const training = "train digits --hidden 8 --epochs 3000";
    const isKept = (): boolean => (stepsIn(join(folder, "run"))[0] ?? 0) > 0;
    const { code, stderr } = await interrupt(folder, words(`${training} --checkpoint run`), ["SIGINT"], isKept);
    expect(code, stderr).toBe(130);
    expect(stderr).toContain("interrupted: chainrule resume run goes on");
    expect(existsSync(join(folder, "model.safetensors"))).toBe(false);
    expect(leftovers(join(folder, "run"))).toEqual([]);
    const [newest] = stepsIn(join(folder, "run"));
    const [resumed, whole] = await Promise.all(
      ["resume run", `${training} --out whole.safetensors`].map((line) => json<TrainDocument>(folder, line)),
    );
    expect(resumed!.resumedFrom).toEqual({ step: newest, epoch: newest! / 41 });
    expect(comparable(resumed!)).toEqual(comparable(whole!));
  });
});

describe.skipIf(process.platform === "win32")("a folder that a program writes to", () => {
  test("is refused to others, and free at once when that program is killed", async () => {
    const folder = temporaryFolder();
    const training = "train digits --hidden 8 --epochs 300";
    const run = join(folder, "run");
    const child = spawn(process.execPath, [bin, ...words(`${training} --checkpoint run`)], { cwd: folder, stdio: "ignore" });
    const closed = once(child, "close");
    await vi.waitFor(() => expect(stepsIn(run)[0]).toBeGreaterThan(0), { timeout: 60_000, interval: 5 });
    child.kill("SIGSTOP");
    const before = readFileSync(join(run, "run.json"), "utf8");
    const reason = `run: expected a folder of checkpoints that no other run writes to, got one that process ${child.pid} on `;
    await fail(folder, words("resume run"), 5, reason);
    await fail(folder, words("train iris --checkpoint run"), 5, reason);
    expect(readFileSync(join(run, "run.json"), "utf8")).toBe(before);
    child.kill("SIGKILL");
    await closed;
    expect(readdirSync(run)).toContain("run.lock");
    const resumed = await json<TrainDocument>(folder, "resume run");
    expect(resumed.resumedFrom!.step).toBeGreaterThan(0);
    expect(readdirSync(run)).not.toContain("run.lock");
    const whole = await json<TrainDocument>(folder, `${training} --out whole.safetensors`);
    expect(comparable(resumed)).toEqual(comparable(whole));
  });
});

describe("the folder of a run", () => {
  test("has the two newest checkpoints, the name of the newest, and what the run is", async () => {
    const { folder, run } = await trained("--checkpoint-every 5 steps --l2 0.001");
    // 90 rows to train on in batches of 8 are 12 steps an epoch; the last checkpoint ends the run.
    expect(readdirSync(run).sort()).toEqual(["LATEST", "run.json", "step-45.checkpoint", "step-48.checkpoint"]);
    expect(readFileSync(join(run, "LATEST"), "utf8")).toBe("step-48.checkpoint\n");
    expect(JSON.parse(readFileSync(join(run, "run.json"), "utf8"))).toEqual({
      data: join(folder, "line.csv"),
      flags: {
        target: "y",
        hidden: [4],
        epochs: 4,
        batchSize: 8,
        test: 0.2,
        validation: 0.1,
        l2: 0.001,
        checkpointEvery: { everySteps: 5 },
        out: join(folder, "line.safetensors"),
      },
    });
  });

  test.each([
    ["", [36, 48]],
    ["--checkpoint-every 3", [36, 48]],
    ["--checkpoint-every 2 epochs", [24, 48]],
    ["--checkpoint-every 1 epoch", [36, 48]],
    ["--checkpoint-every 1 step", [47, 48]],
    ["--checkpoint-every 30 steps", [30, 48]],
  ])("is written to as often as %j says", async (options, steps) => {
    const { run } = await trained(options);
    expect(stepsIn(run)).toEqual(steps.toReversed());
  });

  test("knows files that the training was given, wherever it is resumed", async () => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      "line.csv": lineCsv(),
      "recipe.json": { name: "mine", network: { hidden: [3] }, training: { optimizer: { kind: "adam" }, l1: 0.001, epochs: 2 }, seed: 4 },
    });
    const whole = await json<TrainDocument>(folder, "train line.csv --target y --recipe recipe.json --checkpoint run");
    const again = await json<TrainDocument>(join(folder, "run"), "resume .");
    expect(comparable(again)).toEqual(comparable(whole));
    expect(whole.training).toMatchObject({ optimizer: { kind: "adam" }, rules: { l1: 0.001 }, epochs: 2 });
  });

  test("changes no bit of the training", async () => {
    const { folder, document } = await trained("--checkpoint-every 1 steps");
    const line = "train line.csv --target y --hidden 4 --epochs 4 --batch-size 8 --test 0.2 --validation 0.1 --out other.safetensors";
    expect(comparable(await json<TrainDocument>(folder, line))).toEqual(comparable(document));
  });
});

describe("a run that is over", () => {
  let folder: string;
  let run: string;
  let document: TrainDocument;
  beforeAll(async () => {
    ({ folder, run, document } = await trained("--patience 50"));
  });

  test("gives its result again, from wherever it is asked for", async () => {
    rmSync(join(folder, "line.safetensors"));
    const elsewhere = join(folder, "elsewhere");
    mkdirSync(elsewhere);
    const again = await json<TrainDocument>(elsewhere, "resume ../run");
    expect(comparable(again)).toEqual(comparable(document));
    expect(again.resumedFrom).toEqual({ step: 48, epoch: 4 });
    // Where the training was to save it.
    expect(existsSync(join(folder, "line.safetensors"))).toBe(true);
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test("in words, where --out says", async () => {
    const text = await succeed(folder, "resume run --out copy.safetensors");
    expect(text).toContain("resumed from step 48");
    expect(text).toContain("Saved copy.safetensors");
    const info = await json<{ parametersHash: string }>(folder, "info copy.safetensors");
    expect(info.parametersHash).toBe(document.model.parametersHash);
    expect(await succeed(folder, "resume run --quiet")).toBe("");
  });

  test("is not trained over", async () => {
    const before = readdirSync(run).map((name) => [name, readFileSync(join(run, name), "utf8")]);
    await fail(
      folder,
      words("train line.csv --target y --epochs 2 --checkpoint run"),
      2,
      '--checkpoint: expected a folder without a run, got "run", which has checkpoints up to step 48. chainrule resume run goes on with it.',
    );
    expect(readdirSync(run).map((name) => [name, readFileSync(join(run, name), "utf8")])).toEqual(before);
  });

  test("is refused with other data, naming what differs", async () => {
    const table = join(folder, "line.csv");
    const text = readFileSync(table, "utf8");
    writeFileSync(table, text.replace("\n-2,", "\n-2.5,"));
    await fail(folder, words("resume run"), 2, /data\.fingerprint: expected ".*, as in the checkpoint, got "/);
    writeFileSync(table, `${text}1,1,1,5\n`);
    await fail(folder, words("resume run"), 2, "data.fingerprint", "data.rows: expected 125, as in the checkpoint, got 126");
    renameSync(table, `${table}.away`);
    await fail(folder, words("resume run"), 2, "line.csv");
    writeFileSync(table, text);
    expect(comparable(await json<TrainDocument>(folder, "resume run"))).toEqual(comparable(document));
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["another batch size", { batchSize: 10 }, "batchSize: expected 8, as in the checkpoint, got 10"],
    ["another network", { hidden: [5] }, "network.layers: expected"],
    ["another optimizer", { optimizer: "adam" }, 'optimizer.kind: expected "sgd", as in the checkpoint, got "adam"'],
    ["more epochs", { epochs: 9 }, "epochs: expected 4, as in the checkpoint, got 9"],
    ["another seed", { seed: 9 }, "seed: expected 1, as in the checkpoint, got 9"],
    ["a rule", { clipNorm: 1 }, "rules.clipNorm: expected undefined, as in the checkpoint, got 1"],
    ["a schedule", { schedule: "step" }, 'schedule.kind: expected "constant", as in the checkpoint, got "step"'],
    ["other patience", { patience: 7 }, "stopping.patience: expected 50, as in the checkpoint, got 7"],
    ["another scaling", { scale: "minmax" }, "scaling.kind"],
    ["an option that there is not", { hiden: [4] }, "hiden: expected an option of train"],
  ])("is refused with %s in run.json, naming it", async (_title, change, message) => {
    await withRequest({ flags: change }, () => fail(folder, words("resume run"), 2, message));
  });

  test.each<[string, string | object]>([
    ["text", "epochs 4"],
    ["nothing", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["no flags", { data: "iris" }],
    ["data that are no path", { data: 5, flags: { out: "x" } }],
    ["no place for the model", { data: "iris", flags: {} }],
    ["an optimizer that there is not", { data: "iris", flags: { out: "x", optimizer: "toString" } }],
    ["a network that is no path", { data: "iris", flags: { out: "x", network: {} } }],
  ])("is refused with %s in run.json", async (_title, content) => {
    await withRequest(content, () => fail(folder, words("resume run"), 3, "run.json: expected the data and flags of a training, as JSON"));
  });

  /** Does something while run.json says something else: other flags, or anything at all. */
  async function withRequest(change: string | { flags?: object }, work: () => Promise<void>): Promise<void> {
    const file = join(run, "run.json");
    const text = readFileSync(file, "utf8");
    const request = JSON.parse(text) as { flags: object };
    const isChange = typeof change === "object" && !("data" in change);
    const changed = isChange ? { ...request, flags: { ...request.flags, ...change.flags } } : change;
    writeFileSync(file, typeof changed === "string" ? changed : JSON.stringify(changed));
    try {
      await work();
    } finally {
      writeFileSync(file, text);
    }
  }

  test("a folder that holds none is refused", async () => {
    await fail(folder, words("resume nowhere"), 2, 'folder: expected a folder with the checkpoints of a training, got "nowhere"');
    await fail(folder, words("resume ."), 2, "folder: expected a folder with the checkpoints of a training");
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });
});

describe("damaged checkpoints", () => {
  test("the one before the newest is taken where that is cut short; it is said, and the damaged one kept", async () => {
    const { folder, run, document } = await trained("--checkpoint-every 5 steps");
    const newest = join(run, "step-48.checkpoint");
    truncateSync(newest, 900);
    const copy = join(folder, "short");
    copyFileSync(newest, copy);
    const resumed = await json<TrainDocument>(folder, "resume run");
    expect(comparable(resumed)).toEqual(comparable(document));
    expect(resumed.resumedFrom).toEqual({ step: 45, epoch: 3 });
    expect(resumed.note).toContain("checkpoint of step 48: expected");
    expect(resumed.note).toContain("set aside");
    expect(readdirSync(run).sort()).toEqual([
      "LATEST",
      "run.json",
      "step-45.checkpoint",
      "step-48.checkpoint",
      "step-48.checkpoint.corrupt",
    ]);
    expect(readFileSync(`${newest}.corrupt`).equals(readFileSync(copy))).toBe(true);
  });

  test("in words it is said too", async () => {
    const { folder, run } = await trained("--checkpoint-every 5 steps");
    truncateSync(join(run, "step-48.checkpoint"), 0);
    expect(await succeed(folder, "resume run")).toMatch(/checkpoint of step 48.*set aside/);
  });

  test("where none is whole the run cannot go on: exit code 3, and both are kept", async () => {
    const { folder, run } = await trained("--checkpoint-every 5 steps");
    for (const step of [45, 48]) truncateSync(join(run, `step-${step}.checkpoint`), 900);
    const before = readdirSync(run).sort();
    // Asked again it is refused again: nothing was set aside, so that the folder does not look empty.
    for (let attempt = 0; attempt < 2; attempt++) await fail(folder, words("resume run"), 3, "checkpoint of step 48: expected");
    expect(readdirSync(run).sort()).toEqual(before);
  });
});

describe("a training that was refused", () => {
  test("leaves nothing that the next one in its folder would take up", async () => {
    const folder = temporaryFolder();
    await fail(folder, words("train iris --augment shift=1 --checkpoint run"), 2, "--augment: expected images");
    await fail(folder, words("train digits --hidden 4 --epochs 1 --schedule step:every=0 --checkpoint run"), 2, "--schedule, every");
    const first = await json<TrainDocument>(folder, "train digits --hidden 4 --epochs 1 --checkpoint run");
    expect(first.resumedFrom).toBeNull();
    const again = await json<TrainDocument>(folder, "resume run");
    expect(comparable(again)).toEqual(comparable(first));
  });
});
