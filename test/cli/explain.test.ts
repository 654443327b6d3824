import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { DerivationDocument, ExplanationDocument, PathList, Proof, Update, Why } from "../../src/explain.js";
import type { Finished } from "../support/run.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, expectFailure, fail, json, leftovers, runAll, succeed, words } from "./command.js";
import { lineCsv, textbook, xorCsv } from "./files.js";

type Document = ExplanationDocument & {
  readonly rows: readonly [number, number];
  readonly update: Update | null;
  readonly paths?: PathList;
  readonly why?: Why;
  readonly proof?: Proof;
};

interface AttributionDocument {
  readonly version: number;
  readonly quantity: null;
  readonly rows: readonly [number, number];
  readonly of: string;
  readonly value: number;
  readonly outputs: readonly { readonly name: string; readonly value: number; readonly target: number }[] | null;
  readonly inputs: readonly { readonly name: string; readonly column: string; readonly value: number; readonly derivative: number }[];
  readonly picture: string | null;
}

const folder = temporaryFolder();
const digits = "explain digits.safetensors digits";
const text = (line: string): Promise<string> => succeed(folder, line);
const document = (line: string): Promise<Document> => json<Document>(folder, line);
const attribution = (line: string): Promise<AttributionDocument> => json<AttributionDocument>(folder, line);
const near = (actual: number, expected: number, bound: number): boolean => Math.abs(actual - expected) <= bound;

beforeAll(async () => {
  writeFiles(folder, { "xor.csv": xorCsv, "textbook.json": textbook, "line.csv": lineCsv() });
  await Promise.all([
    succeed(folder, "train digits --recipe equations --epochs 2 --out digits.safetensors"),
    succeed(folder, "train iris --hidden 4 --epochs 3 --out iris.safetensors"),
    succeed(folder, "train iris --hidden 4 --activation tanh --epochs 3 --optimizer adam --out adam.safetensors"),
    succeed(folder, "train xor.csv --target y --network textbook.json --test 0 --scale none --epochs 0 --out xor.safetensors"),
    succeed(folder, "train line.csv --target y --hidden 3 --epochs 3 --out line.safetensors"),
  ]);
});

/** The first lines of an explanation, as the specification prints them. */
const EQUATIONS: readonly (readonly [quantity: string, lines: string])[] = [
  [
    "w4[3,7]",
    `(1)  dCost/dw_jk^(4) = dCost/da_j^(4) * da_j^(4)/dz_j^(4) * dz_j^(4)/dw_jk^(4)
                     = (2 a_j^(4) - 2 y_j) * sigma'(z_j^(4)) * a_k^(3)`,
  ],
  [
    "b4[3]",
    `(2)  dCost/db_j^(4)  = dCost/da_j^(4) * da_j^(4)/dz_j^(4) * dz_j^(4)/db_j^(4)
                     = (2 a_j^(4) - 2 y_j) * sigma'(z_j^(4)) * 1`,
  ],
  [
    "a3[2]",
    `(3)  dCost/da_k^(3)  = sum_{j=0}^{n_4-1} ( dCost/da_j^(4) * da_j^(4)/dz_j^(4) * dz_j^(4)/da_k^(3) )
                     = sum_{j=0}^{n_4-1} ( (2 a_j^(4) - 2 y_j) * sigma'(z_j^(4)) * w_jk^(4) )`,
  ],
  [
    "w3[2,5]",
    `(4)  dCost/dw_km^(3) = dCost/da_k^(3) * da_k^(3)/dz_k^(3) * dz_k^(3)/dw_km^(3)
                     = dCost/da_k^(3) * sigma'(z_k^(3)) * a_m^(2)`,
  ],
  ["b3[2]", "(5)  dCost/db_k^(3)  = dCost/da_k^(3) * sigma'(z_k^(3)) * 1"],
  ["a2[4]", "(6)  dCost/da_m^(2)  = sum_{k=0}^{n_3-1} ( dCost/da_k^(3) * sigma'(z_k^(3)) * w_km^(3) )"],
  ["w2[3,20]", "(7)  dCost/dw_mt^(2) = dCost/da_m^(2) * sigma'(z_m^(2)) * a_t^(1)"],
  ["b2[15]", "(8)  dCost/db_m^(2)  = dCost/da_m^(2) * sigma'(z_m^(2)) * 1"],
];

