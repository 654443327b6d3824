import { costKind, createNetwork, type Network } from "chainrule";
import { carryBack, type Forward } from "chainrule/reference";

/** Costs of which an output has no part as soon as its target is something else: itself, or 0 where the outputs depend on each other. */
const WITHOUT_DIFFERENCE: readonly string[] = ["cross-entropy", "hinge", "poisson"];

const NOTHING = new Float64Array(0);

/**
 * What each output adds to the cost, shape (n_L). The cost is asked for one output after the other, of a network that has the outputs and
 * nothing before them; the same numbers as in the cost's step of `tape`, without all that belongs to derivations.
 *
 * @param pass of the example, and `y` its target, shape (n_L)
 */
export function costParts({ description, layout }: Network, pass: Pick<Forward, "z" | "u" | "a">, y: ArrayLike<number>): Float64Array {
  const { activation } = description.layers.at(-1)!;
  const [u, a] = [pass.u[layout.depth]!, pass.a[layout.depth]!];
  const isOfDifferences = !WITHOUT_DIFFERENCE.includes(costKind(description.cost));
  const isWhole = isOfDifferences || activation === "softmax";
  const alone = createNetwork({ inputs: 1, layers: [{ units: isWhole ? a.length : 1, activation }], cost: description.cost });
  return a.map((aj, j) => {
    const target = isOfDifferences ? a.slice() : new Float64Array(a.length);
    target[j] = y[j]!;
    if (isWhole) return carryBack(alone, outputsOnly(u, a), target).cost;
    return carryBack(alone, outputsOnly(Float64Array.of(u[j]!), Float64Array.of(aj)), [y[j]!]).cost;
  });
}

/** The pass of a network of two layers whose outputs are known. */
function outputsOnly(z: Float64Array, a: Float64Array): Forward {
  const input = Float64Array.of(0);
  const [zs, as] = [
    [NOTHING, NOTHING, z],
    [NOTHING, input, a],
  ];
  return { z: zs, u: zs, a: as, h: as, zhat: [], scale: [], x: input };
}
