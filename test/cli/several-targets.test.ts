import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { chainrule, json, succeed, words } from "./command.js";
import { readCsvFile, readRows } from "./files.js";

const folder = temporaryFolder();

/** Points with three labels, of which each is written in another way, or the same as numbers. */
function filmsCsv(written: boolean): string {
  const random = createRandom(1, 321);
  const rows = Array.from({ length: 250 }, () => {
    const [x, y] = [2 * random.uniform() - 1, 2 * random.uniform() - 1];
    const bits = [x + y > 0.2, x * x + y * y < 0.5, y > 0.3];
    const cells = bits.map((bit, j) => (written ? [bit ? "1" : "0", bit ? "Yes" : "no", bit ? "true" : "FALSE"][j]! : String(Number(bit))));
    return [x.toFixed(4), y.toFixed(4), ...cells].join(",");
  });
  return `x,y,drama,war,comedy\n${rows.join("\n")}\n`;
}

/** price = 50 + 40 rooms - age, rent = 3 + rooms / 2, without noise. */
function housesCsv(): string {
  const rows = Array.from({ length: 200 }, (_, i) => {
    const [rooms, age] = [1 + (i % 9), (i * 7) % 80];
    return [rooms, age, 50 + 40 * rooms - age, 3 + rooms / 2].join(",");
  });
  return `rooms,age,price,rent\n${rows.join("\n")}\n`;
}

beforeAll(async () => {
  writeFiles(folder, {
    "films.csv": filmsCsv(true),
    "numbers.csv": filmsCsv(false),
    "gap.csv": "x,a,b\n1,0,1\n2,,1\n3,1,0\n",
    "odd.csv": "x,a,b\n1,0,1\n2,maybe,1\n3,1,0\n",
    "comma.csv": 'x,"a,b",a,b\n1,2.5,0,1\n2,3.5,1,0\n3,5.5,1,0\n4,7.25,1,1\n',
    "houses.csv": housesCsv(),
  });
  await Promise.all([
    succeed(folder, "train films.csv --target drama,war,comedy --epochs 40 --out films.safetensors"),
    succeed(folder, "train houses.csv --target price,rent --epochs 60 --out houses.safetensors"),
  ]);
});

interface Labels {
  readonly kind: string;
  readonly labels: readonly string[];
  readonly subsetAccuracy: number;
  readonly perLabel: readonly { readonly label: string; readonly support: number }[];
}

interface Values {
  readonly kind: string;
  readonly targets: readonly { readonly name: string; readonly rmse: number; readonly r2: number }[];
}

