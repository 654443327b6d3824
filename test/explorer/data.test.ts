import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { textbook } from "../cli/files.js";
import { drawnDigits } from "../../explorer/src/data/drawn-digits.js";
import { emptyBitmap, reduce } from "../../explorer/src/screens/network/reduce.js";
import { networkFile } from "../../explorer/src/share/network-file.js";
import { datasetParts } from "../../explorer/src/share/program.js";
import { pairUp } from "../../explorer/src/shell/open/idx-data.js";
import { kindOf } from "../../explorer/src/shell/open/file-kind.js";
import { columnOf, createTableReader } from "../../explorer/src/shell/open/table-reader.js";
import { CATALOGUE } from "../../explorer/src/state/catalogue.js";
import { keepRaw, rawRow } from "../../explorer/src/state/raw-rows.js";
import { fingerprint } from "../../src/data/fingerprint.js";
import { iris } from "../../src/iris.js";
import {
  type ClassificationEvaluation,
  type ClassificationModel,
  type ClassTarget,
  createDataset,
  createNetwork,
  encodeTable,
  evaluate,
  predictAll,
  prepareTable,
  split,
  train,
} from "../../src/index.js";
import { decodeModel, encodeModel, readIdx } from "../../src/formats.js";
import { reasons } from "../../src/explain.js";
import { csvTable } from "../../src/tables.js";
import { readIdxFolder } from "../../src/node/node.js";
import { chromium } from "../support/browser.js";
import { mnist, mnistPath, root } from "../support/shared.js";
import { violations } from "./axe.js";
import { openExplorer } from "./site.js";

const mnistModel = decodeModel(
  new Uint8Array(readFileSync(join(root, "explorer", "public", "mnist-784-16-16-10.safetensors"))),
) as ClassificationModel;

const IRIS_CSV = `sepal_length,sepal_width,petal_length,petal_width,species\n${Array.from({ length: 150 }, (_, row) => {
  const { inputs, target } = iris();
  return [...inputs.subarray(4 * row, 4 * row + 4), target.classes[target.indices[row]!]].join(",");
}).join("\n")}\n`;

/** A slow machine takes its time. */
const soon = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 60_000 });

/** An IDX file of bytes. */
function idx(shape: readonly number[], values: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head[2] = 8;
  head[3] = shape.length;
  shape.forEach((length, at) => head.writeUInt32BE(length, 4 + 4 * at));
  return Buffer.concat([head, Buffer.from(values)]);
}

/** The centre of mass of an image, in pixels from its upper left corner. */
function centreOf(inputs: ArrayLike<number>, side: number): [x: number, y: number] {
  let [mass, x, y] = [0, 0, 0];
  for (let at = 0; at < side * side; at++) {
    mass += inputs[at]!;
    x += inputs[at]! * ((at % side) + 0.5);
    y += inputs[at]! * (Math.floor(at / side) + 0.5);
  }
  return [x / mass, y / mass];
}

describe("the catalogue", () => {
  test("has the same rows everywhere", async () => {
    const hashes = await Promise.all(CATALOGUE.map(async ({ id, load }) => [id, fingerprint(await load()).slice(0, 16)]));
    expect(Object.fromEntries(hashes)).toMatchInlineSnapshot(`
      {
        "circle": "9568691af8c55ab1",
        "digits": "b1bad24420dbca15",
        "digits-28": "84221ec18ce17e78",
        "gaussians": "e871e852803cf1de",
        "iris": "5cf8d00fa6b25d32",
        "reg-gauss": "c538a98e7a6f1ca8",
        "reg-plane": "012d1e7e247977db",
        "spiral": "153e2871ddb7b430",
        "xor": "68bdede7e87872a7",
      }
    `);
  });

  test.each(CATALOGUE.map(({ id }) => id))("%s learns with its recipe", async (id) => {
    const { load, options } = CATALOGUE.find((entry) => entry.id === id)!;
    const dataset = await load();
    expect(dataset.name).toBe(id);
    const { model, test: score } = await train(dataset, options).result;
    const found = evaluate(model, dataset);
    if (found.kind === "regression" || score?.kind === "regression") {
      expect([found, score].map((one) => (one?.kind === "regression" ? one.r2 : NaN))).toSatisfy((all: number[]) =>
        all.every((r2) => r2 >= 0.95),
      );
      return;
    }
    if (found.kind !== "classification") expect.fail("the page shows no other tasks");
    expect(found.accuracy).toBeGreaterThanOrEqual(0.95);
    expect(score!.accuracy).toBeGreaterThanOrEqual(id === "digits-28" ? 0.7 : 0.95);
  });

  test("writes its options out", () => {
    for (const { options } of CATALOGUE) {
      for (const key of [
        "hidden",
        "activation",
        "outputActivation",
        "cost",
        "optimizer",
        "epochs",
        "batchSize",
        "seed",
        "test",
        "validation",
      ])
        expect(options).toHaveProperty(key);
    }
  });
});