/** The numbers of the equations that stand at the beginning of a line. */
const headsOf = (output: string): string[] => output.match(/^\(\d\)(?= )/gm) ?? [];

describe.concurrent("in words", () => {
  test("each of the eight equations stands above its numbers as the specification writes it", async () => {
    const outputs = await runAll(
      folder,
      EQUATIONS.map(([quantity]) => [...words(digits), "--rows", "12", "--of", quantity]),
    );
    outputs.forEach(({ code, stdout, stderr }, at) => {
      const [quantity, lines] = EQUATIONS[at]!;
      expect(code, stderr).toBe(0);
      const [first, ...rest] = stdout.split("\n");
      expect(first).toMatch(/^dCost\/d[wba]\d\[[\d,]+\] = -?[\d.e-]+ for row 12 of digits \(true class: \d\); cost [\d.e-]+$/);
      expect(first!.startsWith(`dCost/d${quantity} = `)).toBe(true);
      expect(`${rest.join("\n").trimStart()}\n`.startsWith(`${lines}\n`), stdout).toBe(true);
    });
  });

  test("both spellings, with brackets and with points, are the same", async () => {
    const spellings = ["w2[3,20]", "w2.3.20", "w2[3, 20]"];
    const outputs = await runAll(
      folder,
      spellings.map((of) => [...words(digits), "--rows", "12", "--of", of, "--open", "2"]),
    );
    expect(outputs[0]!.code).toBe(0);
    expect(outputs[1]).toEqual(outputs[0]);
    expect(outputs[2]).toEqual(outputs[0]);
  });

  test("the textbook's network on row 3 of XOR has the numbers that are worked out by hand", async () => {
    const output = await text("explain xor.safetensors xor.csv --rows 3 --of w3.0.1 --digits full");
    const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
    const [w2, b2, w3, b3] = [textbook.w2, textbook.b2, textbook.w3, textbook.b3].map((list) => list.flat().map(Math.fround)) as [
      number[],
      number[],
      number[],
      number[],
    ];
    const h = [0, 1].map((j) => sigmoid(w2[2 * j]! + w2[2 * j + 1]! + b2[j]!));
    const a = sigmoid(w3[0]! * h[0]! + w3[1]! * h[1]! + b3[0]!);
    const shown = /^dCost\/dw3\[0,1\] = (\S+) for row 3 of xor\.csv \(true class: 0\); cost (\S+)$/m.exec(output)!;
    expect(near(Number(shown[1]), 2 * a * a * (1 - a) * h[1]!, 1e-15)).toBe(true);
    expect(near(Number(shown[2]), a * a, 1e-15)).toBe(true);
    expect(output).toMatch(/^\(1\) {2}dCost\/dw_jk\^\(3\) = dCost\/da_j\^\(3\) \* da_j\^\(3\)\/dz_j\^\(3\) \* dz_j\^\(3\)\/dw_jk\^\(3\)$/m);
  });

  test("of softmax with cross-entropy it ends in p_i - y_i", async () => {
    const output = await text("explain iris.safetensors iris --rows 60 --of w3.2.1");
    expect(output).toMatch(/for row 60 of iris \(true class: versicolor\); cost /);
    expect(output).toMatch(/^ +dCost\/dw3\[2,1\] +=.*\n( .*\n)* +float32 engine/m);
    expect(output).toContain("(p_i - y_i) * a_k^(2)");
  });

  test("of a regression the row has no class", async () => {
    const output = await text("explain line.safetensors line.csv --rows 7 --of b2.1");
    expect(output).toMatch(/^dCost\/db2\[1\] = \S+ for row 7 of line\.csv; cost \S+$/m);
  });

  test("--open opens so many levels of equations", async () => {
    const outputs = await Promise.all([0, 1, 2, 3, 9].map((n) => text(`${digits} --rows 12 --of w2.3.20 --open ${n} --top 2`)));
    expect(outputs.map(headsOf)).toEqual([["(7)"], ["(7)"], ["(7)", "(6)"], ["(7)", "(6)", "(3)", "(3)"], ["(7)", "(6)", "(3)", "(3)"]]);
    const [closed, open, two, three] = outputs as [string, string, string, string];
    expect(closed).not.toContain("a sum of 16 terms");
    expect(open).toContain("a sum of 16 terms, (6)");
    expect(open).toBe(await text(`${digits} --rows 12 --of w2.3.20 --top 2`));
    for (const deeper of [two, three]) expect(deeper.split("\n").slice(0, 15)).toEqual(open.split("\n").slice(0, 15));
  });

  test("--top shows so many terms, largest first, and the others as one, so that they add up", async () => {
    const outputs = await Promise.all(
      ["", "--top 3", "--top 0", "--top 99"].map((top) => text(`${digits} --rows 12 --of a2.3 ${top} --digits full`)),
    );
    const terms = outputs.map((output) => {
      const rows = [...output.matchAll(/^ +(k = \d+|other \d+|sum) .*?(-?[\d.]+(?:e-\d+)?)(?: +[█░]+)?$/gm)];
      return rows.map(([, label, value]) => ({ label: label!, value: Number(value) }));
    });
    expect(terms.map((rows) => rows.length)).toEqual([12, 5, 2, 17]);
    for (const rows of terms) {
      const sum = rows.at(-1)!;
      const shown = rows.slice(0, -1);
      expect(sum.label).toBe("sum");
      expect(
        near(
          shown.reduce((total, { value }) => total + value, 0),
          sum.value,
          1e-15,
        ),
      ).toBe(true);
      const single = shown.filter(({ label }) => label.startsWith("k")).map(({ value }) => Math.abs(value));
      expect(single).toEqual([...single].sort((p, q) => q - p));
    }
    expect(terms[1]![3]!.label).toBe("other 13");
  });

  test("--rows takes one row, a range, or every row; of several it is the mean", async () => {
    const [one, several, all] = await Promise.all(
      ["--rows 12", "--rows 0..32", ""].map((rows) => text(`explain iris.safetensors iris ${rows} --of b3.2 --top 2`)),
    );
    expect(one).toContain("for row 12 of iris (true class: setosa);");
    expect(several).toContain("for the mean over rows 0..32 of iris;");
    expect(several).toMatch(/sum_\{e=0\}\^\{31\}/);
    expect(several).toMatch(/^ *row \d+ +0\.03125 \*/m);
    expect(several).toContain("other 30");
    expect(all).toContain("for the mean over rows 0..150 of iris;");
  });

  test("--digits shows so many, or all", async () => {
    const line = `${digits} --rows 12 --of w4.3.7 --open 0`;
    const [{ value }, ...outputs] = await Promise.all([document(line), ...["8", "1", "full"].map((n) => text(`${line} --digits ${n}`))]);
    const shown = outputs.map((output) => /^dCost\/dw4\[3,7\] = (\S+) for/m.exec(output)![1]);
    expect(shown).toEqual([value.toPrecision(8), value.toPrecision(1), String(value)]);
  });

  test("the float32 engine, and the step that the optimizer takes along it, stand below", async () => {
    const [output, mean, activation] = await Promise.all(
      ["--rows 12 --of b4.3", "--rows 0..32 --of b4.3", "--rows 12 --of a3.3"].map((rest) => text(`${digits} ${rest}`)),
    );
    for (const own of [output!, mean!]) {
      expect(own).toMatch(/^ *float32 engine += \S+ {3}\(([5-9] digits agree|equal)\)$/m);
      expect(own).toContain("One step along it (gradient descent, rate 3; g is dCost/db4[3])\n  b4[3] = b4[3] - rate g = ");
    }
    // Nothing steps along an activation, and the engine keeps no derivative of it.
    expect(activation).not.toMatch(/One step|float32 engine/);
  });

  test("of a momentum the velocity is shown as well", async () => {
    const output = await text("explain iris.safetensors iris --rows 0..32 --of w3.1.2");
    expect(output.replace(/\s+/g, " ")).toContain("momentum 0.9, Nesterov; v begins at 0, as at the first step; g is dCost/dw3[1,2])");
    expect(output).toMatch(/^ {2}v = momentum v \+ g = 0\.9 \* 0 [+-] \S+ = \S+$/m);
  });

  test("of Adam both means are shown, their corrections, and the step", async () => {
    const output = await text("explain adam.safetensors iris --rows 0..32 --of w3.1.2");
    expect(output.replace(/\s+/g, " ")).toContain(
      "(Adam, rate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-8; m and v begin at 0 and t at 1, as at the first step; g is dCost/dw3[1,2])",
    );
    expect(output).toMatch(/^ {2}m = beta1 m \+ \(1 - beta1\) g = 0\.9 \* 0 \+ \(1 - 0\.9\) \* \S+ = \S+$/m);
    expect(output).toMatch(/^ {2}v = beta2 v \+ \(1 - beta2\) g\^2 = 0\.999 \* 0 \+ \(1 - 0\.999\) \* \S+\^2 = \S+$/m);
    expect(output).toMatch(/^ {2}mHat = m \/ \(1 - beta1\^t\) = \S+ \/ \(1 - 0\.9\^1\) = \S+$/m);
    expect(output).toMatch(/^ {2}vHat = v \/ \(1 - beta2\^t\) = \S+ \/ \(1 - 0\.999\^1\) = \S+$/m);
    expect(output).toMatch(
      /^ {2}w3\[1,2\] = w3\[1,2\] - rate mHat \/ \(sqrt\(vHat\) \+ epsilon\) = \S+ - 0\.001 \* \S+ \/ \(sqrt\(\S+\) \+ 1\.000e-8\) = \S+ \(a change of -?0\.00[01]\d*\)$/m,
    );
  });

  test("--all-paths counts 160 paths to a weight of layer 2, and what it shows adds up", async () => {
    const output = await text(`${digits} --rows 12 --of w2.3.20 --all-paths --top 5 --digits full`);
    expect(output).toMatch(
      /^All paths from w2\[3,20\] to the cost: 160 paths, \d+ push up, \d+ push down; [\d.]+ % of their size cancels$/m,
    );
    const paths = [...output.matchAll(/^ +(\S+) {2}a4\[(\d)\] <- a3\[(\d+)\] <- a2\[3\] += (.*)$/gm)].map(([, value, , , product]) => {
      const factors = product!.split(" * ").map(Number);
      expect(factors).toHaveLength(7);
      expect(
        near(
          factors.reduce((total, factor) => total * factor, 1),
          Number(value),
          1e-15,
        ),
      ).toBe(true);
      return Number(value);
    });
    expect(paths).toHaveLength(5);
    const other = /^ +(\S+) {2}other 155$/m.exec(output)![1];
    const sum = /^ +(\S+) {2}sum$/m.exec(output.slice(output.indexOf("All paths")))![1];
    expect(
      near(
        paths.reduce((total, value) => total + value, Number(other)),
        Number(sum),
        1e-15,
      ),
    ).toBe(true);
    expect(output.startsWith(`dCost/dw2[3,20] = `)).toBe(true);
    expect(near(Number(/ = (\S+) for/.exec(output)![1]), Number(sum), 1e-15)).toBe(true);
  });

  test("--why names what is in the way", async () => {
    // The pixel at the left border of row 12 is white.
    const [border, inside] = await Promise.all(["w2.3.0", "w2.3.20"].map((of) => text(`${digits} --rows 12 --of ${of} --why`)));
    expect(border).toMatch(/^Why\? dCost\/dw2\[3,0\] is -?0; a typical one of its tensor or layer \(\S+\)$/m);
    expect(border).toMatch(/^ {2}verdict: silent-input$/m);
    expect(border).toMatch(/^ {2}- silent input: \|a1\[0\]\| is 0, below 0\.01; a weight learns from its input$/m);
    expect(inside).toMatch(/^ {2}verdict: ordinary \(no threshold is crossed\)$/m);
  });

  test("--prove shows the central difference and a nudge; --nudge says how far", async () => {
    const [usual, own] = await Promise.all(["--prove", "--nudge -0.5"].map((flag) => text(`${digits} --rows 12 --of w3.2.5 ${flag}`)));
    for (const output of [usual!, own!]) {
      expect(output).toMatch(/^Proof\n {2}by the equations +\S+\n {2}central difference +\S+ with h = \S+ +\(([6-9]|1\d) digits agree\)$/m);
      expect(output).toMatch(/^ {4}predicted change +\S+ +\(dCost\/dw3\[2,5\] \* (0\.01|-0\.5)\)\n {4}real change +\S+$/m);
    }
    expect(usual).toContain("a nudge of 0.01: the cost goes from ");
    expect(own).toContain("a nudge of -0.5: the cost goes from ");
  });

  test("a pipe gets no colours and no control characters", async () => {
    const lines = [`${digits} --rows 12 --of w2.3.20 --open 2 --all-paths --top 3 --why --prove`, `${digits} --rows 12`];
    for (const output of await Promise.all(lines.map(text))) expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });
});