describe.concurrent("columns of 0 and 1", () => {
  test("are taken as labels, however they are written, and that is said", async () => {
    const line = "train films.csv --target drama,war,comedy --epochs 1 --out note.safetensors";
    const { code, stdout, stderr } = await chainrule(folder, ...words(line));
    expect(code).toBe(0);
    expect(stderr).toContain('targets "drama", "war", "comedy": 0 or 1 in every row, taken as labels');
    expect(stdout).toContain("250 rows, 4 inputs, 3 labels");
    const [one, other] = [
      await json<{ model: { parametersHash: string } }>(folder, line.replace("note", "one")),
      await json<{ model: { parametersHash: string } }>(
        folder,
        "train numbers.csv --target drama,war,comedy --epochs 1 --out two.safetensors",
      ),
    ];
    expect(one.model.parametersHash).toBe(other.model.parametersHash);
  });

  test("are measured label by label", async () => {
    const document = await json<Labels>(folder, "evaluate films.safetensors films.csv");
    expect(document).toMatchObject({ kind: "multi-label", labels: ["drama", "war", "comedy"] });
    expect(document.subsetAccuracy).toBeGreaterThan(0.75);
    const text = await succeed(folder, "evaluate films.safetensors films.csv");
    expect(text).toContain(`accuracy ${(100 * document.subsetAccuracy).toFixed(2)} % (every label right)`);
    for (const { label, support } of document.perLabel) expect(text).toMatch(new RegExp(`\n  ${label} +${support} `));
    for (const name of ["macro", "micro", "weighted", "samples"]) expect(text).toContain(`\n  ${name} `);
  });

  test("are predicted, one column a label and one probability", async () => {
    const { header, rows } = readRows(await succeed(folder, "predict films.safetensors films.csv"));
    const given = readCsvFile(join(folder, "films.csv"));
    const names = ["drama", "war", "comedy"];
    expect(header).toEqual([...given.header, ...names.map((name) => `prediction_${name}`), ...names.map((name) => `probability_${name}`)]);
    for (const row of rows) expect(row.slice(5, 8)).toEqual(row.slice(8).map((p) => (Number(p) >= 0.5 ? "1" : "0")));
    // The predictions are those that evaluate counts.
    const bits = readCsvFile(join(folder, "numbers.csv")).rows.map((row) => row.slice(2).join());
    const right = rows.filter((row, i) => row.slice(5, 8).join() === bits[i]);
    const { subsetAccuracy } = await json<Labels>(folder, "evaluate films.safetensors films.csv --part all");
    expect(right.length / rows.length).toBeCloseTo(subsetAccuracy, 12);
  });

  test("may be missing where they are not needed", async () => {
    writeFiles(folder, { "inputs.csv": "y,x\n0.5,0.5\n" });
    const { header } = readRows(await succeed(folder, "predict films.safetensors inputs.csv"));
    expect(header.slice(0, 3)).toEqual(["y", "x", "prediction_drama"]);
  });

  test("without probabilities have outputs", async () => {
    await succeed(folder, "train films.csv --target drama,war,comedy --cost hinge --epochs 2 --out hinge.safetensors");
    const { header } = readRows(await succeed(folder, "predict hinge.safetensors films.csv"));
    expect(header.slice(-3)).toEqual(["output_drama", "output_war", "output_comedy"]);
    expect(await succeed(folder, "evaluate hinge.safetensors films.csv")).toContain("no log-loss, no Brier score");
  });

  test("are numbers where that is asked for, and one of them labels", async () => {
    const line = "train numbers.csv --epochs 1 --out asked.safetensors";
    expect((await json<{ test: Values }>(folder, `${line} --target drama,war --task regression`)).test).toMatchObject({
      kind: "regression",
      targets: [{ name: "drama" }, { name: "war" }],
    });
    expect((await json<{ test: Labels }>(folder, `${line} --target drama --task multi-label`)).test).toMatchObject({
      kind: "multi-label",
      labels: ["drama"],
    });
  });

  test("are named by info, explain and diagnose", async () => {
    expect(await succeed(folder, "info films.safetensors")).toContain("drama, war, comedy (a row has any number of them)");
    expect(await json(folder, "info films.safetensors")).toMatchObject({
      task: { kind: "multi-label", labels: ["drama", "war", "comedy"], thresholds: [0.5, 0.5, 0.5] },
    });
    expect(await succeed(folder, "explain films.safetensors films.csv --rows 3")).toMatch(/outputs: drama: .*, war: .*, comedy: /);
    expect(await succeed(folder, "diagnose films.safetensors films.csv")).toContain("baseline");
    expect(await succeed(folder, "check-gradients films.safetensors films.csv --rows 0..8 --sample 20")).toContain("20");
  });

  test("go on from a model", async () => {
    await succeed(folder, "train numbers.csv --from films.safetensors --epochs 1 --out later.safetensors");
    expect(await succeed(folder, "info later.safetensors")).toContain("drama, war, comedy");
  });

  test("are watched by their metrics", async () => {
    const line = "train films.csv --target drama,war,comedy --epochs 3 --metric hammingLoss --validation 0.2 --out watched.safetensors";
    expect((await json<{ history: { metric: number }[] }>(folder, line)).history[0]!.metric).toBeLessThan(1);
  });
});

