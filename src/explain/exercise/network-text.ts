import { activationOf } from "../../network/description.js";
import { tensorValues } from "../../network/layout.js";
import type { Network } from "../../network/network.js";
import { code, table } from "./markdown.js";
import { givenText } from "./numbers.js";
import type { DrawnExample } from "./problem.js";

const ARROW = "  ==>  ";

/** The network as columns of neurons, an arrow where every neuron feeds every neuron of the next layer. */
export function diagram({ description, layout }: Network): string[] {
  const { depth, sizes } = layout;
  const tallest = Math.max(...sizes);
  const middle = tallest - 1;
  const column = (heading: string, below: string, names: readonly string[]): string[] => {
    // Neurons stand on every other line, so that every column has the same middle.
    const rows = Array.from({ length: 2 * tallest - 1 }, () => "");
    names.forEach((name, at) => (rows[tallest - names.length + 2 * at] = name));
    const cells = [heading, below, "", ...rows];
    const width = Math.max(...cells.map((cell) => cell.length));
    return cells.map((cell) => cell.padEnd(width));
  };
  const arrows = column("", "", []).map((_, row) => (row === middle + 3 ? ARROW : " ".repeat(ARROW.length)));
  const names = (letter: string, size: number): string[] => Array.from({ length: size }, (_, at) => `${letter}[${at}]`);
  const columns = [
    column("layer 1", "input", names("a1", sizes[1]!)),
    ...Array.from({ length: depth - 1 }, (_, at) => at + 2).flatMap((layer) => [
      arrows,
      column(`layer ${layer}`, activationOf(description, layer), names(`a${layer}`, sizes[layer]!)),
    ]),
    arrows.map((line) => " ".repeat(line.length)),
    column("target", "", names("y", sizes[depth]!)),
  ];
  return arrows.map((_, row) =>
    columns
      .map((lines) => lines[row]!)
      .join("")
      .trimEnd(),
  );
}

/** One table a layer: one row a neuron, its weights by where they come from, its bias. */
export function weightTables({ layout, parameters }: Network): string[] {
  return layout.tensors
    .filter(({ kind }) => kind === "weight")
    .map((tensor, at) => {
      const { layer, rows, columns } = tensor;
      const w = tensorValues(parameters, tensor);
      const b = tensorValues(parameters, layout.layers[at + 2]!.b);
      const from = Array.from({ length: columns }, (_, k) => k);
      return table([
        [`layer ${layer}`, ...from.map((k) => `from ${code(`a${layer - 1}[${k}]`)}`), "bias"],
        ...Array.from({ length: rows }, (_, j) => [
          `to ${code(`z${layer}[${j}]`)}`,
          ...from.map((k) => `${code(`w${layer}[${j},${k}]`)} = ${givenText(w[j * columns + k]!)}`),
          `${code(`b${layer}[${j}]`)} = ${givenText(b[j]!)}`,
        ]),
      ]);
    });
}

/** `a1[0]` = 0.5, ... */
export function givenList(letter: string, values: readonly number[]): string {
  return values.map((value, at) => `${code(`${letter}[${at}]`)} = ${givenText(value)}`).join(", ");
}

/** The network as a file that `--network` reads. */
export function networkJson({ description, layout, parameters }: Network): string[] {
  const list = (values: Iterable<number>): string => `[${Array.from(values, (value) => givenText(value)).join(", ")}]`;
  const tensors = layout.tensors.map((tensor) => {
    const values = tensorValues(parameters, tensor);
    if (tensor.kind === "bias") return `  "${tensor.name}": ${list(values)}`;
    const rows = Array.from({ length: tensor.rows }, (_, j) => list(values.subarray(j * tensor.columns, (j + 1) * tensor.columns)));
    return `  "${tensor.name}": [${rows.join(", ")}]`;
  });
  const entries = [
    `  "inputs": ${description.inputs}`,
    `  "layers": [${description.layers.map(({ units, activation }) => `{ "units": ${units}, "activation": "${activation}" }`).join(", ")}]`,
    `  "cost": ${JSON.stringify(description.cost)}`,
    ...tensors,
  ];
  return ["{", ...entries.map((entry, at) => (at < entries.length - 1 ? `${entry},` : entry)), "}"];
}

/** The example as row 0 of a table that `train` and `check-gradients` read; a row of noughts for each other class. */
export function dataCsv({ x, y }: DrawnExample): string[] {
  const right = y.length === 1 ? y[0]! : y.indexOf(1);
  const others = Array.from({ length: Math.max(y.length, 2) }, (_, label) => label).filter((label) => label !== right);
  const row = (values: readonly number[], label: number): string => [...values, label].join(",");
  return [
    [...x.map((_, t) => `x${t}`), "y"].join(","),
    row(x, right),
    ...others.map((label) =>
      row(
        x.map(() => 0),
        label,
      ),
    ),
  ];
}
