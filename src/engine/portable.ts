import { keyOf } from "../base/random.js";
import type { Engine, EngineProgram, EngineRows, NonFinite, StepReport } from "../kernels/contract.js";
import { planCost } from "../kernels/cost-plan.js";
import { activate, activationKernels, slopesOf } from "../kernels/portable/activations.js";
import { outputDerivative, rowCost } from "../kernels/portable/costs.js";
import { dropoutFactors, dropoutThreshold } from "../kernels/portable/dropout.js";
import { denseBackward, denseForward, denseGradient } from "../kernels/portable/dense.js";
import { createEntries, type Entries, listEntries } from "../kernels/portable/entries.js";
import { secondClassFrom } from "../network/costs.js";
import { activationOf, dropoutOf } from "../network/description.js";
import { createAugmentedRows } from "./augmented-rows.js";
import { countCorrect, firstNonFinite, gather } from "./batches.js";
import { fromEngineOrder, toEngineOrder } from "./order.js";
import { createPortableStep } from "./portable-step.js";
import { measureLayer } from "./statistics.js";

/** Everything layer l >= 2 needs; shapes with B rows a batch, nIn = n_(l-1), nOut = n_l. */
interface LayerMemory {
  readonly nIn: number;
  readonly nOut: number;
  /** Of the layer below, (B x nIn) */
  readonly input: Entries;
  /** (nIn x nOut): input-major */
  readonly w: Float32Array;
  /** (nOut) */
  readonly b: Float32Array;
  readonly dw: Float32Array;
  readonly db: Float32Array;
  /** (B x nOut) */
  readonly z: Float32Array;
  readonly a: Float32Array;
  /** dCost/da and then dCost/dz, (B x nOut) */
  readonly d: Float32Array;
  /** Where units are dropped: how often, of 2^16, da/dz times the factor, (B x nOut), and one row of factors. */
  readonly dropout?: { readonly threshold: number; readonly slopes: Float32Array; readonly factors: Float32Array };
}

/** Rows that are trained on: list[from..from + count), in an epoch. */
interface Training {
  readonly list: Uint32Array;
  readonly from: number;
  readonly count: number;
  readonly epoch: number;
}

const f = Math.fround;

