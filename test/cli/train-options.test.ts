import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ClassTarget } from "../../src/data/dataset.js";
import { digits } from "../../src/data/digits.js";
import { iris } from "../../src/data/iris.js";
import type { TrainOptions } from "../../src/training/options.js";
import { adagrad, adam, adamw, lion, nadam, rmsprop } from "../../src/training/optimizers.js";
import { train } from "../../src/training/train.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { expectFailure, json, runAll, succeed, type TrainDocument, words } from "./command.js";
import { irisCsv } from "./files.js";

const folder = temporaryFolder();
const base = { hidden: [5], epochs: 4, seed: 3 } as const;
const BASE = "--hidden 5 --epochs 4 --seed 3";

/** Options of the command, what the library is to be asked for, and what the model then remembers of it. */
type Case = readonly [line: string, options: TrainOptions, optimizer?: object, rules?: object];

const OPTIMIZERS: readonly Case[] = [
  ["--optimizer adamw", { optimizer: adamw() }, { kind: "adamw", learningRate: 0.001 }, { weightDecay: 0.01 }],
  [
    "--optimizer adamw --learning-rate 0.01 --beta1 0.8 --beta2 0.99 --epsilon 1e-6 --weight-decay 0.2",
    { optimizer: adamw({ learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-6 }), weightDecay: 0.2 },
    { kind: "adamw", learningRate: 0.01, beta1: 0.8, beta2: 0.99, epsilon: 1e-6 },
    { weightDecay: 0.2 },
  ],
  ["--optimizer adamw --weight-decay 0", { optimizer: adam() }, { kind: "adamw" }],
  ["--optimizer nadam --beta1 0.8", { optimizer: nadam({ beta1: 0.8 }) }, { kind: "nadam", beta1: 0.8, beta2: 0.999, epsilon: 1e-8 }],
  [
    "--optimizer adagrad --learning-rate 0.05 --initial 0.1 --epsilon 1e-9",
    { optimizer: adagrad({ learningRate: 0.05, initial: 0.1, epsilon: 1e-9 }) },
    { kind: "adagrad", learningRate: 0.05, initial: 0.1, epsilon: 1e-9 },
  ],
  [
    "--optimizer rmsprop --rho 0.95 --momentum 0.5 --epsilon 1e-7",
    { optimizer: rmsprop({ rho: 0.95, momentum: 0.5, epsilon: 1e-7 }) },
    { kind: "rmsprop", learningRate: 0.001, rho: 0.95, momentum: 0.5, epsilon: 1e-7 },
  ],
  [
    "--optimizer lion --learning-rate 0.002 --beta1 0.8 --beta2 0.95",
    { optimizer: lion({ learningRate: 0.002, beta1: 0.8, beta2: 0.95 }) },
    { kind: "lion", learningRate: 0.002, beta1: 0.8, beta2: 0.95 },
  ],
];

const RULES: readonly Case[] = [
  ["--l1 0.01", { l1: 0.01 }, {}, { l1: 0.01 }],
  ["--l2 0.01", { l2: 0.01 }, {}, { l2: 0.01 }],
  ["--weight-decay 0.1", { weightDecay: 0.1 }, {}, { weightDecay: 0.1 }],
  ["--max-norm 0.8", { maxNorm: 0.8 }, {}, { maxNorm: 0.8 }],
  ["--clip-value 0.01", { clipValue: 0.01 }, {}, { clipValue: 0.01 }],
  ["--clip-norm 0.05", { clipNorm: 0.05 }, {}, { clipNorm: 0.05 }],
  ["--average 0.9", { average: 0.9 }, {}, { average: 0.9 }],
  [
    "--l1 0.01 --l2 0.02 --clip-norm 0.5 --clip-value 0.1 --max-norm 2 --average 0.5",
    { l1: 0.01, l2: 0.02, clipNorm: 0.5, clipValue: 0.1, maxNorm: 2, average: 0.5 },
    {},
    { l1: 0.01, l2: 0.02, clipNorm: 0.5, clipValue: 0.1, maxNorm: 2, average: 0.5 },
  ],
];

