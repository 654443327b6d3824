import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { createDataset } from "../../src/data/create-dataset.js";
import { fingerprint } from "../../src/data/fingerprint.js";

const inputs = [
  [1, 2],
  [3, 4],
];

test("is the SHA-256 of columns, shape, inputs and target", () => {
  const data = createDataset({ inputs, labels: ["a", "b"] });
  const head = JSON.stringify({ rows: 2, columns: ["x0", "x1"], testFrom: null, target: ["a", "b"] });
  const hash = createHash("sha256")
    .update(head)
    .update(new Uint8Array(Float64Array.of(1, 2, 3, 4).buffer));
  expect(fingerprint(data)).toBe(hash.update(new Uint8Array(Int32Array.of(0, 1).buffer)).digest("hex"));
  expect(fingerprint(data)).toBe(fingerprint(data));
});

test("is the same for the same rows, and another for anything else", () => {
  const base = (): string => fingerprint(createDataset({ inputs, labels: ["a", "b"] }));
  expect(base()).toBe(base());
  expect(fingerprint(createDataset({ inputs, labels: ["a", "b"], name: "copy" }))).toBe(base());
  const others = [
    createDataset({ inputs: [inputs[1]!, inputs[0]!], labels: ["a", "b"] }),
    createDataset({
      inputs: [
        [1, 2],
        [3, 5],
      ],
      labels: ["a", "b"],
    }),
    createDataset({ inputs, labels: ["b", "a"] }),
    createDataset({ inputs, labels: ["a", "c"] }),
    createDataset({ inputs, labels: ["a", "b"], columns: ["x0", "y"] }),
    createDataset({ inputs, labels: ["a", "b"], testFrom: 1 }),
    createDataset({ inputs, targets: [0, 1] }),
    createDataset({ inputs, targets: [0, 2] }),
    createDataset({ inputs }),
    createDataset({ inputs: [[1], [2], [3], [4]] }),
  ].map(fingerprint);
  expect(new Set([base(), ...others]).size).toBe(others.length + 1);
});