/** The float32 engine in plain TypeScript: runs everywhere, and is the witness for the bits of the fast ones. */
export function createPortableEngine(program: EngineProgram, rows: EngineRows): Engine {
  const { description, layout, batchSize, optimizer } = program;
  const L = layout.depth;
  const nL = layout.sizes[L]!;
  const output = activationOf(description, L);
  const costPlan = planCost(description.cost, nL);
  const costOf = rowCost(costPlan, output);
  const secondClass = secondClassFrom(description.cost);

  // All memory is planned here; a step allocates nothing. w, b of all layers stand in one vector, their derivatives in another.
  const parameters = toEngineOrder(layout, Float32Array.from(program.state?.parameters ?? program.parameters));
  const gradient = new Float32Array(layout.length);
  const y = new Float32Array(batchSize * nL);
  const layers: LayerMemory[] = [];
  for (let l = 2; l <= L; l++) {
    const nIn = layout.sizes[l - 1]!;
    const nOut = layout.sizes[l]!;
    const from = layout.layers[l]!.w.offset;
    const middle = from + nIn * nOut;
    const threshold = dropoutThreshold(dropoutOf(description, l));
    const buffer = (): Float32Array => new Float32Array(batchSize * nOut);
    layers.push({
      nIn,
      nOut,
      input: createEntries(batchSize, nIn),
      w: parameters.subarray(from, middle),
      b: parameters.subarray(middle, middle + nOut),
      dw: gradient.subarray(from, middle),
      db: gradient.subarray(middle, middle + nOut),
      z: buffer(),
      a: buffer(),
      d: buffer(),
      ...(threshold === 0 ? {} : { dropout: { threshold, slopes: buffer(), factors: new Float32Array(nOut) } }),
    });
  }
  const { step, state, exchangeAverage } = createPortableStep(program, parameters, gradient, layers);
  const bottom = layers[0]!;
  const top = layers.at(-1)!;

  /** Of the rows of a batch that is trained on, and their sum. */
  const weights = rows.weights === undefined ? undefined : new Float32Array(batchSize);
  let weightSum = 0;
  const key = keyOf(program.seed ?? 0);
  /** a * factor and da/dz * factor of a layer, by the numbers of its rows. */
  const drop = ({ z, a, nOut, dropout }: LayerMemory, l: number, { list, from, count, epoch }: Training): void => {
    if (dropout === undefined) return;
    const { threshold, slopes, factors } = dropout;
    const name = activationOf(description, l);
    const length = count * nOut;
    slopes.fill(1, 0, length);
    if (name !== "softmax") activationKernels[name].derivative(slopes, z, a, length);
    for (let row = 0, at = 0; row < count; row++) {
      dropoutFactors(key, l, list[from + row]!, epoch, threshold, nOut, factors, 0);
      for (let j = 0; j < nOut; j++, at++) {
        slopes[at] = f(slopes[at]! * factors[j]!);
        a[at] = f(a[at]! * factors[j]!);
      }
    }
  };

  /** @param training of a pass that is trained on */
  const forwardPass = (rows: number, training?: Training): void => {
    layers.forEach((layer, index) => {
      const below = layers[index - 1];
      if (below !== undefined) listEntries(below.a, layer.input, rows, layer.nIn);
      denseForward(layer.input, layer.w, layer.b, layer.z, rows, layer.nOut);
      activate(activationOf(description, index + 2), layer.z, layer.a, rows, layer.nOut);
      if (training !== undefined) drop(layer, index + 2, training);
    });
  };

  const backwardPass = (rows: number): void => {
    outputDerivative(costPlan, output, top.z, top.a, y, top.d, rows, nL);
    if (weights !== undefined) {
      for (let row = 0; row < rows; row++) {
        const factor = f((weights[row]! * rows) / weightSum);
        for (let at = row * nL; at < (row + 1) * nL; at++) top.d[at] = f(top.d[at]! * factor);
      }
    }
    for (let index = layers.length - 1; index >= 0; index--) {
      const layer = layers[index]!;
      const below = layers[index - 1];
      denseGradient(layer.input, layer.d, layer.dw, layer.db, rows, layer.nOut);
      if (below === undefined) return;
      denseBackward(layer.d, layer.w, below.d, rows, layer.nIn, layer.nOut);
      const name = activationOf(description, index + 1);
      const { dropout } = below;
      if (dropout !== undefined) {
        for (let i = 0; i < rows * below.nOut; i++) below.d[i] = f(below.d[i]! * dropout.slopes[i]!);
      } else if (name !== "softmax") activationKernels[name].derivative(below.d, below.z, below.a, rows * below.nOut);
    }
  };

  /** The sum of the batch's costs, in float64, rows in order. */
  const batchCost = (rows: number, weighted = false): number => {
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      const cost = costOf(top.z, top.a, y, row * nL, nL);
      sum += weights === undefined || !weighted ? cost : f(cost * weights[row]!);
    }
    return sum;
  };

  const changed = program.augmentation === undefined ? undefined : createAugmentedRows(program.augmentation, rows, bottom.nIn);
  /** @param epoch where the batch is trained on */
  const load = (list: Uint32Array, from: number, count: number, epoch?: number): void => {
    if (weights !== undefined && epoch !== undefined) {
      weightSum = 0;
      for (let row = 0; row < count; row++) weightSum += weights[row] = rows.weights![list[from + row]!]!;
    }
    if (changed === undefined || epoch === undefined) gather(rows, list, from, count, bottom.input, bottom.nIn, y, nL);
    else gather({ ...rows, inputs: changed(list, from, count, epoch) }, list, from, count, bottom.input, bottom.nIn, y, nL, true);
  };

  const nonFinite = (position: number, rows: number, cost: number): NonFinite => ({
    position,
    cost,
    layer:
      firstNonFinite([
        bottom.input.value.subarray(0, bottom.input.start[rows]),
        ...layers.map(({ z, nOut }) => z.subarray(0, rows * nOut)),
      ]) ?? L,
  });

  /** Where a step is observed: its derivatives, before rules change them. */
  let seen: Float32Array | undefined;
  const train: Engine["train"] = (order, from, to, { costSum = 0, rates, epoch = 1 } = {}) => {
    let correct = 0;
    for (let position = from; position < to; position += batchSize) {
      const count = Math.min(batchSize, to - position);
      load(order, position, count, epoch);
      forwardPass(count, { list: order, from: position, count, epoch });
      const cost = batchCost(count, true);
      if (!Number.isFinite(cost)) return { costSum, correct, nonFinite: nonFinite(position, count, cost) };
      costSum += cost;
      correct += countCorrect(top.a, y, count, nL, secondClass, rows.thresholds);
      backwardPass(count);
      seen?.set(gradient);
      step(rates?.[(position - from) / batchSize] ?? optimizer.learningRate);
    }
    return { costSum, correct };
  };

  return {
    name: "portable",
    threads: 1,
    train,
    observe(order, from, to, call) {
      const before = layers.map(({ w }) => w.slice());
      seen = new Float32Array(layout.length);
      const slopes = seen;
      const report = train(order, from, to, call);
      seen = undefined;
      if (report.nonFinite !== undefined) return report;
      const measured = layers.map(({ w, dw, z, a, nOut, dropout }, index) =>
        measureLayer({
          layer: index + 2,
          activation: activationOf(description, index + 2),
          before: before[index]!,
          after: w,
          gradient: slopes.subarray((dw.byteOffset - gradient.byteOffset) / 4, (dw.byteOffset - gradient.byteOffset) / 4 + dw.length),
          slopes: dropout?.slopes ?? slopesOf(activationOf(description, index + 2), z, a),
          rows: to - from,
          n: nOut,
        }),
      );
      return { ...report, layers: measured };
    },
    forward(list, outputs, costSum = 0): StepReport {
      let correct = 0;
      let bad: NonFinite | undefined;
      for (let position = 0; position < list.length; position += batchSize) {
        const count = Math.min(batchSize, list.length - position);
        load(list, position, count);
        forwardPass(count);
        const cost = batchCost(count);
        if (!Number.isFinite(cost)) bad ??= nonFinite(position, count, cost);
        costSum += cost;
        correct += countCorrect(top.a, y, count, nL, secondClass, rows.thresholds);
        outputs?.set(top.a.subarray(0, count * nL), position * nL);
      }
      return { costSum, correct, ...(bad === undefined ? {} : { nonFinite: bad }) };
    },
    gradient(list, epoch = 1): Float32Array {
      load(list, 0, list.length, epoch);
      forwardPass(list.length, { list, from: 0, count: list.length, epoch });
      backwardPass(list.length);
      return fromEngineOrder(layout, gradient);
    },
    differentiate(list, { costSum = 0, epoch = 1 } = {}) {
      const count = list.length;
      load(list, 0, count, epoch);
      forwardPass(count, { list, from: 0, count, epoch });
      const cost = batchCost(count, true);
      const report = { costSum: costSum + cost, correct: countCorrect(top.a, y, count, nL, secondClass, rows.thresholds) };
      backwardPass(count);
      const bad = Number.isFinite(cost) ? {} : { nonFinite: nonFinite(0, count, cost) };
      return { report: { ...report, ...bad }, gradient: fromEngineOrder(layout, gradient) };
    },
    parameters: () => fromEngineOrder(layout, parameters),
    load: (vector) => parameters.set(toEngineOrder(layout, Float32Array.from(vector))),
    state: () => ({ parameters: fromEngineOrder(layout, parameters), ...state() }),
    exchangeAverage,
  };
}