const SCHEDULES: readonly Case[] = [
  ["--schedule constant", {}],
  ["--schedule constant:warm-up=1.5", { schedule: { kind: "constant", warmUp: 1.5 } }],
  ["--schedule step:every=2,factor=0.3", { schedule: { kind: "step", every: 2, factor: 0.3 } }],
  ["--schedule exponential:factor=.5", { schedule: { kind: "exponential", factor: 0.5 } }],
  ["--schedule polynomial:power=2,end=0.1", { schedule: { kind: "polynomial", power: 2, end: 0.1 } }],
  ["--schedule cosine", { schedule: "cosine" }],
  ["--schedule cosine:period=1,growth=2,end=1e-2,warmUp=1", { schedule: { kind: "cosine", period: 1, growth: 2, end: 0.01, warmUp: 1 } }],
  ["--schedule one-cycle:start=0.1,rise=0.5,end=0.01", { schedule: { kind: "one-cycle", start: 0.1, rise: 0.5, end: 0.01 } }],
  [
    "--schedule plateau:patience=0,factor=0.5,threshold=0.9,end=0.2 --metric cost --keep last",
    { schedule: { kind: "plateau", patience: 0, factor: 0.5, threshold: 0.9, end: 0.2 }, metric: "cost", keep: "last" },
  ],
];

const ENDS: readonly Case[] = [
  ["--metric accuracy", { metric: "accuracy" }],
  ["--metric cost --keep last", { metric: "cost", keep: "last" }],
  ["--keep best", { keep: "best" }],
  ["--patience 1 --least-gain 0.5", { patience: 1, leastGain: 0.5 }],
  ["--stop-at 1.05", { stopAt: 1.05 }],
  ["--metric accuracy --stop-at 0.5 --keep best", { metric: "accuracy", stopAt: 0.5, keep: "best" }],
];

const titled = (cases: readonly Case[]): (readonly [string, Case])[] => cases.map((one) => [one[0], one]);

/** The command's document, beside what the library itself gives for the same options. */
async function compare([line, options]: Case, data: "iris" | "digits" = "iris"): Promise<TrainDocument> {
  const out = `model${line.replace(/[^\w.]+/g, "-")}.safetensors`;
  const [document, own] = await Promise.all([
    json<TrainDocument>(folder, `train ${data} ${BASE} ${line} --out ${out}`),
    train<ClassTarget>(data === "iris" ? iris() : digits(), { ...base, ...options }).result,
  ]);
  expect(document.model.parametersHash).toBe(own.model.parametersHash);
  expect(document.history).toEqual(own.history);
  expect({ stopped: document.stopped, bestEpoch: document.bestEpoch }).toEqual({ stopped: own.stopped, bestEpoch: own.bestEpoch ?? null });
  return document;
}

describe.concurrent("each option is the library's", () => {
  test.each(titled([...OPTIMIZERS, ...RULES]))("%s", async (_title, one) => {
    const [, , optimizer = {}, rules] = one;
    const { training, model } = await compare(one);
    expect(training.optimizer).toMatchObject(optimizer);
    expect(training.rules).toEqual(rules);
    // What the file says is the same.
    const info = await json<TrainDocument>(folder, `info ${model.path}`);
    expect(info.training).toEqual(training);
  });

  test.each(titled(SCHEDULES))("%s", async (_title, one) => {
    const { history } = await compare(one);
    const rates = history.map(({ learningRate }) => learningRate);
    if (one[0] !== "--schedule constant") expect(new Set(rates).size).toBeGreaterThan(1);
  });

  test.each(titled(ENDS))("%s", async (_title, one) => {
    await compare(one);
  });

  test.each(
    titled([
      ["--augment shift=1.5", { augment: { shift: 1.5 } }],
      ["--augment rotation=12,scale=0.1,shear=5", { augment: { rotation: 12, scale: 0.1, shear: 5 } }],
      ["--augment alpha=8,sigma=2,noise=0.05,cutout=3", { augment: { elastic: { alpha: 8, sigma: 2 }, noise: 0.05, cutout: 3 } }],
    ]),
  )("%s", async (_title, one) => {
    await compare([one[0], one[1]], "digits");
  });
});

