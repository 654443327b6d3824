import { ChainruleError } from "../base/errors.js";
import { checkSeed } from "../base/random.js";
import { masksOf } from "../engine/masks.js";
import type { NetworkDescription } from "../network/description.js";
import { couplesRows } from "../network/layout.js";
import type { Quantity } from "../network/names.js";
import type { Example, ExampleList } from "../reference/batch.js";
import type { ReferenceNetwork } from "../reference/forward.js";
import type { Model } from "../training/model.js";
import type { Mode } from "./derivation/parts.js";
import { listOf } from "./derivation/pass.js";

/** Under which conditions a network with dropout or normalisation is looked at; any other is the same under all of them. */
export interface ConditionOptions {
  /**
   * `inference`, where left out: running statistics, and nothing is dropped. `training`: statistics of the given examples, which are the
   * batch, and units dropped as in a step of training.
   */
  readonly mode?: Mode;
  /** By which units are dropped: that of the model's training where left out, otherwise 1. */
  readonly seed?: number;
  /** In which epoch, from 1; 1 where left out. */
  readonly epoch?: number;
  /** The numbers of the examples in the data, by which units are dropped: their own `row` where left out, otherwise 0, 1, 2, ... */
  readonly rows?: readonly number[];
}

export interface Conditions {
  readonly mode: Mode;
  readonly seed: number;
  readonly epoch: number;
  readonly rows: readonly number[] | undefined;
}

/** As a network predicts. */
export const INFERENCE: Conditions = { mode: "inference", seed: 1, epoch: 1, rows: undefined };

const MODES: readonly string[] = ["inference", "training"] satisfies Mode[];

/** @throws ChainruleError `E_USAGE` */
export function conditionsOf(
  model: Pick<Model, "network"> & Partial<Pick<Model, "split">>,
  { mode = "inference", seed, epoch = 1, rows }: ConditionOptions,
): Conditions {
  if (!MODES.includes(mode)) throw new ChainruleError("E_USAGE", { where: "mode", expected: MODES.join(" or "), got: String(mode) });
  if (!(Number.isInteger(epoch) && epoch >= 1)) {
    throw new ChainruleError("E_USAGE", { where: "epoch", expected: "a whole number of at least 1", got: String(epoch) });
  }
  return { mode, seed: checkSeed(seed ?? model.split?.seed ?? 1), epoch, rows };
}

/** The examples as the mode has them: with the factors of dropout in training, without any otherwise. */
export function openList(network: ReferenceNetwork, example: Example | ExampleList, conditions: Conditions): ExampleList {
  const list = listOf(network, example);
  const { mode, seed, epoch, rows } = conditions;
  if (rows !== undefined && rows.length !== list.length) {
    throw new ChainruleError("E_USAGE", { where: "rows", expected: `${list.length} numbers, one an example`, got: String(rows.length) });
  }
  const drops = hasDropout(network.description);
  if (!drops) return rows === undefined ? list : { length: list.length, at: (index) => ({ ...list.at(index)!, row: rows[index]! }) };
  return {
    length: list.length,
    at: (index) => {
      const { masks, ...own } = list.at(index)!;
      const row = rows?.[index] ?? own.row ?? index;
      const numbered = rows === undefined ? own : { ...own, row };
      return mode === "inference" ? numbered : { ...numbered, masks: masks ?? masksOf(network, seed, row, epoch) };
    },
  };
}

function hasDropout({ layers }: NetworkDescription): boolean {
  return layers.some(({ dropout = 0 }) => dropout > 0);
}

/** True where the rows of a batch depend on each other: a step of training with batch normalisation. */
export function isCoupled({ layout }: ReferenceNetwork, { mode }: Pick<Conditions, "mode">): boolean {
  return mode === "training" && couplesRows(layout);
}

/** The numbers by which the rows of a batch are told apart: their own where they differ, otherwise their places. */
export function rowNumbers(list: ExampleList): readonly number[] {
  const own = Array.from({ length: list.length }, (_, index) => list.at(index)!.row ?? index);
  return new Set(own).size === own.length ? own : own.map((_, index) => index);
}

/** Which mode a network with dropout or normalisation is looked at in, and what that means for it; undefined for any other. */
export function modeNote({ description }: ReferenceNetwork, { mode, seed, epoch }: Conditions, examples: number): string | undefined {
  const drops = hasDropout(description);
  const kinds = new Set(description.layers.map(({ normalisation }) => normalisation?.kind));
  const [batch, layer] = [kinds.has("batch-norm"), kinds.has("layer-norm")];
  if (!drops && !batch && !layer) return undefined;
  const said =
    mode === "inference"
      ? [...(batch ? ["running means and variances"] : []), ...(drops ? ["nothing dropped"] : [])]
      : [
          ...(batch ? [`means and variances of the batch of ${examples} row${examples === 1 ? "" : "s"}`] : []),
          ...(drops ? [`units dropped by seed ${seed} in epoch ${epoch}`] : []),
        ];
  const same = said.length === 0 ? ["layer normalisation is the same in both modes"] : [];
  const mean =
    batch && mode === "training" ? "; with batch normalisation the derivatives of a batch are not the mean of its examples' own" : "";
  return `${mode}: ${[...said, ...same].join(", ")}${mean}`;
}

/** @throws ChainruleError `E_USAGE` for a quantity that has no part in the mode */
export function checkQuantity({ description }: ReferenceNetwork, { kind, layer, indices, name }: Quantity, { mode }: Conditions): void {
  if (kind === "h" && mode === "inference" && description.layers[layer - 2]!.skip === undefined) {
    throw new ChainruleError("E_USAGE", {
      where: name,
      expected: `a${layer}[${indices[0]!}], which layer ${layer} hands on as it is where nothing is dropped`,
      got: `"${name}"`,
      hint: 'In mode "training" the two differ.',
    });
  }
  if ((kind === "mean" || kind === "var") && mode === "training") {
    throw new ChainruleError("E_USAGE", {
      where: name,
      expected: 'a quantity that a step of training uses: it takes the statistics of its batch (mode "inference" uses the running ones)',
      got: `"${name}"`,
    });
  }
}
