import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { costText } from "../../src/network/costs.js";
import { type NetworkDescription, readDescription, widthsOf } from "../../src/network/description.js";
import { layoutOf } from "../../src/network/layout.js";
import type { Network } from "../../src/network/network.js";
import type { Example } from "../../src/reference/batch.js";
import type { ReferenceNetwork } from "../../src/reference/forward.js";

// Every factor of every derivative, by float64 PyTorch, an independent program: test/golden/make_derivations.py.

type Row = readonly number[];
type Matrix = readonly Row[];
/** By layer or by tensor. */
type Table<T> = Readonly<Record<string, T>>;

export interface GoldenCase {
  readonly network: NetworkDescription;
  readonly x: Matrix;
  readonly y: Matrix;
  readonly cost: Row;
  readonly z: readonly Table<Row>[];
  readonly a: readonly Table<Row>[];
  readonly dCost_dz: readonly Table<Row>[];
  readonly dCost_da: readonly Table<Row>[];
  readonly da_dz: readonly Table<Row | Matrix>[];
  readonly gradients: readonly Table<Row | Matrix>[];
  readonly mean: Table<Row | Matrix>;
}

const packed = readFileSync(new URL("../golden/derivations.json.gz", import.meta.url));

export const { cases } = JSON.parse(gunzipSync(packed).toString()) as { readonly cases: readonly GoldenCase[] };

/** The network in float64, which `explain` takes as well as the float32 of a trained one. */
export function networkOfCase(golden: GoldenCase): ReferenceNetwork & Network {
  const { description, weights } = readDescription(golden.network);
  return { description, layout: layoutOf(widthsOf(description)), parameters: weights! } as unknown as ReferenceNetwork & Network;
}

export function examplesOf({ x, y }: GoldenCase): Example[] {
  return x.map((own, e) => ({ x: own, y: y[e]! }));
}

export function titleOf({ network, x }: GoldenCase, index: number): string {
  const layers = network.layers.map(({ units, activation }) => `${units} ${activation}`).join(", ");
  return `${index}: ${network.inputs}, ${layers}; ${costText(network.cost)}; ${x.length} examples`;
}

/** A number of PyTorch's, and the largest magnitude of the tensor that it stands in. */
export interface Expected {
  readonly value: number;
  readonly largest: number;
}

/** PyTorch's number for a derivative by its name, `dCost/dw4[3,7]`, `da3[2]/dz3[2]`, `dz3[2]/dw3[2,5]`, ..., in example e. */
export function expectedOf(golden: GoldenCase, e: number, name: string): Expected {
  const match = /^d(?:Cost(?:_\d+)?|([az])(\d+)\[(\d+)\])\/d([wbza])(\d+)\[(\d+)(?:,(\d+))?\]$/.exec(name);
  if (match === null) throw new TypeError(`no derivative ${name}`);
  const [, of, , ofIndex, by = "", byLayer = "", first, second] = match;
  const [i, j, k] = [Number(ofIndex), Number(first), Number(second)];
  if (of === "a") {
    const slopes = golden.da_dz[e]![byLayer]!;
    const row = slopes[i]!;
    return { value: typeof row === "number" ? row : row[j]!, largest: largestOf(slopes) };
  }
  if (of === "z") {
    if (by === "b") return { value: 1, largest: 1 };
    const tensor = by === "w" ? golden.a[e]![Number(byLayer) - 1]! : weightsOf(golden, Number(byLayer) + 1);
    return { value: by === "w" ? (tensor as Row)[k]! : (tensor as Matrix)[i]![j]!, largest: largestOf(tensor) };
  }
  const tensor = { w: golden.gradients, b: golden.gradients, z: golden.dCost_dz, a: golden.dCost_da }[by]![e]![
    by === "w" || by === "b" ? by + byLayer : byLayer
  ]!;
  return { value: by === "w" ? (tensor as Matrix)[j]![k]! : (tensor as Row)[j]!, largest: largestOf(tensor) };
}

function weightsOf({ network }: GoldenCase, layer: number): Matrix {
  return (network as unknown as Readonly<Record<string, Matrix>>)[`w${layer}`]!;
}

export function largestOf(tensor: Row | Matrix): number {
  return tensor.flat().reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Every weight, bias, weighted sum and activation of a network, by name. */
export function quantitiesOf({ layout: { sizes, depth } }: ReferenceNetwork): string[] {
  const names: string[] = [];
  for (let l = 1; l <= depth; l++) {
    for (let j = 0; j < sizes[l]!; j++) {
      names.push(`a${l}[${j}]`);
      if (l === 1) continue;
      names.push(`z${l}[${j}]`, `b${l}[${j}]`);
      for (let k = 0; k < sizes[l - 1]!; k++) names.push(`w${l}[${j},${k}]`);
    }
  }
  return names;
}