describe("what a run says of itself", () => {
  test("every option changes the result", async () => {
    const lines = [...OPTIMIZERS, ...RULES, ...SCHEDULES].map(([line]) => line).filter((line) => line !== "--schedule constant");
    const results = await runAll(
      folder,
      ["", ...lines].map((line) => words(`train iris ${BASE} ${line} --json --out all.safetensors`)),
    );
    const hashes = results.map(({ stdout, stderr }) => {
      expect(stderr).toBe("");
      return (JSON.parse(stdout) as TrainDocument).model.parametersHash;
    });
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("why it ended, and whose parameters the model has: patience", async () => {
    const line = "train iris --hidden 5 --epochs 50 --patience 2 --least-gain 100 --out patience.safetensors";
    const document = await json<TrainDocument>(folder, line);
    expect(document).toMatchObject({ stopped: "patience", bestEpoch: 1, resumedFrom: null });
    expect(document.history).toHaveLength(3);
    const text = await succeed(folder, line);
    expect(text).toContain("stopped early: no improvement");
    expect(text).toContain("the model has the parameters of epoch 1, the best on the validation rows");
  });

  test("why it ended: as good as was asked for, and time", async () => {
    const target = "train iris --hidden 5 --epochs 50 --stop-at 1000 --out target.safetensors";
    expect(await json<TrainDocument>(folder, target)).toMatchObject({ stopped: "target", bestEpoch: null });
    expect(await succeed(folder, target)).toContain("stopped early: as good as was asked for");
    const time = "train iris --hidden 5 --epochs 1000000 --time-limit 0.05 --out time.safetensors";
    expect(await json<TrainDocument>(folder, time)).toMatchObject({ stopped: "time", bestEpoch: null });
    expect(await succeed(folder, time)).toContain("stopped early: the time was over");
  });

  test("nothing more than before where nothing was asked for", async () => {
    const text = await succeed(folder, "train iris --epochs 3 --out plain.safetensors");
    expect(text).not.toMatch(/stopped early|resumed|the model has the parameters/);
    expect(await json<TrainDocument>(folder, "train iris --epochs 3 --out plain.safetensors")).toMatchObject({
      stopped: "epochs",
      bestEpoch: null,
      resumedFrom: null,
    });
  });

  test("optimizer and rules in words", async () => {
    const line = "--optimizer rmsprop --rho 0.8 --momentum 0.5 --l2 0.001 --clip-norm 2 --average 0.9";
    await succeed(folder, `train iris --epochs 1 ${line} --out words.safetensors`);
    expect(await succeed(folder, "info words.safetensors")).toContain(
      "trained    RMSProp, rate 0.001, rho 0.8, epsilon 1e-8, momentum 0.5, L2 0.001, gradient at most 2, running mean of parameters 0.9",
    );
  });

  test("--debug changes nothing", async () => {
    const [plain, debug] = await Promise.all(
      ["", " --debug"].map((more) => json<TrainDocument>(folder, `train iris --epochs 1${more} --out debug${more.length}.safetensors`)),
    );
    expect(debug!.model.parametersHash).toBe(plain!.model.parametersHash);
  });
});

describe("--from goes on with a model", () => {
  beforeAll(async () => {
    writeFiles(folder, { "iris.csv": irisCsv() });
    await succeed(folder, "train iris.csv --target species --hidden 5 --epochs 3 --out first.safetensors");
  });

  test("on new rows, with its scaling and classes, and saves another", async () => {
    const before = await json<{ parametersHash: string; scaling: unknown; task: unknown }>(folder, "info first.safetensors");
    const none = await json<TrainDocument>(folder, "train iris.csv --from first.safetensors --epochs 0 --out none.safetensors");
    expect(none.model.parametersHash).toBe(before.parametersHash);
    // In other rows, and columns in another order.
    const [header = "", ...rows] = irisCsv().trim().split("\n");
    const turned = [header, ...rows.filter((_, i) => i % 3 > 0)].map((line) => line.split(",").toReversed().join(","));
    writeFiles(folder, { "turned.csv": `${turned.join("\n")}\n` });
    const later = await json<TrainDocument>(
      folder,
      "train turned.csv --from first.safetensors --epochs 2 --optimizer adam --out later.safetensors",
    );
    expect(later.data).toMatchObject({ rows: 100, inputs: 4 });
    const after = await json<typeof before>(folder, "info later.safetensors");
    expect({ scaling: after.scaling, task: after.task }).toEqual({ scaling: before.scaling, task: before.task });
    expect(after.parametersHash).toBe(later.model.parametersHash);
    expect(after.parametersHash).not.toBe(before.parametersHash);
    // The held-out rows are known again.
    expect(await json(folder, "evaluate later.safetensors turned.csv")).toMatchObject({ part: "test", trainedOn: true, rows: 20 });
  });

  test("and is resumed", async () => {
    const line = "train iris.csv --from first.safetensors --epochs 3 --optimizer nadam";
    const whole = await json<TrainDocument>(folder, `${line} --checkpoint later-run --out whole.safetensors`);
    const again = await json<TrainDocument>(folder, "resume later-run --out again.safetensors");
    expect(again.model.parametersHash).toBe(whole.model.parametersHash);
  });
});

const wrong: readonly (readonly [options: string, ...parts: string[]])[] = [
  ["--optimizer rmsprop --rho 1", "--rho: expected a number of at least 0 and below 1, got 1"],
  ["--optimizer rmsprop --rho x", '--rho: expected a number, got "x"'],
  ["--rho 0.9", "--rho: expected --optimizer rmsprop beside it, got none, which means sgd"],
  ["--optimizer adagrad --initial -1", "--initial: expected a finite number of at least 0, got -1"],
  ["--initial 0", "--initial: expected --optimizer adagrad beside it, got none, which means sgd"],
  ["--optimizer lion --epsilon 1e-8", "--epsilon: expected --optimizer adam, adamw, nadam, adagrad or rmsprop beside it, got lion"],
  ["--optimizer rmsprop --nesterov", "--nesterov: expected --optimizer sgd beside it, got rmsprop"],
  ["--schedule cosin", '--schedule: expected one of constant, step, exponential, polynomial, cosine, one-cycle, plateau, got "cosin".'],
  ["--schedule cosin", 'Did you mean "cosine"?'],
  ["--schedule step:every=0", "--schedule, every: expected a finite number above 0, got 0"],
  ["--schedule step:evry=2", "--schedule, evry: expected one of every, factor, warmUp, got 2. Did you mean"],
  ["--schedule step:every", "--schedule: expected settings such as every=5,factor=0.3 behind the colon", 'got "step:every"'],
  ["--schedule step:", "--schedule: expected settings such as every=5,factor=0.3 behind the colon"],
  ["--schedule step:every=1=2", "--schedule: expected settings such as"],
  ["--schedule step:every=1,5", "--schedule: expected settings such as"],
  ["--schedule step,every=5", "--schedule: expected one of constant, step"],
  ["--schedule :every=5", '--schedule: expected one of constant, step, exponential, polynomial, cosine, one-cycle, plateau, got ""'],
  ["--schedule cosine:warm-up=-1", "--schedule, warmUp: expected a finite number of at least 0, got -1"],
  ["--schedule plateau --validation 0", "--validation: expected validation rows, which stopping and a plateau watch"],
  ["--l1 -0.1", "--l1: expected a finite number of at least 0, got -0.1"],
  ["--l2 a", '--l2: expected a number, got "a"'],
  ["--l2 -1", "--l2: expected a finite number of at least 0, got -1"],
  ["--weight-decay -1", "--weight-decay: expected a finite number of at least 0, got -1"],
  ["--max-norm 0", "--max-norm: expected a finite number above 0, in float32 too, got 0"],
  ["--clip-value 0", "--clip-value: expected a finite number above 0, in float32 too, got 0"],
  ["--clip-norm -1", "--clip-norm: expected a finite number above 0, in float32 too, got -1"],
  ["--average 1", "--average: expected a number of at least 0 and below 1, got 1"],
  ["--metric acuracy", "--metric: expected one of cost, accuracy, ", ', got "acuracy". Did you mean "accuracy"?'],
  ["--metric rmse", "--metric: expected"],
  ["--metric cost --validation 0", "--validation: expected validation rows"],
  ["--patience 0", "--patience: expected a whole number of at least 1"],
  ["--patience 2.5", "--patience: expected a whole number of at least 1"],
  ["--patience 2 --validation 0", "--validation: expected validation rows"],
  ["--least-gain -1", "--least-gain: expected a finite number of at least 0, got -1"],
  ["--stop-at best", '--stop-at: expected a number, got "best"'],
  ["--time-limit 0", "--time-limit: expected seconds, a finite number above 0, got 0"],
  ["--time-limit -2", "--time-limit: expected seconds"],
  ["--keep all", '--keep: expected one of best, last, got "all"'],
  ["--augment shift=1", '--augment: expected images, whose pixels have neighbours, got "iris", a table'],
  ["--augment shift", "--augment: expected settings such as shift=1.5,rotation=12,alpha=34,sigma=4", 'got "shift"'],
  ["--augment alpha=3", '--augment: expected alpha and sigma together, got "alpha=3"'],
  ["--checkpoint-every 5", "--checkpoint-every: expected --checkpoint <folder> beside it, got none"],
  ["--checkpoint never --checkpoint-every 0", "--checkpoint-every: expected a whole number above 0 of epochs or steps, such as 5 epochs"],
  ["--checkpoint never --checkpoint-every 1.5 steps", "--checkpoint-every: expected a whole number above 0"],
  ["--checkpoint never --checkpoint-every often", "--checkpoint-every: expected a whole number above 0 of epochs or steps"],
  ["--checkpoint iris.csv", "iris.csv: expected a file that can be written"],
  ["--from missing.safetensors", "missing.safetensors: expected a file that can be read"],
  ["--from first.safetensors --hidden 3", "--hidden: expected nothing beside a model to go on with, got [3]. The model has its own."],
  ["--from first.safetensors --activation tanh", "--activation: expected nothing beside a model to go on with"],
  ["--from first.safetensors --scale none", "--scale: expected nothing beside a model to go on with"],
  ["--from first.safetensors --recipe equations", "--recipe: expected nothing beside a model to go on with"],
  ["--from first.safetensors --target species", "--target: expected nothing beside --from, whose model has its own"],
  ["--from first.safetensors --task classification", "--task: expected nothing beside --from, whose model has its own"],
  ["--from first.safetensors --out first.safetensors", "--out: expected another file than those that are read"],
];

describe("wrong values are refused, and the option is named", () => {
  let results: Awaited<ReturnType<typeof runAll>>;
  let before: string[];
  beforeAll(async () => {
    writeFiles(folder, { "iris.csv": irisCsv() });
    await succeed(folder, "train iris.csv --target species --hidden 5 --epochs 3 --out first.safetensors");
    before = readdirSync(folder);
    results = await runAll(
      folder,
      wrong.map(([options]) => ["train", "iris", ...words(options)]),
    );
  });

  test.each(wrong.map(([options, ...parts], index) => ({ options, parts, index })))("$options", ({ options, parts, index }) => {
    // A folder that cannot be made is the machine's refusal.
    expectFailure(results[index]!, options === "--checkpoint iris.csv" ? 5 : 2, ...parts);
    expect(results[index]!.stdout).toBe("");
  });

  test("of --augment on images", async () => {
    const cases = [
      ["shfit=1", "--augment, shfit: expected one of shift, rotation", 'Did you mean "shift"?'],
      ["shift=-1", "--augment, shift: expected a number from 0 to 8, got -1"],
      ["alpha=3,sigma=0", "--augment, elastic.sigma: expected a number from 0.01 to 100, got 0"],
      ["cutout=2.5", "--augment, cutout: expected a whole number from 0 to 8, got 2.5"],
      ["shift=1 --scale standard", "--scale: expected factor or none beside augment"],
    ] as const;
    const refused = await runAll(
      folder,
      cases.map(([settings]) => words(`train digits --augment ${settings}`)),
    );
    cases.forEach(([, ...parts], index) => expectFailure(refused[index]!, 2, ...parts));
  });

  test("of --checkpoint-every with words that it does not know", async () => {
    const [refused] = await runAll(folder, [words("train iris --checkpoint never --checkpoint-every 5 hours")]);
    expect(refused!.code).toBe(2);
  });

  test("and nothing was written", () => {
    expect(readdirSync(folder)).toEqual(before);
    expect(existsSync(join(folder, "never"))).toBe(false);
  });
});