describe.concurrent("columns of numbers", () => {
  test("are measured one by one", async () => {
    const { kind, targets } = await json<Values>(folder, "evaluate houses.safetensors houses.csv");
    expect({ kind, names: targets.map(({ name }) => name) }).toEqual({ kind: "regression", names: ["price", "rent"] });
    for (const { r2 } of targets) expect(r2).toBeGreaterThan(0.95);
    const text = await succeed(folder, "evaluate houses.safetensors houses.csv");
    expect(text).toMatch(/RMSE price \S+, rent \S+, cost/);
    expect(text).toMatch(/\n {2}price .*\n {2}rent /);
  });

  test("are predicted in their units, one column each", async () => {
    const { header, rows } = readRows(await succeed(folder, "predict houses.safetensors houses.csv"));
    expect(header).toEqual(["rooms", "age", "price", "rent", "prediction_price", "prediction_rent"]);
    const { targets } = await json<Values>(folder, "evaluate houses.safetensors houses.csv --part all");
    targets.forEach(({ rmse }, j) => {
      const squares = rows.map((row) => (Number(row[2 + j]) - Number(row[4 + j])) ** 2);
      expect(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length)).toBeCloseTo(rmse, 9);
    });
  });

  test("are written to a file", async () => {
    await succeed(folder, "predict houses.safetensors houses.csv --out predicted.csv");
    expect(readFileSync(join(folder, "predicted.csv"), "utf8").split("\n")[0]).toBe(
      "rooms,age,price,rent,prediction_price,prediction_rent",
    );
  });
});

describe.concurrent("is refused", () => {
  test.each([
    ["films.csv --target drama,wa", '--target: expected the column to learn, one of "x", "y"'],
    ["films.csv --target drama,wa", 'Did you mean "war"?'],
    ["films.csv --target drama,war,drama", '--target: expected each column once, got "drama" twice'],
    ["numbers.csv --target drama,war --task classification", "--task: expected multi-label or regression for several targets"],
    ["numbers.csv --target x,y --task multi-label", 'numbers.csv, column "x": expected 0 or 1, true or false, yes or no, got numbers from'],
    ["odd.csv --target a,b --task multi-label", 'odd.csv, line 3, column "a": expected 0 or 1, true or false, yes or no, got "maybe"'],
    ["odd.csv --target a,b", 'odd.csv, line 3, column "a": expected a number, got "maybe"'],
    ["numbers.csv --target x,y,drama,war,comedy", "numbers.csv: expected a column to learn from, got the targets"],
    ["films.csv --target drama,war,comedy --output-activation softmax", "outputs that do not depend on each other, such as sigmoid"],
    ["films.csv --target drama,war,comedy --class-weights balanced", "labels, of which a row has any number"],
  ])("train %s", async (line, message) => {
    const { code, stderr } = await chainrule(folder, ...words(`train ${line} --out none.safetensors`));
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });

  test("data without a label to compare with", async () => {
    writeFiles(folder, { "partly.csv": "x,y,drama,war\n0.5,0.5,1,0\n" });
    const { code, stderr } = await chainrule(folder, ...words("evaluate films.safetensors partly.csv"));
    expect(code).not.toBe(0);
    expect(stderr).toContain('the columns of "partly.csv": expected "comedy", got 4 others');
  });
});

test("rows that lack one of the targets are left out, and counted", async () => {
  const { code, stderr } = await chainrule(
    folder,
    ...words("train gap.csv --target a,b --test 0 --epochs 1 --out gap.safetensors --type x=numeric"),
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('1 rows have no "a" or "b" and are left out');
});

test("a column whose name has a comma in it is one column", async () => {
  const { code, stdout, stderr } = await chainrule(
    folder,
    ...words("train comma.csv --epochs 1 --test 0 --validation 0 --out comma.safetensors --json"),
    "--target",
    "a,b",
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ data: { inputs: 6 }, network: { layers: [{}, {}, {}, { units: 1 }] } });
});
