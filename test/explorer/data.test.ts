import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { textbook } from "../cli/files.js";
import { drawnDigits } from "../../explorer/src/data/drawn-digits.js";
import { emptyBitmap, reduce } from "../../explorer/src/screens/network/reduce.js";
import { networkFile } from "../../explorer/src/share/network-file.js";
import { pairUp } from "../../explorer/src/shell/open/idx-data.js";
import { guessLabel, kindOfColumn, tableData } from "../../explorer/src/shell/open/table-data.js";
import { tableOptions } from "../../explorer/src/shell/open/table-options.js";
import { guessDelimiter, guessHeader, readTable } from "../../explorer/src/shell/open/table-text.js";
import { CATALOGUE } from "../../explorer/src/state/catalogue.js";
import { fingerprint } from "../../src/data/fingerprint.js";
import { iris } from "../../src/iris.js";
import {
  type ClassificationModel,
  createNetwork,
  decodeModel,
  encodeModel,
  evaluate,
  predictAll,
  readIdx,
  train,
} from "../../src/index.js";
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
    expect(evaluate(model, dataset).accuracy).toBeGreaterThanOrEqual(0.95);
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
  const read = (text: string) => readTable("a.csv", text, guessDelimiter(text));

  test("of irises trains to at least 90 %", async () => {
    const table = read(IRIS_CSV);
    const label = guessLabel(table);
    expect(table.header[label]).toBe("species");
    const data = tableData(
      table,
      label,
      table.header.map((_, at) => kindOfColumn(table, at)),
    );
    expect(fingerprint(data)).toBe(fingerprint(iris()));
    const { test: score } = await train(data, tableOptions(data, 0.2)).result;
    expect(score!.accuracy).toBeGreaterThanOrEqual(0.9);
  });

  test("is read as it is written", () => {
    expect(guessDelimiter("a;b;c\n1,5;2,5;x\n")).toBe(";");
    expect(guessDelimiter("a\tb\n1\t2\n")).toBe("\t");
    expect(guessHeader(["1.5", "x"])).toBe(false);
    const table = read("size;town;class\n1,5;Bern;yes\n2,5;Zug;no\n-3e1;Bern;yes\n");
    expect(table.hasHeader).toBe(true);
    const data = tableData(
      table,
      2,
      table.header.map((_, at) => kindOfColumn(table, at)),
    );
    expect(data.columns).toEqual(["size", "town=Bern", "town=Zug"]);
    expect([...data.inputs]).toEqual([1.5, 1, 0, 2.5, 0, 1, -30, 1, 0]);
    expect(data.target.classes).toEqual(["no", "yes"]);
  });

  test.each([
    ["a,b,c\n1,2,x\n3,y\n", /line 3, column 3: expected 3 cells/],
    ['a,b,c\n1,2,x\n3,"4,y\n', /line 3: expected a closing quote/],
    ["a,a,c\n1,2,x\n", /line 1: expected each column name once, got "a" twice/],
    ["a,b\n", /rows below the header/],
    ["", /empty/],
    ["a,b,c\n1,2,x\n\n3,four,y\n5,6,x\n", /line 4, column 2 \("b"\): expected a number, got "four"/],
    ["a,b,c\n1,2,x\n3,,y\n5,6,x\n", /line 3, column 2 \("b"\): expected a number, got an empty cell/],
    ["a,b,c\n1,2,x\n3,4,\n", /line 3, column 3 \("c"\): expected a class, got an empty cell/],
    ["a,b,c\n1,2,x\n3,4,x\n", /at least two classes/],
  ])("that is malformed is refused with its place: %j", (text, message) => {
    expect(() => {
      const table = read(text);
      tableData(
        table,
        table.header.length - 1,
        table.header.map((_, at) => kindOfColumn(table, at)),
      );
    }).toThrow(message);
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
    await page.locator(".preview").waitFor();
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
      const plane = ["circle", "xor", "gaussians", "spiral"].includes(id);
      await soon(() => page.locator(".surface canvas").count()).toBe(plane ? 1 : 0);
      if (plane) {
        expect(Number(await page.locator('[data-what="test-accuracy"]').getAttribute("data-value"))).toBeGreaterThan(0);
        await page.locator(".surface summary").click();
        await soon(() => page.locator(".surface-table td").filter({ hasText: "%" }).count()).toBe(49);
        expect(await violations(page)).toEqual([]);
      }
      await page.close();
    },
  );

  test("opens a table of the reader's, by its label", async () => {
    const page = await explorer.page();
    await drop(page, { name: "iris.csv", buffer: Buffer.from(IRIS_CSV) });
    await page.locator(".wizard").waitFor();
    await soon(() => page.locator(".wizard .counts").textContent()).toMatch(/150 rows, 3 classes: setosa 50, versicolor 50, virginica 50/);
    expect(await page.locator(".preview tbody tr").count()).toBe(20);
    expect(await page.locator('select[name="label"]').inputValue()).toBe("4");
    await page.getByRole("button", { name: "Open these rows" }).click();
    await soon(() => context(page)).toContain("iris.csv, 4-16-16-3, untrained");
    expect(await page.locator("dialog[open]").count()).toBe(0);
    await page.close();
  });

  test("says where a table is wrong, and leaves the page as it is", async () => {
    const page = await explorer.page("#screen=network&row=12&of=b3[2]");
    const before = await context(page);
    await drop(page, { name: "ragged.csv", buffer: Buffer.from("a,b,c\n1,2,x\n3,y\n") });
    await soon(() => alert(page)).toMatch(/ragged\.csv, line 3, column 3/);
    await page.getByRole("button", { name: "Something else" }).click();
    await choose(page, { name: "text.csv", buffer: Buffer.from("a,b,c\n1,2,x\n3,4,y\n5,six,x\n7,8,y\n") });
    await page.getByRole("button", { name: "Open these rows" }).click();
    await soon(() => alert(page)).toMatch(/text\.csv, line 4, column 2 \("b"\): expected a number, got "six"/);
    await page.getByRole("button", { name: "Close" }).click();
    expect(await context(page)).toBe(before);
    await page.close();
  });

  test("refuses what it cannot show, in words", async () => {
    const page = await explorer.page();
    const before = await context(page);
    await openDialog(page);
    const { model } = await train(
      { ...iris(), target: { kind: "values", names: ["x"], values: Float64Array.from({ length: 150 }, (_, i) => i) } },
      { epochs: 1 },
    ).result;
    await choose(page, { name: "numbers.safetensors", buffer: Buffer.from(encodeModel(model)) });
    await soon(() => alert(page)).toMatch(
      /numbers\.safetensors answers numbers \(regression\); the explorer shows networks that answer classes/,
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
    await page.locator(".wizard").waitFor();
    await page.getByRole("button", { name: "Open these rows" }).click();
    await soon(() => page.locator('.context input[type="number"]').getAttribute("max")).toBe("118");
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