/** What does not multiply or add up in a document, at every node of it. */
function broken(node: DerivationDocument): string[] {
  const own: string[] = [];
  if (node.factors !== undefined) {
    const product = node.factors.reduce((total, { value }) => total * value, 1);
    if (!near(product, node.value, 1e-12 * Math.abs(node.value))) own.push(`${node.name}: factors give ${product}, not ${node.value}`);
  }
  if (node.terms !== undefined) {
    const sum = node.terms.reduce((total, { value }) => total + value, node.rest!.value);
    const size = node.terms.reduce((total, { value }) => total + Math.abs(value), Math.abs(node.rest!.value));
    if (!near(sum, node.value, 1e-12 * size)) own.push(`${node.name}: terms give ${sum}, not ${node.value}`);
  }
  return [...own, ...[...(node.factors ?? []), ...(node.terms ?? [])].flatMap(broken)];
}

const depthOf = (node: DerivationDocument): number =>
  Math.max(0, ...(node.factors ?? []).map((factor) => 1 + depthOf(factor)), ...(node.terms ?? []).map(depthOf));

describe.concurrent("--json", () => {
  test("has every field, and the engine and the update beside it", async () => {
    const found = await document(`${digits} --rows 12 --of w4.3.7`);
    expect(Object.keys(found).sort()).toEqual(
      words("version quantity name symbol value kind indices equation factors cost examples engine written rows note update").sort(),
    );
    expect(found).toMatchObject({
      version: 1,
      quantity: "w4[3,7]",
      name: "dCost/dw4[3,7]",
      symbol: "dCost/dw_jk^(4)",
      kind: "product",
      equation: "(1)",
      indices: { j: 3, k: 7 },
      examples: null,
      rows: [12, 13],
    });
    expect(found.factors!.map(({ name, symbol }) => `${name} ${symbol}`)).toEqual([
      "dCost/da4[3] dCost/da_j^(4)",
      "da4[3]/dz4[3] da_j^(4)/dz_j^(4)",
      "dz4[3]/dw4[3,7] dz_j^(4)/dw_jk^(4)",
    ]);
    expect(found.engine!.name).toBe("portable");
    expect(near(found.engine!.value, found.value, 1e-5 * Math.abs(found.value))).toBe(true);
    const { update } = found;
    expect(update).toMatchObject({
      quantity: "w4[3,7]",
      derivative: found.value,
      optimizer: { kind: "sgd", learningRate: 3, momentum: 0 },
    });
    expect(update!.after).toBe(update!.before - 3 * found.value);
    expect(found.written.general[0]).toBe("dCost/dw_jk^(4) = dCost/da_j^(4) * da_j^(4)/dz_j^(4) * dz_j^(4)/dw_jk^(4)");
  });

  test("multiplies and adds up at every node, however far it is opened", async () => {
    const lines = [
      `${digits} --rows 12 --of w2.3.20 --open 9`,
      `${digits} --rows 12 --of w2.3.20 --open 9 --top 3`,
      `${digits} --rows 0..20 --of b2.1 --open 4 --top 4`,
      "explain iris.safetensors iris --rows 60 --of w2.1.2 --open 9",
      "explain iris.safetensors iris --of w3.1.2 --open 3",
      "explain line.safetensors line.csv --rows 7 --of a1.1 --open 9",
      "explain xor.safetensors xor.csv --of z2.1 --open 9",
    ];
    const documents = await Promise.all(lines.map(document));
    expect(documents.flatMap(broken)).toEqual([]);
    const sum = documents[0]!.factors![0]!;
    expect(sum).toMatchObject({ kind: "sum", equation: "(6)", rest: { count: 0, value: 0 } });
    expect(sum.terms).toHaveLength(16);
    expect(documents[1]!.factors![0]).toMatchObject({ terms: { length: 3 }, rest: { count: 13 } });
  });

  test("--open and --top shape it as they shape the text", async () => {
    const documents = await Promise.all([0, 1, 2, 3].map((n) => document(`${digits} --rows 12 --of w2.3.20 --open ${n}`)));
    expect(documents.map(depthOf)).toEqual([0, 1, 2, 3]);
    expect(documents[0]).not.toHaveProperty("factors");
  });

  test("--rows: one row has no number of examples, several and all have", async () => {
    const documents = await Promise.all(
      ["--rows 12", "--rows 12..13", "--rows 0..32", ""].map((rows) => document(`${digits} ${rows} --of b4.0 --top 3`)),
    );
    expect(documents.map(({ rows, examples }) => [rows, examples])).toEqual([
      [[12, 13], null],
      [[12, 13], null],
      [[0, 32], 32],
      [[0, 1797], 1797],
    ]);
    expect(documents[2]).toMatchObject({ kind: "sum", terms: { length: 3 }, rest: { count: 29 } });
    const halves = await Promise.all(["0..16", "16..32"].map((rows) => document(`${digits} --rows ${rows} --of b4.0 --open 0`)));
    expect(near((halves[0]!.value + halves[1]!.value) / 2, documents[2]!.value, 1e-15)).toBe(true);
  });

  test("is the same as --format json, and has what other flags ask for", async () => {
    const line = `${digits} --rows 12 --of w2.3.20 --open 0 --all-paths --top 5 --why --nudge 0.25`;
    const [found, other] = await Promise.all([document(line), text(`${line} --format json`)]);
    expect(JSON.parse(other)).toEqual(found);
    const { paths, why, proof, value } = found;
    expect(paths).toMatchObject({ quantity: "w2[3,20]", count: 160, paths: { length: 5 }, rest: { count: 155 } });
    expect(paths!.up + paths!.down + paths!.zero).toBe(160);
    const sum = paths!.paths.reduce((total, path) => total + path.value, paths!.rest.value);
    expect(near(sum, value, 1e-14)).toBe(true);
    expect(near(paths!.value, value, 1e-14)).toBe(true);
    expect(paths!.paths[0]!.neurons).toMatchObject({ length: 3, 2: "a2[3]" });
    expect(why).toMatchObject({ quantity: "w2[3,20]", value, verdict: "ordinary", causes: [] });
    expect(proof).toMatchObject({ quantity: "w2[3,20]", analytic: value, nudge: { by: 0.25, predicted: 0.25 * value } });
    expect(proof!.nudge.real).toBe(proof!.nudge.after - proof!.nudge.before);
    expect(near(proof!.numeric!, value, 1e-6 * Math.abs(value) + 1e-9)).toBe(true);
    expect(proof!.nudge.before).toBe(found.cost);
  });

  test("lists all 160 paths where no --top is given", async () => {
    const { paths } = await document(`${digits} --rows 12 --of w2.3.20 --open 0 --all-paths`);
    expect(paths).toMatchObject({ count: 160, paths: { length: 160 }, rest: { count: 0, value: 0 } });
  });

  test("an activation has neither an engine's value nor an update", async () => {
    expect(await document(`${digits} --rows 12 --of a3.2 --top 1`)).toMatchObject({ engine: null, update: null, equation: "(3)" });
  });
});

