import type { Dataset } from "../data/dataset.js";
import { rowNumbers, takeRows } from "../data/rows.js";
import { createPortableEngine } from "../engine/portable.js";
import { engineRows } from "../engine/rows.js";
import { createWasmEngine } from "../engine/wasm.js";
import { whyNoWasm } from "../engine/wasm-support.js";
import type { NonFinite } from "../kernels/contract.js";
import type { Model } from "../training/model.js";
import { encodeTargets } from "../training/task.js";
import { weightSizes } from "./weight-sizes.js";

/** Some steps of the model's own optimizer on a copy of it. */
export interface Rehearsal {
  readonly steps: number;
  /** By layer from 2 on: median over the later steps of RMS(update) / RMS(w) of the model's weights; null where these are all 0. */
  readonly ratios: readonly { readonly layer: number; readonly ratio: number | null }[];
  /** Set where a cost was not finite: the step, from 1, and the layer. */
  readonly nonFinite: { readonly step: number; readonly layer: number } | undefined;
}

/** Rows in all; at least and at most so many steps: after 20 of them a momentum of 0.9 has reached 88 % of its length. */
const ROWS = 2000;
const LEAST_STEPS = 5;
const MOST_STEPS = 20;
/** Parameters from which a memory of WebAssembly is worth its start. */
const LARGE = 100_000;

/**
 * Trains a copy of the model for some steps and measures what they change. A model keeps no state of its optimizer, which begins
 * as at the first step of a run; what comes of its first half is not counted.
 *
 * @param rows numbers of rows of the data, in the order of the steps
 * @returns undefined where the model does not say how it was trained
 */
export function rehearse(model: Model, dataset: Dataset, rows: Uint32Array): Rehearsal | undefined {
  const { network, training } = model;
  if (training === undefined) return undefined;
  const { optimizer, rules = {} } = training;
  // It moves all parameters at once, along a line that it searches: no ratio of a step tells how fast they move.
  if (optimizer.kind === "lbfgs") return undefined;
  const { layout } = network;
  const batchSize = Math.min(training.batchSize, rows.length);
  const steps = Math.min(MOST_STEPS, Math.max(LEAST_STEPS, Math.floor(ROWS / batchSize)));
  const create = layout.length > LARGE && whyNoWasm() === undefined ? createWasmEngine : createPortableEngine;
  const taken = takeRows(dataset, rows);
  const targets = encodeTargets(model.task, taken, layout.sizes.at(-1)!);
  const engine = create({ ...network, batchSize, optimizer, rules }, engineRows(taken, model.scaling, targets, "float32"), {
    observed: true,
  });
  const order = rowNumbers(0, rows.length);
  const whole = Math.floor(rows.length / batchSize);
  const seen: number[][] = [];
  let nonFinite: NonFinite | undefined;
  let step = 0;
  for (; step < steps && nonFinite === undefined; step++) {
    const from = (step % whole) * batchSize;
    const report = engine.observe(order, from, from + batchSize, { epoch: Math.floor(step / whole) + 1 });
    nonFinite = report.nonFinite;
    if (report.layers !== undefined) seen.push(report.layers.map(({ update }) => update));
  }
  const later = seen.slice(Math.floor(seen.length / 2));
  return {
    steps: step,
    // Over the weights as they are: a rate that blows them up within these steps would look small beside what it made of them.
    ratios: weightSizes(network).map(({ layer, rms }, index) => ({
      layer,
      ratio: rms > 0 && later.length > 0 ? median(later.map((updates) => updates[index]!)) / rms : null,
    })),
    nonFinite: nonFinite === undefined ? undefined : { step, layer: nonFinite.layer },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((p, q) => p - q);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
