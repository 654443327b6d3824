import { ChainruleError } from "../../base/errors.js";
import { equationNumber } from "../derivation/numbering.js";
import type { Batch } from "./batch.js";
import { NO_MISTAKE, passBack } from "./pass-back.js";
import { isReread, KINDS, type Reading, type ReadTensor } from "./reading.js";
import { boundOf, largestOf } from "./tolerance.js";

/** One derivative beside the right one. */
export interface ComparedDerivative {
  /** `w4[3,7]` */
  readonly name: string;
  readonly expected: number;
  readonly given: number;
}

/** One tensor of derivatives beside the right ones. */
export interface ComparedTensor {
  /** `w4`: what the derivatives are taken by. */
  readonly name: string;
  readonly layer: number;
  /** The equation that gives them, or that they are a part of: `(1)`. */
  readonly equation: string;
  readonly given: boolean;
  /** False also where the numbers are right but stand under another name or the other way round; undefined where none were given. */
  readonly agrees: boolean | undefined;
  /** Where the numbers are furthest apart, measured by what they may be. */
  readonly worst: ComparedDerivative | undefined;
  /** How the tensor was understood, where not as it stands: "given as w3", "given as 4 x 5". */
  readonly note: string | undefined;
}

/** A tensor with the derivatives that it should hold. */
export interface Expected {
  readonly tensor: ReadTensor;
  readonly expected: Float64Array;
  /** True where all numbers are right. */
  readonly agrees: boolean;
  readonly worst: ComparedDerivative;
}

/** The equation of a derivative; dCost/dz and dCost/da of the output are parts of that of the weights. */
export function equationOfTensor({ network }: Batch, { kind, layer }: Pick<ReadTensor, "kind" | "layer">): string {
  return equationNumber(kind, layer, network.layout) ?? equationNumber("w", layer, network.layout)!;
}

/**
 * The tensors of a reading beside the right derivatives.
 *
 * @throws ChainruleError `E_NON_FINITE` where the right derivatives are not finite
 */
export function compare(batch: Batch, { tensors }: Reading): Expected[] {
  const right = rightDerivatives(batch, tensors);
  const largestOfAll = Math.max(...right.map(largestOf));
  return tensors.map((tensor, index) => {
    const expected = right[index]!;
    const largest = largestOf(expected);
    let [worst, worstError, agrees] = [0, -1, true];
    expected.forEach((value, place) => {
      const bound = boundOf(value, largest, largestOfAll);
      const difference = Math.abs(tensor.values[place]! - value);
      if (!(difference <= bound)) agrees = false;
      const error = difference === 0 ? 0 : difference / bound;
      // The first NaN stays the worst.
      if (!Number.isNaN(worstError) && !(error <= worstError)) [worst, worstError] = [place, error];
    });
    const place = { name: nameOf(batch, tensor, worst), expected: expected[worst]!, given: tensor.values[worst]! };
    return { tensor, expected, agrees, worst: place };
  });
}

/** All weights and biases, and what else was given, from the output back. */
export function comparedTensors(batch: Batch, expected: readonly Expected[]): ComparedTensor[] {
  const { depth, sizes } = batch;
  const layers = Array.from({ length: depth }, (_, index) => depth - index);
  return layers.flatMap((layer) =>
    KINDS.flatMap((kind): ComparedTensor[] => {
      const name = `${kind}${layer}`;
      const found = expected.find(({ tensor }) => tensor.name === name);
      const isParameter = (kind === "w" || kind === "b") && layer > 1;
      if (found === undefined && !isParameter) return [];
      const common = { name, layer, equation: equationOfTensor(batch, { kind, layer }), given: found !== undefined };
      if (found === undefined) return [{ ...common, agrees: undefined, worst: undefined, note: undefined }];
      const { tensor, agrees, worst } = found;
      const notes = [
        ...(tensor.written === name ? [] : [`given as ${tensor.written}`]),
        ...(tensor.transposed ? [`given as ${sizes[layer - 1]!} x ${sizes[layer]!}, the other way round`] : []),
      ];
      return [{ ...common, agrees: agrees && !isReread(tensor), worst, note: notes.length === 0 ? undefined : notes.join(", ") }];
    }),
  );
}

function rightDerivatives(batch: Batch, tensors: readonly ReadTensor[]): Float64Array[] {
  const byName = new Map<string, Float64Array>();
  const lowest = Math.min(...tensors.map(({ layer }) => layer));
  for (const layer of passBack(batch, NO_MISTAKE, batch.depth)) {
    for (const tensor of tensors) {
      if (tensor.layer !== layer.layer) continue;
      const values = tensor.values.map((_, place) => layer[tensor.kind](place));
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new ChainruleError("E_NON_FINITE", {
          where: nameOf(batch, tensor, bad),
          expected: "a finite derivative by the equations",
          got: String(values[bad]),
          hint: "There is nothing to compare with.",
        });
      }
      byName.set(tensor.name, values);
    }
    if (layer.layer === lowest) break;
  }
  return tensors.map(({ name }) => byName.get(name)!);
}

/** `w4[3,7]` */
function nameOf({ sizes }: Batch, { name, kind, layer }: ReadTensor, place: number): string {
  if (kind !== "w") return `${name}[${place}]`;
  const columns = sizes[layer - 1]!;
  return `${name}[${Math.floor(place / columns)},${place % columns}]`;
}

/** What the numbers given are times the right ones, where that is the same for all of a tensor and not 1. */
export function ratioOf({ tensor, expected }: Expected): number | undefined {
  const largest = largestOf(expected);
  const at = expected.findIndex((value) => Math.abs(value) === largest);
  if (largest === 0) return undefined;
  const ratio = tensor.values[at]! / expected[at]!;
  const scaled = largest * Math.abs(ratio);
  const constant = expected.every((value, place) => Math.abs(tensor.values[place]! - ratio * value) <= boundOf(ratio * value, scaled, 0));
  return constant ? ratio : undefined;
}
