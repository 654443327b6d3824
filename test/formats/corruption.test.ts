import { describe, expect, test } from "vitest";
import { ChainruleError } from "../../src/base/errors.js";
import { createDataset } from "../../src/data/create-dataset.js";
import { decodeModel, encodeModel } from "../../src/formats/model-file.js";
import type { Model } from "../../src/training/model.js";
import { adam } from "../../src/training/optimizers.js";
import { predictAll } from "../../src/training/predict.js";
import { train } from "../../src/training/train.js";
import { headerOf } from "./build.js";

const data = createDataset({
  name: "xor",
  inputs: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  labels: ["same", "different", "different", "same"],
});
const network = { inputs: 2, layers: [{ units: 2, activation: "tanh" }, { units: 1 }] } as const;
const { model } = await train(data, { network, epochs: 2, test: 0, validation: 0 }).result;
const file = encodeModel(model);
const { dataStart } = headerOf(file);

/** The model in the bytes, or undefined where they are refused; any other exception is a failure. */
function open(bytes: Uint8Array): Model | undefined {
  try {
    return decodeModel(bytes);
  } catch (error) {
    if (error instanceof ChainruleError && error.code === "E_CORRUPT") return undefined;
    throw error;
  }
}

/** All values in a full run; otherwise each bit flipped, and what means something in JSON. */
function otherBytes(byte: number): number[] {
  if (process.env["CHAINRULE_FULL"] === "1") return Array.from({ length: 256 }, (_, value) => value).filter((value) => value !== byte);
  const bits = Array.from({ length: 8 }, (_, bit) => byte ^ (1 << bit));
  const telling = Array.from('{}[]":,\\ 019.-eE', (character) => character.charCodeAt(0));
  return [...new Set([...bits, ...telling, 0, 255])].filter((value) => value !== byte);
}

describe("a model file with something wrong in it", () => {
  test("cut short at any length is refused", () => {
    for (let length = 0; length < file.length; length++) {
      if (open(file.subarray(0, length)) !== undefined) expect.fail(`${length} of ${file.length} bytes were accepted`);
    }
    expect(open(file)).toEqual(model);
  });

  test("with bytes behind it is refused", () => {
    for (const extra of [1, 4, 8, 1000]) {
      const longer = new Uint8Array(file.length + extra);
      longer.set(file);
      expect(open(longer)).toBeUndefined();
    }
  });

  test("one byte of the length or the header changed: refused, or the same network under other names and numbers", () => {
    let accepted = 0;
    const bytes = file.slice();
    for (let at = 0; at < dataStart; at++) {
      for (const value of otherBytes(file[at]!)) {
        bytes[at] = value;
        const opened = open(bytes);
        if (opened === undefined) continue;
        accepted += 1;
        // No checksum guards the description, so a letter of a label or a digit of a seed may be another one. What the network
        // is and what its parameters are cannot be.
        const { network: read, task, columns, scaling, split, training, ...rest } = opened;
        expect(read).toEqual(model.network);
        expect(task.kind === "classification" && task.classes.length).toBe(2);
        expect(columns).toHaveLength(2);
        expect(columns.every((name) => typeof name === "string")).toBe(true);
        expect(scaling.kind).toBe(model.scaling.kind);
        expect(split).toMatchObject({ rows: expect.any(Number) as unknown, seed: expect.any(Number) as unknown });
        expect(training).toMatchObject({ optimizer: { kind: "sgd" }, batchSize: expect.any(Number) as unknown });
        expect(rest).toEqual({ parametersHash: model.parametersHash });
        expect(predictAll(opened, data)).toHaveLength(4);
      }
      bytes[at] = file[at]!;
    }
    // Labels, names and digits are most of what is left.
    expect(accepted).toBeGreaterThan(100);
    expect(open(bytes)).toEqual(model);
  });

  test("one byte of the record of an Adam changed: refused, or an Adam with other numbers in their ranges", async () => {
    const { model: adaptive } = await train(data, { network, epochs: 1, test: 0, validation: 0, optimizer: adam() }).result;
    const bytes = encodeModel(adaptive);
    const { text } = headerOf(bytes);
    const [from, to] = [8 + text.indexOf("optimizer"), 8 + text.indexOf("batchSize")];
    let accepted = 0;
    for (let at = from; at < to; at++) {
      const right = bytes[at]!;
      for (const value of otherBytes(right)) {
        bytes[at] = value;
        const optimizer = open(bytes)?.training?.optimizer;
        if (optimizer === undefined) continue;
        accepted += 1;
        if (optimizer.kind !== "adam") expect.fail(`byte ${at}: ${JSON.stringify(optimizer)}`);
        const { learningRate, beta1, beta2, epsilon } = optimizer;
        const inRange = learningRate > 0 && beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0;
        expect({ optimizer, inRange }).toMatchObject({ inRange: true });
      }
      bytes[at] = right;
    }
    // Digits of its numbers.
    expect(accepted).toBeGreaterThan(20);
    expect(open(bytes)).toEqual(adaptive);
  });

  test("one bit of the data flipped: another hash, or a number that is not finite and is refused", () => {
    for (let at = dataStart; at < file.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const bytes = file.slice();
        bytes[at]! ^= 1 << bit;
        const opened = open(bytes);
        if (opened !== undefined) expect(opened.parametersHash).not.toBe(model.parametersHash);
      }
    }
  });

  test("two bytes of the header changed places, or a byte left out or put in", () => {
    for (let at = 8; at < dataStart - 1; at++) {
      const swapped = file.slice();
      [swapped[at], swapped[at + 1]] = [file[at + 1]!, file[at]!];
      const without = Uint8Array.of(...file.subarray(0, at), ...file.subarray(at + 1));
      const twice = Uint8Array.of(...file.subarray(0, at), file[at]!, ...file.subarray(at));
      for (const bytes of [swapped, without, twice]) {
        const opened = open(bytes);
        if (opened !== undefined) expect(opened.network).toEqual(model.network);
      }
    }
  });
});
