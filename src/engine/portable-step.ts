import type { AdamDescription, OptimizerDescription, SgdDescription } from "../kernels/contract.js";
import { adam, descend, descendWithMomentum } from "../kernels/portable/update.js";

/** Moves the parameters w along their mean derivatives g, both of the same length and order. */
export type PortableStep = (w: Float32Array, g: Float32Array) => void;

const f = Math.fround;

/** An optimizer with its state, which begins at 0, for `length` parameters. All memory is taken here. */
export function createPortableStep(optimizer: OptimizerDescription, length: number): PortableStep {
  switch (optimizer.kind) {
    case "sgd":
      return sgdStep(optimizer, length);
    case "adam":
      return adamStep(optimizer, length);
  }
}

function sgdStep({ learningRate, momentum, nesterov }: SgdDescription, length: number): PortableStep {
  const rate = f(learningRate);
  if (momentum === 0) return (w, g) => descend(w, g, rate);
  const kept = f(momentum);
  const v = new Float32Array(length);
  return (w, g) => descendWithMomentum(w, g, v, rate, kept, nesterov);
}

function adamStep({ learningRate, beta1, beta2, epsilon }: AdamDescription, length: number): PortableStep {
  const m = new Float32Array(length);
  const v = new Float32Array(length);
  const factors = { beta1: f(beta1), rest1: f(1 - beta1), beta2: f(beta2), rest2: f(1 - beta2), epsilon: f(epsilon), rate: 0, scale: 0 };
  // beta1^t and beta2^t as running products in float64: Math.pow differs between engines in its last bits.
  let power1 = 1;
  let power2 = 1;
  return (w, g) => {
    power1 *= beta1;
    power2 *= beta2;
    factors.rate = f(learningRate / (1 - power1));
    factors.scale = f(1 / (1 - power2));
    adam(w, g, m, v, factors);
  };
}
