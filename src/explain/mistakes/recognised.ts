import type { Batch } from "./batch.js";
import { equationOfTensor, type Expected } from "./compare.js";
import type { ReadTensor } from "./reading.js";
import type { Explanation, Made } from "./recognise.js";
import type { MistakeName } from "./table.js";
import { equationAt, equationsIn, layersIn, rightForm, sentenceOf } from "./wording.js";

/** A mistake that gives what was given. */
export interface RecognisedMistake {
  readonly name: MistakeName;
  /** The layers whose derivatives it is made in, from the output back; (3) is of the last hidden layer. */
  readonly layers: readonly number[];
  /** The first equation that has it, and all of them. */
  readonly equation: string;
  readonly equations: readonly string[];
  /** What is wrong, where, and what comes of it. */
  readonly sentence: string;
  /** The right form of the first equation, of a batch's mean, or of a shape. */
  readonly right: string;
  /** True where it gives all that was given; otherwise it gives the first layer that deviates, and the rest deviates otherwise. */
  readonly complete: boolean;
  /** Mistakes made at the same time, without which it does not give these numbers. */
  readonly beside: readonly MistakeName[];
}

/** The mistakes of the backward pass and those of names and shapes, the one whose equation comes first in front. */
export function recognisedMistakes(batch: Batch, expected: readonly Expected[], explanations: readonly Explanation[]): RecognisedMistake[] {
  const complete = explanations[0]?.complete ?? expected.every(({ agrees }) => agrees);
  const laid = laidOut(
    batch,
    expected.map(({ tensor }) => tensor),
  );
  const names = laid.map(({ name }) => name);
  const made = explanations.flatMap((explanation) => explanation.made.map((one) => describe(batch, one, explanation, names)));
  const beside = (explanations[0]?.made ?? []).map(({ name }) => name);
  const read = laid.map((one): RecognisedMistake => ({
    ...one,
    complete,
    beside: [...names.filter((name) => name !== one.name), ...beside],
  }));
  const scope = explanations[0]?.made[0]?.scope;
  const isLater = scope !== undefined && read.length > 0 && layersIn(scope)[0]! < read[0]!.layers[0]!;
  return isLater ? [...read, ...made] : [...made, ...read];
}

function describe(batch: Batch, one: Made, { made, complete }: Explanation, laid: readonly MistakeName[]): RecognisedMistake {
  const [layer, use] = [one.scope.layers[0]!, one.scope.uses[0]!];
  return {
    name: one.name,
    layers: layersIn(one.scope),
    equation: equationAt(batch, use, layer),
    equations: equationsIn(batch, one.scope),
    sentence: sentenceOf(batch, one),
    right: rightForm(batch, one),
    complete,
    beside: [...made.filter((other) => other !== one).map(({ name }) => name), ...laid],
  };
}

/** What is wrong with names and shapes: numbers at another layer's place, rows and columns exchanged. */
function laidOut(batch: Batch, tensors: readonly ReadTensor[]): Omit<RecognisedMistake, "complete" | "beside">[] {
  const shifted = tensors.filter(({ name, written }) => name !== written);
  const turned = tensors.filter(({ transposed }) => transposed);
  const common = (some: readonly ReadTensor[]) => ({
    layers: [...new Set(some.map(({ layer }) => layer))],
    equation: equationOfTensor(batch, some[0]!),
    equations: [...new Set(some.map((tensor) => equationOfTensor(batch, tensor)))],
    right: shapeOf(batch, some[0]!),
  });
  return [
    ...(shifted.length === 0 ? [] : [{ name: "off-by-one-layer" as const, ...common(shifted), sentence: shiftedSentence(shifted[0]!) }]),
    ...(turned.length === 0 ? [] : [{ name: "transposed-weights" as const, ...common(turned), sentence: turnedSentence(batch, turned) }]),
  ];
}

/** "w4 is n_4 x n_3 = 3 x 5" */
function shapeOf({ sizes }: Batch, { name, kind, layer }: ReadTensor): string {
  if (kind !== "w") return `${name} has n_${layer} = ${sizes[layer]!} derivatives`;
  return `${name} is n_${layer} x n_${layer - 1} = ${sizes[layer]!} x ${sizes[layer - 1]!}`;
}

function shiftedSentence({ name, written }: ReadTensor): string {
  return `The names are those of a neighbouring layer: ${written} holds the derivatives by ${name}. Layer 1 is the input, so that w2 and b2 come first.`;
}

function turnedSentence(batch: Batch, turned: readonly ReadTensor[]): string {
  const names = turned.map(({ name }) => name).join(", ");
  const [first] = turned as [ReadTensor];
  const [to, from] = [batch.notation.letter(first.layer), batch.notation.letter(first.layer - 1)];
  return `Rows and columns of ${names} are exchanged: dCost/dw_${to}${from}^(${first.layer}) stands in row ${to}, column ${from}, so that ${shapeOf(batch, first)}.`;
}