describe.concurrent("typeset", () => {
  test("--format latex, with the partial sign where it is asked for", async () => {
    const [plain, partial] = await Promise.all(
      ["", "--partial"].map((flag) => text(`${digits} --rows 12 --of w3.2.5 --format latex ${flag}`)),
    );
    expect(plain).toContain("\\frac{");
    expect(plain).toContain("w_{km}^{(3)}");
    expect(plain).not.toContain("\\partial");
    expect(partial).toContain("\\partial");
    for (const output of [plain!, partial!]) expect(output.split("{")).toHaveLength(output.split("}").length);
  });

  test("--format mathml, well nested", async () => {
    const output = await text(`${digits} --rows 12 --of w3.2.5 --format mathml`);
    const open: string[] = [];
    for (const [, closing, name, alone] of output.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (closing === "/") expect(open.pop()).toBe(name);
      else if (alone !== "/") open.push(name!);
    }
    expect(open).toEqual([]);
    expect(output).toContain("<math");
  });
});

describe.concurrent("without --of", () => {
  test("it shows how each input moves the cost, in words and as a picture in characters", async () => {
    const output = await text(`${digits} --rows 12 --top 3`);
    expect(output).toMatch(/^cost = \S+ for row 12 of digits \(true class: \d\)$/m);
    expect(output).toMatch(/^outputs: .*\(target 1\)/m);
    expect(output).toMatch(/^ {2}\|.{16}\| {2}\|.{16}\|(\n {2}\|.{16}\| {2}\|.{16}\|){7}$/m);
    const { inputs } = await attribution(`${digits} --rows 12`);
    const order = [...inputs].sort((p, q) => Math.abs(q.derivative) - Math.abs(p.derivative));
    const rows = [...output.matchAll(/^ {2}(a1\[\d+\]) += +\S+ +dCost\/d(a1\[\d+\]) += +(\S+)$/gm)];
    expect(rows.map(([, name]) => name)).toEqual(order.slice(0, 3).map(({ name }) => name));
    for (const [, name, by] of rows) expect(by).toBe(name);
    expect(output).toMatch(/^ {2}other 61: \S+ together, by magnitude$/m);
  });

  test("as JSON it is the derivative that --of a1.k gives", async () => {
    const [found, one] = await Promise.all([attribution(`${digits} --rows 12`), document(`${digits} --rows 12 --of a1.20 --top 1`)]);
    expect(found).toMatchObject({ version: 1, quantity: null, rows: [12, 13], of: "cost", picture: null, outputs: { length: 10 } });
    expect(found.inputs).toHaveLength(64);
    expect(found.inputs[20]).toMatchObject({ name: "a1[20]", derivative: one.value });
    expect(found.value).toBe(one.cost);
    expect(found.outputs!.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, j) => `a4[${j}]`));
    expect(found.outputs!.reduce((sum, { value, target }) => sum + (value - target) ** 2, 0)).toBeCloseTo(found.value, 14);
  });

  test("--output takes an activation in place of the cost", async () => {
    const [found, output] = await Promise.all([
      attribution("explain iris.safetensors iris --rows 60 --output a3.2"),
      text("explain iris.safetensors iris --rows 60 --output a3[2]"),
    ]);
    expect(found).toMatchObject({ of: "a3[2]", value: found.outputs![2]!.value });
    expect(found.inputs.map(({ column }) => column)).toEqual(["sepal_length", "sepal_width", "petal_length", "petal_width"]);
    expect(output).toContain("da3[2]/da1");
    expect(output).toContain("petal_length");
  });

  test("of several rows it is the mean, without outputs", async () => {
    const [mean, ...single] = await Promise.all(["0..2", "0", "1"].map((rows) => attribution(`${digits} --rows ${rows}`)));
    expect(mean!.outputs).toBeNull();
    mean!.inputs.forEach(({ derivative }, t) => {
      const expected = (single[0]!.inputs[t]!.derivative + single[1]!.inputs[t]!.derivative) / 2;
      expect(near(derivative, expected, 1e-16)).toBe(true);
    });
  });

  test("--picture writes an SVG picture", async () => {
    const [output, found] = await Promise.all([
      text(`${digits} --rows 12 --picture words.svg`),
      attribution(`${digits} --rows 12 --output a4.3 --picture json.svg`),
    ]);
    expect(output).toMatch(/^Wrote words\.svg$/m);
    expect(found.picture).toBe("json.svg");
    const [first, second] = ["words.svg", "json.svg"].map((name) => readFileSync(join(folder, name), "utf8"));
    expect(first).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^]*<\/svg>\n$/);
    expect(second).toContain("da4[3]/da1");
    expect(leftovers(folder)).toEqual([]);
  });
});

