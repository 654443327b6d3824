import type { AdamDescription, OptimizerDescription, SgdDescription } from "../kernels/contract.js";

/** Moves the parameters w along their mean derivatives g, both in the order of the layout. */
export type ReferenceStep = (w: Float64Array, g: Float64Array) => void;

/** An optimizer with its state, which begins at 0, for `length` parameters: as docs/math.md writes it, in float64. */
export function createReferenceStep(optimizer: OptimizerDescription, length: number): ReferenceStep {
  switch (optimizer.kind) {
    case "sgd":
      return sgdStep(optimizer, length);
    case "adam":
      return adamStep(optimizer, length);
  }
}

function sgdStep({ learningRate, momentum, nesterov }: SgdDescription, length: number): ReferenceStep {
  const v = new Float64Array(length);
  return (w, gradient) => {
    gradient.forEach((g, i) => {
      v[i] = momentum * v[i]! + g;
      w[i]! -= learningRate * (nesterov ? g + momentum * v[i] : v[i]);
    });
  };
}

function adamStep({ learningRate, beta1, beta2, epsilon }: AdamDescription, length: number): ReferenceStep {
  const m = new Float64Array(length);
  const v = new Float64Array(length);
  let t = 0;
  return (w, gradient) => {
    t += 1;
    const [share1, share2] = [1 - beta1 ** t, 1 - beta2 ** t];
    gradient.forEach((g, i) => {
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g ** 2;
      // The weights of the derivatives in m and v add up to these shares; the rest is the 0 that they began at.
      const mHat = m[i] / share1;
      const vHat = v[i] / share2;
      w[i]! -= (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
    });
  };
}