describe("the drawn digits", () => {
  test("are six of each class, with their mass in the middle", () => {
    const { rowCount, inputs, target } = drawnDigits();
    expect(rowCount).toBe(60);
    for (let digit = 0; digit < 10; digit++) expect(target.indices.filter((label) => label === digit)).toHaveLength(6);
    for (let row = 0; row < rowCount; row++) {
      const [x, y] = centreOf(inputs.subarray(784 * row, 784 * (row + 1)), 28);
      expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5);
      expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5);
    }
  });

  test("are known by the network that was trained on MNIST", () => {
    const data = drawnDigits();
    const right = predictAll(mnistModel, data).filter((answer, row) => answer.label === data.target.classes[data.target.indices[row]!]);
    expect(right.length).toBeGreaterThanOrEqual(54);
  });

  mnist.test("and that network knows at least 96 % of MNIST's own test rows", async () => {
    const data = await readIdxFolder(mnistPath);
    expect(evaluate(mnistModel, data, { part: "test" }).accuracy).toBeGreaterThanOrEqual(0.96);
  });
});

test("a drawing is reduced with its mass in the middle, wherever it stands and however large it is", () => {
  const image = { width: 28, height: 28, maximum: 255 };
  for (const [left, top, size] of [
    [3, 5, 40],
    [60, 20, 30],
    [2, 2, 108],
  ] as const) {
    const bitmap = emptyBitmap(image);
    // A thick L.
    for (let i = 0; i < size; i++)
      for (let j = 0; j < 8; j++) {
        bitmap.bits[(top + i) * 112 + left + j] = 1;
        bitmap.bits[(top + size - 1 - j) * 112 + left + Math.floor(i / 2)] = 1;
      }
    const inputs = reduce(bitmap, image, true);
    const [x, y] = centreOf(inputs, 28);
    expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5);
    const rows = Array.from({ length: 28 }, (_, row) => inputs.subarray(28 * row, 28 * row + 28).some((value) => value > 0));
    expect(rows.filter(Boolean)).toHaveLength(20);
    expect(inputs.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)).toBe(true);
  }
});