describe("refused with exit code 2, in words", () => {
  const row = "--rows 12";
  const WRONG: readonly (readonly [line: string, ...parts: string[]])[] = [
    [`${digits} ${row} --of w9.0.0`, "--of: expected a name such as w2[0,0]", "got w9.0.0", 'Did you mean "w4[0,0]"?'],
    [`${digits} ${row} --of W4[3,7]`, "got W4[3,7]", 'Did you mean "w4[3,7]"?'],
    [`${digits} ${row} --of weight`, "--of: expected", "got weight"],
    [`${digits} ${row} --of w4.10.0`, "w4.10.0: expected w4[0..10,0..16]", "got [10,0]", 'Did you mean "w4[9,0]"?'],
    [`${digits} ${row} --of b3.16`, "b3.16: expected b3[0..16]", 'Did you mean "b3[15]"?'],
    [`${digits} ${row} --of w4[3]`, "w4[3]: expected w4[0..10,0..16]", 'Did you mean "w4[3,0]"?'],
    [`${digits} --rows 1797 --of b4.0`, "--rows: expected a half-open range within 0..1797", "got 1797..1798"],
    [`${digits} --rows 5..5 --of b4.0`, "--rows: expected a half-open range within 0..1797", "got 5..5"],
    [`${digits} --rows twelve --of b4.0`, "--rows: expected a row such as 12 or a half-open range such as 0..32", 'got "twelve"'],
    [`${digits} ${row} --of b4.0 --open x`, "--open: expected a whole number of at least 0", 'got "x"'],
    [`${digits} ${row} --of b4.0 --open -1`, "--open: expected a whole number of at least 0", 'got "-1"'],
    [`${digits} ${row} --of b4.0 --top 1.5`, "--top: expected a whole number of at least 0", 'got "1.5"'],
    [`${digits} ${row} --of b4.0 --digits 0`, "--digits: expected a whole number from 1 to 17, or full", 'got "0"'],
    [`${digits} ${row} --of b4.0 --digits 18`, "--digits: expected", 'got "18"'],
    [`${digits} ${row} --of b4.0 --format pdf`, "--format: expected one of text, json, latex, mathml", 'got "pdf"'],
    [`${digits} ${row} --of b4.0 --format latx`, 'Did you mean "latex"?'],
    [`${digits} ${row} --of b4.0 --json --format latex`, "--json: expected no other --format beside it", "got --format latex"],
    [`${digits} ${row} --format latex`, "--format: expected --of beside it"],
    [`${digits} ${row} --of b4.0 --nudge 0`, "--nudge: expected a finite number other than 0", "got 0"],
    [`${digits} ${row} --of b4.0 --nudge far`, "--nudge: expected a number", 'got "far"'],
    ...["--open 1", "--why", "--prove", "--nudge 1", "--all-paths", "--partial"].map((flag): [string, string] => [
      `${digits} ${row} ${flag}`,
      `${flag.split(" ")[0]!}: expected --of beside it`,
    ]),
    [`${digits} ${row} --of b4.0 --output a4.0`, "--output: expected no --of beside it", 'got "b4.0"'],
    [`${digits} ${row} --of b4.0 --picture x.svg`, "--picture: expected no --of beside it"],
    [`${digits} ${row} --output w2[0,0]`, "--output: expected cost, or an activation such as a4[0]", "got w2[0,0]"],
    [`${digits} ${row} --output a4.10`, "a4.10: expected a4[0..10]", 'Did you mean "a4[9]"?'],
    ["explain iris.safetensors iris --rows 0 --picture x.svg", "--picture: expected a model of images", "got one of 4 columns"],
    [
      `${digits} ${row} --picture digits.safetensors`,
      "--picture: expected another file than those that are read",
      "It would be overwritten.",
    ],
    ["explain none.safetensors digits --of b4.0", "none.safetensors: expected a file that can be read", "Is the path right?"],
    ["explain digits.safetensors none.csv --of b4.0", "data: expected digits, iris,", '"none.csv", which is not there'],
    ["explain digits.safetensors digit --of b4.0", 'Did you mean "digits"?'],
    ["explain digits.safetensors iris --rows 0", "expected the 64 inputs of the model", "got 4 columns"],
    [`${digits} ${row} --off b4.0`, "unknown option '--off'", "Did you mean --of?"],
    ["explain digits.safetensors", "missing required argument 'data'"],
  ];
  let results: Finished[] = [];
  beforeAll(async () => {
    results = await runAll(
      folder,
      WRONG.map(([line]) => words(line)),
    );
  });

  test.each(WRONG.map(([line, ...parts], at) => [line, parts, at] as const))("%s", (_line, parts, at) => {
    const { code, stdout, stderr } = results[at]!;
    expectFailure(results[at]!, 2);
    for (const part of parts) expect(stderr).toContain(part);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("a picture in a folder that is not there: exit code 5", async () => {
    await fail(
      folder,
      words(`${digits} ${row} --picture no/x.svg`),
      5,
      /--picture: expected a file in a folder that is there, got "no\/x\.svg"/,
    );
  });

  test("and nothing was written", () => {
    expect(existsSync(join(folder, "x.svg"))).toBe(false);
    expect(leftovers(folder)).toEqual([]);
  });
});

test("--help names every option", async () => {
  const { code, stdout } = await chainrule(folder, "explain", "--help");
  expect(code).toBe(0);
  for (const option of words(
    "--rows --of --open --top --all-paths --why --prove --nudge --output --picture --digits --partial --format --json",
  ))
    expect(stdout).toContain(option);
});
