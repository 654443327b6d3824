import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requires } from "../support/requires.js";
import { runNode } from "../support/run.js";
import { temporaryFolder, writeFiles } from "../support/temporary.js";
import { bin, chainrule, expectFailure, fail, leftovers, readTensors, runAll, succeed, words } from "./command.js";
import { irisCsv } from "./files.js";

const folder = temporaryFolder();
const model = join(folder, "iris.safetensors");
let bytes: Buffer;

beforeAll(async () => {
  await succeed(folder, "train iris --epochs 2 --out iris.safetensors");
  bytes = readFileSync(model);
});

describe("a model file", () => {
  test("that is not there, or a folder", async () => {
    const commands = ["info MODEL", "evaluate MODEL iris", "predict MODEL iris", "check-gradients MODEL iris"];
    await Promise.all(
      commands.map((line) =>
        fail(folder, words(line.replace("MODEL", "none.safetensors")), 2, "none.safetensors: expected a file that can be read"),
      ),
    );
    await fail(folder, words("info ."), 2, "This is a folder.");
  });

  test.each<[what: string, content: () => Uint8Array, ...parts: string[]]>([
    ["empty", () => new Uint8Array(), "expected at least 8 bytes of a safetensors file, got 0 bytes"],
    ["cut in its header", () => bytes.subarray(0, 100), "expected a header of", "got 92 bytes after the length"],
    ["cut in its data", () => bytes.subarray(0, -4), "bytes of data, as the header says", "is the file cut short?"],
    ["a byte too long", () => Buffer.concat([bytes, Buffer.of(0)]), "bytes of data, as the header says"],
    ["random", () => Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 31 + i * 7 + 11) % 251), "expected a header length of at most"],
    [
      "a zip archive, as PyTorch's .pt is",
      () => Buffer.from("PK\u0003\u0004\u0014\u0000\u0000\u0000 data.pkl"),
      "expected a header length of at most",
    ],
    ["a table", () => Buffer.from(irisCsv()), "Is it a safetensors file, and whole?"],
    [
      "of another format version",
      () => Buffer.from(bytes.toString("latin1").replace('\\"format\\":1', '\\"format\\":9'), "latin1"),
      "expected model format 1, got 9",
      "newer version",
    ],
    ["with NaN in it", () => Buffer.concat([bytes.subarray(0, -4), Buffer.of(0, 0, 0xc0, 0x7f)]), 'finite values in tensor "b4"'],
  ])("that is %s", async (what, content, ...parts) => {
    const file = `${what.replace(/\W+/g, "-")}.safetensors`;
    writeFileSync(join(folder, file), content());
    const results = await runAll(folder, [
      ["info", file],
      ["evaluate", file, "iris"],
      ["predict", file, "iris", "--out", `${file}.csv`],
      ["check-gradients", file, "iris"],
    ]);
    for (const result of results) expectFailure(result, 3, file, ...parts);
    expect(existsSync(join(folder, `${file}.csv`))).toBe(false);
  });

  test("of derivatives alone", async () => {
    await succeed(folder, "check-gradients iris.safetensors iris --out gradients.safetensors");
    await fail(
      folder,
      words("info gradients.safetensors"),
      3,
      "expected a chainrule model, got a safetensors file without chainrule's description",
    );
  });
});

describe("training that diverges", () => {
  test("names epoch, batch and layer, and leaves the model as it was", async () => {
    const line = "train iris --activation relu --output-activation softmax --learning-rate 1e30 --out iris.safetensors";
    await fail(
      folder,
      words(line),
      4,
      /epoch 1, batch \d+, layer \d: expected a finite cost, got (NaN|Infinity)\. Training has diverged: try a learning rate below 1e\+30\./,
    );
    expect(readFileSync(model).equals(bytes)).toBe(true);
    expect(leftovers(folder)).toEqual([]);
  });

  test("also where the last update did it", async () => {
    const line = "train iris --hidden none --scale none --cost squared-error --output-activation identity --batch-size 1000 --validation 0";
    await fail(
      folder,
      words(`${line} --learning-rate 1e38 --epochs 1 --out iris.safetensors`),
      4,
      /epoch 1, batch 0, layer 2: expected a finite (w|b)2/,
    );
    expect(readFileSync(model).equals(bytes)).toBe(true);
  });
});