describe("a table", () => {
  const reader = (name: string, text: string) => createTableReader(name, new TextEncoder().encode(text));
  const plain = { types: {}, ignore: [], test: 0.2, validation: 0.1 } as const;

  test("of irises is the library's prepared table, its parts behind each other, and trains to at least 90 %", async () => {
    const table = reader("iris.csv", IRIS_CSV);
    expect((await table.read({})).columns.at(-1)).toBe("species");
    const learned = await table.learn({ ...plain, target: "species" });
    expect(learned.classes).toEqual([
      ["setosa", 50],
      ["versicolor", 50],
      ["virginica", 50],
    ]);
    expect(learned.parts).toEqual([108, 12, 30]);
    const { dataset, raw, options, model } = await table.data();
    keepRaw(dataset, raw);
    // The same rows, prepared by the library itself.
    const { source } = await csvTable(() => IRIS_CSV, { name: "iris.csv" });
    const own = await prepareTable(source, {
      target: "species",
      test: 0.2,
      validation: 0.1,
      seed: 1,
      embedFrom: Infinity,
      periodic: false,
    });
    expect(dataset.preparation).toEqual(own.dataset.preparation);
    const { train: first, validation, test } = split(own.dataset, own.dataset.drawn);
    const order = [...first, ...validation, ...test];
    expect([dataset.validationFrom, dataset.testFrom]).toEqual([108, 120]);
    order.forEach((from, to) => {
      expect(dataset.inputs.subarray(4 * to, 4 * to + 4)).toEqual(own.dataset.inputs.subarray(4 * from, 4 * from + 4));
      expect((dataset.target as ClassTarget).indices[to]).toBe((own.dataset.target as ClassTarget).indices[from]);
      expect(Object.values(rawRow(dataset, to)!)).toEqual([...iris().inputs.subarray(4 * from, 4 * from + 4)].map(String));
    });
    expect(decodeModel(model).preparation).toEqual(dataset.preparation);
    const { test: score } = await train(dataset, options).result;
    expect((score as ClassificationEvaluation).accuracy).toBeGreaterThanOrEqual(0.9);
    // The program of the Share screen has the same bits.
    const { inputs, ...parts } = datasetParts(dataset);
    const written = createDataset({ ...parts, inputs: { values: Float64Array.from(inputs.values), shape: [150, 4] } });
    const short = { ...options, epochs: 2 };
    const again = await train({ ...written, validationFrom: 108 }, short).result;
    expect(again.model.network.parameters).toEqual((await train(dataset, short).result).model.network.parameters);
    // Another seed takes the rows as they were divided.
    expect((await train(dataset, { ...options, seed: 2, epochs: 0 }).result).model.split).toMatchObject({ test: 0, validation: 0 });
  });

  const FLATS = Array.from({ length: 40 }, (_, i) => [
    i % 9 === 0 ? "" : `${30 + i},5`,
    ["Bern", "Zug"][i % 2]!,
    i % 3 === 0 ? "ja" : "nein",
  ]);

  test("is read as it is written, a model's own way too", async () => {
    const text = `size;town;garden\n${FLATS.map((cells) => cells.join(";")).join("\n")}\n`;
    const table = reader("flats.csv", text);
    expect((await table.read({})).dialect).toMatchObject({ delimiter: ";", mark: ",", header: true });
    const { schema } = await table.learn({ ...plain, target: "garden" });
    expect(schema.map(({ name, type, missing, range }) => [name, type, missing, range])).toEqual([
      ["size", "numeric", 5, [31.5, 69.5]],
      ["town", "categorical", 0, undefined],
    ]);
    const { dataset, raw, model: file } = await table.data();
    expect(dataset.columns).toEqual(["size", "size is missing", "town=Zug", "town=Bern"]);
    const model = decodeModel(file) as ClassificationModel;
    const again = reader("more.csv", `garden;town;size\nja;Zug;40,5\n;Zug;1\nnein;Bern;\n`);
    await again.read({});
    const rows = await again.forModel(model);
    const wanted = await encodeTable(model.preparation!, [
      { size: 40.5, town: "Zug" },
      { size: null, town: "Bern" },
    ]);
    expect(rows.dataset.inputs).toEqual(wanted.inputs);
    expect([...(rows.dataset.target as ClassTarget).indices]).toEqual([0, 1]);
    keepRaw(rows.dataset, rows.raw!);
    expect([rawRow(rows.dataset, 0), rawRow(rows.dataset, 1)]).toEqual([
      { size: "40,5", town: "Zug" },
      { size: "", town: "Bern" },
    ]);
    expect(rawRow(dataset, 0)).toBeUndefined();
    keepRaw(dataset, raw);
    expect(Object.keys(rawRow(dataset, 0)!)).toEqual(["size", "town"]);
    const other = reader("other.csv", "garden;town;size\nvielleicht;Zug;40,5\nja;Zug;4,5\n");
    await other.read({});
    await expect(other.forModel(model)).rejects.toThrow(
      /other\.csv, line 2, column "garden": expected one of the classes of the model, ja, nein/,
    );
  });

  test("may be JSON lines", async () => {
    const text = FLATS.map(([size, town, garden]) => JSON.stringify({ size: size === "" ? null : size!.length, town, garden })).join("\n");
    expect(kindOf("flats.txt", new TextEncoder().encode(text))).toBe("table");
    expect(kindOf("network.json", new TextEncoder().encode('{\n  "inputs": 2 }'))).toBe("network");
    const table = reader("flats.txt", text);
    expect(await table.read({})).toEqual({ columns: ["size", "town", "garden"], encoding: "utf-8", dialect: undefined });
    await table.learn({ ...plain, target: "town", types: { size: "categorical" }, ignore: ["garden"] });
    const { dataset, raw } = await table.data();
    keepRaw(dataset, raw);
    expect(rawRow(dataset, 0)).toEqual({ size: expect.toSatisfy((cell: unknown) => cell === null || typeof cell === "number") as unknown });
  });

  test("keeps groups together, and the latest rows for the test", async () => {
    const text = `who,day,x,y\n${Array.from({ length: 60 }, (_, i) => `p${i % 6},2024-01-${String(1 + (i % 28)).padStart(2, "0")},${i},${i % 2 ? "a" : "b"}`).join("\n")}\n`;
    const table = reader("visits.csv", text);
    await table.read({});
    expect((await table.learn({ ...plain, target: "y", group: "who" })).parts).toEqual([40, 10, 10]);
    await table.learn({ ...plain, target: "y", time: "day" });
    const { dataset, raw } = await table.data();
    keepRaw(dataset, raw);
    const days = Array.from({ length: 60 }, (_, at) => rawRow(dataset, at)!["day"] as string);
    expect(days.slice(0, dataset.testFrom).every((day) => days.slice(dataset.testFrom).every((late) => day <= late))).toBe(true);
  });

  test.each([
    ["a,b,c\n1,2,x\n3,y\n", /a\.csv, line 3: .*3 cells/, undefined],
    ["a,a,c\n1,2,x\n", /line 1: expected each column name once, got "a" in columns 1 and 2/, undefined],
    ["", /empty/, undefined],
    ["a,b,c\n1,2,x\n3,four,y\n5,6,x\n", /line 3, column "b": expected a number, as in 2 of the column's 3 cells, got "four"/, "b"],
    ["a,b,c\n1,2,x\n3,4,x\n", /column "c": expected at least two classes/, "c"],
  ])("that is malformed is refused with its place: %j", async (text, message, column) => {
    const table = reader("a.csv", text);
    const all = table.read({ header: true }).then(() => table.learn({ ...plain, target: "c" }));
    await expect(all).rejects.toThrow(message);
    expect(columnOf(await all.catch((error: unknown) => error), ["a", "b", "c"])).toBe(column);
  });
});

describe("IDX files", () => {
  const images = (name: string, rows: number) => ({
    name,
    array: readIdx(
      idx(
        [rows, 2, 2],
        Array.from({ length: rows * 4 }, (_, at) => at),
      ),
    ),
  });
  const labels = (name: string, list: readonly number[]) => ({ name, array: readIdx(idx([list.length], list)) });

  test("become one data set, the test part behind the other", () => {
    const data = pairUp([
      labels("t10k-labels-idx1-ubyte", [1, 0]),
      images("train-images-idx3-ubyte", 3),
      images("t10k-images-idx3-ubyte", 2),
      labels("train-labels-idx1-ubyte", [0, 1, 2]),
    ]);
    expect([...data.target.indices]).toEqual([0, 1, 2, 1, 0]);
    expect(data.testFrom).toBe(3);
    expect(data.image).toEqual({ height: 2, width: 2, maximum: 255 });
    expect([...data.inputs.subarray(12, 16)]).toEqual([0, 1, 2, 3]);
  });

  test("that do not belong together are named", () => {
    expect(() => pairUp([images("images", 3)])).toThrow(/images: expected a file of labels/);
    expect(() => pairUp([labels("labels", [1])])).toThrow(/labels holds labels/);
    expect(() => pairUp([images("images", 3), labels("labels", [0, 1])])).toThrow(/labels: expected 3 labels/);
  });

  mnist.test("of MNIST are the rows that Node reads", async () => {
    const { gunzipSync } = await import("node:zlib");
    const names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
    const data = pairUp(names.map((name) => ({ name, array: readIdx(gunzipSync(readFileSync(join(mnistPath, `${name}.gz`)))) })));
    expect(data.name).toBe("mnist");
    expect(fingerprint(data)).toBe(fingerprint(await readIdxFolder(mnistPath)));
  });
});

chromium.suite("the data of the explorer", () => {
  let explorer: Awaited<ReturnType<typeof openExplorer>>;
  beforeAll(async () => {
    explorer = await openExplorer();
  });

  const openDialog = async (page: Page): Promise<void> => {
    await page.getByRole("button", { name: "Open…" }).click();
    await page.locator("dialog[open]").waitFor();
  };
  const context = (page: Page): Promise<string | null> => page.locator(".context").textContent();
  interface GivenFile {
    readonly name: string;
    readonly buffer: Buffer;
  }
  const choose = async (page: Page, ...files: readonly GivenFile[]): Promise<void> => {
    await page.locator('dialog input[type="file"]').setInputFiles(files.map((file) => ({ ...file, mimeType: "application/octet-stream" })));
  };
  /** As a file manager does: onto the page, with the dialog closed. */
  const drop = async (page: Page, ...files: readonly GivenFile[]): Promise<void> => {
    const given = files.map(({ name, buffer }) => [name, buffer.toString("base64")]);
    await page.evaluate(`{
      const transfer = new DataTransfer();
      for (const [name, bytes] of ${JSON.stringify(given)}) transfer.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }`);
  };
  const alert = (page: Page): Promise<string | null> => page.locator("dialog [role=alert]").textContent();

  test("opens by a dialog that the keyboard and screen readers know", async () => {
    const page = await explorer.page();
    await page.getByRole("button", { name: "Open…" }).focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    expect(await page.getByRole("dialog", { name: "Open" }).count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await choose(page, { name: "iris.csv", buffer: Buffer.from(IRIS_CSV) });
    await page.locator(".schema").waitFor();
    await soon(() => page.getByRole("button", { name: "Open these rows" }).isEnabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await soon(() => page.locator("dialog[open]").count()).toBe(0);
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Open…");
    expect(await context(page)).toContain("digits, 64-16-16-10");
    await page.close();
  });

  test.each(CATALOGUE.map(({ id, title, options, trained }) => [id, title, options.hidden!.join("-"), trained !== undefined] as const))(
    "opens %s",
    async (id, title, hidden, isTrained) => {
      const page = await explorer.page("#screen=network");
      await openDialog(page);
      await page.getByRole("button", { name: title, exact: true }).click();
      await soon(() => page.locator("dialog[open]").count()).toBe(0);
      const text = await context(page);
      expect(text).toMatch(new RegExp(`^${id}, \\d+-${hidden}-\\d+`));
      expect(text!.includes("untrained")).toBe(!isTrained);
      const plane = ["circle", "xor", "gaussians", "spiral", "reg-plane", "reg-gauss"].includes(id);
      const ofValues = id.startsWith("reg-");
      await soon(() => page.locator(".surface canvas").count()).toBe(plane ? 1 : 0);
      if (plane) {
        expect(
          Number(await page.locator(`[data-what="test-${ofValues ? "rmse" : "accuracy"}"]`).getAttribute("data-value")),
        ).toBeGreaterThan(0);
        await page.locator(".surface summary").click();
        await soon(() =>
          page
            .locator(".surface-table td")
            .filter({ hasText: ofValues ? /^-?\d/ : "%" })
            .count(),
        ).toBe(49);
        expect(await violations(page)).toEqual([]);
      }
      await page.close();
    },
  );

  /** A town's flats, with gaps, days and decimal commas. */
  const FLATS_CSV = `id;size;town;garden;built;price class\n${Array.from({ length: 200 }, (_, i) => {
    const [size, town] = [30 + ((i * 37) % 90), ["Bern", "Genf", "Zug", "Chur"][(i * 7) % 4]!];
    const price = size * (town === "Zug" ? 2 : 1) > 100 ? "dear" : "cheap";
    return [i + 1, i % 11 === 0 ? "" : `${size},5`, town, i % 2 ? "yes" : "no", `${2000 + (i % 20)}-0${1 + (i % 9)}-15`, price].join(";");
  }).join("\n")}\n`;

  test("opens a table of the reader's: its schema, its cells, and reasons for an answer", async () => {
    const page = await explorer.page("#screen=network");
    await drop(page, { name: "flats.csv", buffer: Buffer.from(FLATS_CSV) });
    await page.locator(".wizard").waitFor();
    await soon(() => page.locator(".wizard [role=status]").textContent()).toMatch(
      /200 rows: 144 to train on, 16 for validation, 40 for the test; 10 inputs. 2 classes/,
    );
    expect(await page.locator('select[name="target"]').inputValue()).toBe("price class");
    const row = (name: string) => page.locator(`.schema tr[data-column="${name}"]`);
    expect(await row("id").textContent()).toContain("left out: it counts the rows");
    expect(await row("size").textContent()).toMatch(/by its cells: numeric.*1990/s);
    await row("built").locator("select").selectOption("left out");
    await soon(() => page.locator(".wizard [role=status]").textContent()).toMatch(/; 7 inputs/);
    await page.getByRole("button", { name: "Open these rows" }).click();
    await soon(() => context(page)).toContain("flats.csv, 7-16-16-2, untrained");
    expect(await page.locator("dialog[open]").count()).toBe(0);
    // The row as the file has it.
    const size = await page.getByLabel("size", { exact: true }).inputValue();
    expect(await page.locator(".context .row-cells").textContent()).toMatch(new RegExp(`^size ${size === "" ? "–" : size}town `));
    const push = async (): Promise<number> => {
      const all = await page
        .locator('[data-what="push"]')
        .evaluateAll((list) => list.map((each) => Number(each.getAttribute("data-value"))));
      return all.reduce((sum, value) => sum + value, 0);
    };
    await page.locator(".reasons tbody tr").first().waitFor();
    expect(await page.locator(".reasons tbody tr").count()).toBe(3);
    const together = async (): Promise<number> => Number(await page.locator('[data-what="together"]').getAttribute("data-value"));
    await soon(async () => Math.abs((await push()) - (await together()))).toBeLessThan(1e-3);
    await page.getByLabel("size", { exact: true }).fill("115,5");
    await page.getByLabel("size", { exact: true }).blur();
    await page.getByLabel("town", { exact: true }).selectOption("Zug");
    await soon(() => page.locator(".context .row-cells").textContent()).toContain("size 115,5town Zug");
    await soon(() => page.locator('[data-reason="size"] td').first().textContent()).toBe("115,5");
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("size", { exact: true }).fill("large");
    await page.getByLabel("size", { exact: true }).blur();
    await soon(() => page.locator(".columns .problem").textContent()).toMatch(
      /column "size": expected a finite number, or nothing, got "large"/,
    );
    await page.close();
  });

  test("reads a large table beside the page", async () => {
    const page = await explorer.page("#screen=train");
    const head = Array.from({ length: 64 }, (_, k) => `x${k}`).join(",");
    let text = `${head},class\n`;
    for (let i = 0; i < 20_000; i++) {
      for (let k = 0; k < 64; k++) text += `${((i * (k + 7) * 7919) % 1000) / 10},`;
      text += i % 3 === 0 ? "a\n" : "b\n";
    }
    await openDialog(page);
    await page.waitForTimeout(500);
    await choose(page, { name: "large.csv", buffer: Buffer.from(text) });
    await page.locator(".wizard").waitFor();
    await soon(() => page.locator(".wizard [role=status]").textContent()).toContain("20,000 rows");
    await page.getByRole("button", { name: "Open these rows" }).click();
    await soon(() => context(page)).toContain("large.csv, 64-16-16-2, untrained");
    await page.close();
  }, 120_000);

  test("says where a table is wrong, and leaves the page as it is", async () => {
    const page = await explorer.page("#screen=network&row=12&of=b3[2]");
    const before = await context(page);
    await drop(page, { name: "ragged.csv", buffer: Buffer.from("a,b,c\n1,2,x\n3,4,y\n5,y\n") });
    await soon(() => alert(page)).toMatch(/ragged\.csv, line 4/);
    await page.getByRole("button", { name: "Something else" }).click();
    await choose(page, { name: "text.csv", buffer: Buffer.from("a,b,c\n1,2,x\n3,4,y\n5,six,x\n7,8,y\n") });
    await soon(() => alert(page)).toMatch(/text\.csv, line 4, column "b": expected a number, as in 3 of the column's 4 cells, got "six"/);
    expect(await page.getByRole("button", { name: "Open these rows" }).isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Leave “b” out" }).click();
    await soon(() => page.locator(".wizard [role=status]").textContent()).toContain("4 rows");
    await page.locator('select[name="target"]').selectOption("a");
    await page.locator('select[name="task"]').selectOption("");
    await page.getByRole("button", { name: "Close" }).click();
    expect(await context(page)).toBe(before);
    await page.close();
  });

  test("refuses what it cannot show, in words", async () => {
    const page = await explorer.page();
    const before = await context(page);
    await openDialog(page);
    const { model } = await train(
      { ...iris(), target: { kind: "labels", names: ["x"], values: Uint8Array.from({ length: 150 }, (_, i) => i % 2) } },
      { epochs: 1 },
    ).result;
    await choose(page, { name: "labels.safetensors", buffer: Buffer.from(encodeModel(model)) });
    await soon(() => alert(page)).toMatch(
      /labels\.safetensors answers any number of labels a row \(multi-label\); the explorer shows networks that answer a class or numbers/,
    );
    await choose(page, { name: "bad.json", buffer: Buffer.from('{\n  "inputs": 2,\n  "layers": [\n') });
    await soon(() => alert(page)).toMatch(/bad\.json, line 4: expected a network as JSON/);
    await choose(page, { name: "wrong.json", buffer: Buffer.from('{ "inputs": 2, "layers": [{ "units": 0 }] }') });
    await soon(() => alert(page)).toMatch(/layers\[0\]\.units/);
    await choose(page, { name: "sheet.xlsx", buffer: Buffer.from("PK\u0003\u0004") });
    await soon(() => alert(page)).toMatch(/sheet\.xlsx: .*save the sheet as CSV/);
    await choose(page, { name: "broken.safetensors", buffer: Buffer.from(encodeModel(mnistModel)).subarray(0, 5000) });
    await soon(() => alert(page)).toMatch(/broken\.safetensors/);
    expect(await context(page)).toBe(before);
    await page.close();
  });

  test("opens a textbook's network, whose numbers come back", async () => {
    const text = JSON.stringify(textbook);
    const network = createNetwork(JSON.parse(text) as Parameters<typeof createNetwork>[0]);
    expect(createNetwork(JSON.parse(networkFile(network)) as Parameters<typeof createNetwork>[0]).parameters).toEqual(network.parameters);
    const page = await explorer.page("#screen=network");
    await drop(page, { name: "textbook.json", buffer: Buffer.from(text) });
    await soon(() => context(page)).toContain("textbook, 2-2-1");
    // a3 of the first row, (0.05, 0.1)
    await soon(async () => Number(await page.locator('.outputs [data-what="output"]').first().getAttribute("data-value"))).toBeCloseTo(
      0.75136507,
      7,
    );
    await page.close();
  });

  test("opens images and labels, packed or not, with their own pad", async () => {
    const page = await explorer.page("#screen=network");
    const images = idx(
      [10, 4, 4],
      Array.from({ length: 160 }, (_, at) => (at * 37) % 256),
    );
    await drop(
      page,
      { name: "my-images.gz", buffer: gzipSync(images) },
      { name: "my-labels", buffer: idx([10], [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]) },
    );
    await soon(() => context(page)).toContain("my-images, 16-16-16-3, untrained");
    expect(await page.locator(".seen figcaption").textContent()).toContain("4 x 4 pixels from 0 to 255");
    await page.close();
  });

  test("opens a model with its data, and without it with those of the page that fit", async () => {
    const page = await explorer.page();
    const { model } = await train(iris(), { epochs: 1, hidden: [5] }).result;
    const file = { name: "flowers.safetensors", buffer: Buffer.from(encodeModel(model)) };
    await drop(page, file);
    await soon(() => context(page)).toMatch(/flowers, 4-5-3.*true class setosa/s);
    await drop(page, file, { name: "some.csv", buffer: Buffer.from(IRIS_CSV.split("\n").slice(0, 120).join("\n")) });
    await soon(() => page.getByRole("button", { name: "Open these rows" }).isEnabled()).toBe(true);
    await page.getByRole("button", { name: "Open these rows" }).click();
    await soon(() => page.locator('.context input[type="number"]').getAttribute("max")).toBe("118");
    await page.close();
  });

  test("opens a model of the library's recipe for tables with its raw rows, and alone with a typical one", async () => {
    const { source, dialect } = await csvTable(() => FLATS_CSV, { name: "flats.csv" });
    const { model } = await train(source, { target: "price class", mark: dialect.mark, embedFrom: 3, seed: 1, epochs: 1 }).result;
    const page = await explorer.page("#screen=network");
    const file = { name: "flats.safetensors", buffer: Buffer.from(encodeModel(model)) };
    await drop(page, file);
    await soon(() => context(page)).toContain("flats, ");
    expect(await context(page)).toContain("no rows");
    await soon(() => page.locator(".reasons tbody tr").count()).toBe(4);
    expect(Number(await page.locator('[data-what="together"]').getAttribute("data-value"))).toBe(0);
    await drop(page, file, { name: "others.csv", buffer: Buffer.from(FLATS_CSV.split("\n").slice(0, 51).join("\n")) });
    await soon(() => page.getByRole("button", { name: "Open these rows" }).isEnabled()).toBe(true);
    await page.getByRole("button", { name: "Open these rows" }).click();
    await soon(() => page.locator('.context input[type="number"]').getAttribute("max")).toBe("49");
    await page.getByLabel("Next row").click();
    await soon(() => page.locator(".context .row-cells").textContent()).toBe("size 67,5town Churgarden yesbuilt 2001-02-15");
    await soon(() => page.locator('[data-reason="size"] td').first().textContent()).toBe("67,5");
    // What the page shows is what the library says, but for the last bits of exponentials.
    const wanted = reasons(model, { size: "67,5", town: "Chur", garden: "yes", built: "2001-02-15" });
    await soon(async () => Number(await page.locator('.reasons [data-what="value"]').getAttribute("data-value"))).toBeCloseTo(
      wanted.value,
      12,
    );
    for (const { column, push } of wanted.reasons) {
      expect(Number(await page.locator(`[data-reason="${column}"] [data-what="push"]`).getAttribute("data-value"))).toBeCloseTo(push, 12);
    }
    await page.locator("nav .tab", { hasText: "Equation" }).click();
    await page.locator(".eq-tree tbody tr").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test("draws 28 x 28 with the mouse as with the keyboard, and knows a 1 and a 0", async () => {
    const page = await explorer.page("#screen=network");
    await openDialog(page);
    await page.getByRole("button", { name: "Digits, 28 x 28" }).click();
    await soon(() => context(page)).toContain("digits-28");
    const pad = page.locator(".pad > canvas");
    await pad.scrollIntoViewIfNeeded();
    const seen = (): Promise<number[]> =>
      page.locator(".seen canvas").evaluate((canvas) => {
        const { data } = (canvas as unknown as { getContext(kind: "2d"): { getImageData(...box: number[]): { data: Uint8ClampedArray } } })
          .getContext("2d")
          .getImageData(0, 0, 28, 28);
        // White ground in the light theme.
        return Array.from({ length: 784 }, (_, at) => 255 - data[4 * at]!);
      });
    const draw = async (points: readonly (readonly [number, number])[]): Promise<void> => {
      await page.getByRole("button", { name: "Clear" }).click();
      const box = (await pad.boundingBox())!;
      const at = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height] as const);
      await page.mouse.move(...at[0]!);
      await page.mouse.down();
      for (const point of at.slice(1)) await page.mouse.move(...point, { steps: 6 });
      await page.mouse.up();
    };
    const isCentred = async (): Promise<void> => {
      const [x, y] = centreOf(await seen(), 28);
      expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5);
      expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5);
    };
    await draw([
      [0.3, 0.1],
      [0.27, 0.6],
    ]);
    await soon(() => page.locator(".outputs h3 b").textContent()).toBe("1");
    await isCentred();
    await draw(
      Array.from({ length: 25 }, (_, i) => [0.6 + 0.2 * Math.sin((i * Math.PI) / 12), 0.5 - 0.32 * Math.cos((i * Math.PI) / 12)] as const),
    );
    await soon(() => page.locator(".outputs h3 b").textContent()).toBe("0");
    await isCentred();
    // A line down from the middle; the keyboard goes in steps of an eighth of the pad's 32.
    await draw([
      [56.5 / 112, 56.5 / 112],
      [56.5 / 112, 96.5 / 112],
    ]);
    const byMouse = await seen();
    await page.getByRole("button", { name: "Clear" }).click();
    await pad.focus();
    for (let step = 0; step < 10; step++) await page.keyboard.press("Shift+ArrowDown");
    await soon(seen).toEqual(byMouse);
    expect(byMouse.some((value) => value > 200)).toBe(true);
    await page.close();
  });

  mnist.test("opens the four files of MNIST", async () => {
    const names = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];
    const paths = names.map((name) => join(mnistPath, name));
    if (!paths.every(existsSync)) return;
    const page = await explorer.page();
    await openDialog(page);
    await page.locator('dialog input[type="file"]').setInputFiles(paths);
    await soon(() => context(page)).toContain("mnist, 784-16-16-10, untrained");
    expect(await page.locator('.context input[type="number"]').getAttribute("max")).toBe("69999");
    await page.close();
  });
});