describe.concurrent("--out", () => {
  test("into a folder that is not there: said before training", async () => {
    const parts = ['--out: expected a file in a folder that is there, got "nowhere/m.safetensors"', 'Make the folder "nowhere" first.'];
    await Promise.all(
      ["train iris --epochs 1000000", "predict iris.safetensors iris", "check-gradients iris.safetensors iris"].map((line) =>
        fail(folder, words(`${line} --out nowhere/m.safetensors`), 5, ...parts),
      ),
    );
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });

  test("that is a folder, nothing, or the data", async () => {
    writeFiles(folder, { "flowers.csv": irisCsv() });
    await fail(folder, words("train iris --out ."), 2, '--out: expected a file, got the folder "."');
    await fail(folder, ["train", "iris", "--out", ""], 2, '--out: expected a file name, got ""');
    await fail(
      folder,
      words("train flowers.csv --target species --out ./flowers.csv"),
      2,
      "--out: expected another file than those that are read",
    );
    await fail(folder, words("predict iris.safetensors flowers.csv --out flowers.csv"), 2, "It would be overwritten.");
    expect(readFileSync(join(folder, "flowers.csv"), "utf8")).toBe(irisCsv());
  });

  const asUser = requires(process.getuid !== undefined && process.getuid() !== 0, "a user whom permissions stop (root may write anywhere)");
  asUser.test("into a folder that is read-only", async () => {
    mkdirSync(join(folder, "closed"), { mode: 0o555 });
    await fail(folder, words("train iris --out closed/m.safetensors"), 5, '--out: expected a folder that can be written to, got "closed"');
  });

  const full = requires(existsSync("/dev/full"), "the device /dev/full");
  full.test("onto a full device", async () => {
    await fail(
      folder,
      words("train iris --epochs 1 --out /dev/full"),
      5,
      "/dev/full: expected a file that can be written, got ENOSPC",
      "free some space",
    );
    await fail(folder, words("predict iris.safetensors iris --out /dev/full"), 5, "ENOSPC");
  });

  full.test("standard output onto a full device", async () => {
    const script = `
      import { spawn } from "node:child_process";
      import { openSync } from "node:fs";
      const command = [${JSON.stringify(bin)}, "predict", "iris.safetensors", "iris"];
      spawn(process.execPath, command, { stdio: ["ignore", openSync("/dev/full", "w"), "inherit"] }).on("close", (code) => (process.exitCode = code));`;
    const { code, stderr } = await runNode(["--input-type=module", "-e", script], { cwd: folder });
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: expect.stringContaining("standard output: expected that it can be written, got ENOSPC") as string,
    });
  });
});

const small = mountSmallDisk();
small.requirement.suite("a disk that is full", () => {
  afterAll(() => {
    spawnSync("umount", [small.folder]);
  });

  test("keeps the model that was there, whole, and no part of the new one", async () => {
    await succeed(small.folder, "train iris --epochs 1 --out model.safetensors");
    const before = readFileSync(join(small.folder, "model.safetensors"));
    fill(join(small.folder, "filler"));
    const line = "train iris --epochs 2 --hidden 200,200 --out model.safetensors";
    await fail(
      small.folder,
      words(line),
      5,
      "model.safetensors: expected a file that can be written, got ENOSPC",
      "The disk is full: free some space.",
    );
    await fail(small.folder, words("predict model.safetensors digits --out p.csv"), 2);
    const { code } = await chainrule(small.folder, ...words("predict model.safetensors iris --out p.csv"));
    expect(code).toBe(5);
    expect(readFileSync(join(small.folder, "model.safetensors")).equals(before)).toBe(true);
    expect(readdirSync(small.folder).toSorted()).toEqual(["filler", "model.safetensors"]);
    expect(readTensors(join(small.folder, "model.safetensors")).tensors["b4"]!.values).toHaveLength(3);
  });
});

/** A file system of 256 kB, where the system lets this user mount one. */
function mountSmallDisk(): { folder: string; requirement: ReturnType<typeof requires> } {
  const mountPoint = temporaryFolder();
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=256k", "none", mountPoint]);
  return { folder: mountPoint, requirement: requires(status === 0, "the right to mount a small disk (root on Linux)") };
}

function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
  } finally {
    closeSync(file);
  }
}
