import {
  beside,
  constant,
  COST,
  derivative,
  type DerivativeExpression,
  EACH_ROW,
  type Expression,
  fraction,
  group,
  type Index,
  minus,
  negative,
  number,
  plus,
  product,
  root,
  ROW,
  square,
  type ValueExpression,
  valueOf,
} from "./expression.js";
import type { Notation, SlopeKind } from "./notation.js";

// How normalisation is written: u_k = gamma_k zhat_k + beta_k, zhat_k = (z_k - mean_k) / sqrt(var_k + epsilon).

const one = number(1);
const two = number(2);

/** The letter of the units that a sum over the own layer goes through. */
const UNIT = "i";

/** Left and right side of a derivative of u. */
interface WrittenSlope {
  readonly left: DerivativeExpression;
  readonly steps: readonly Expression[];
}

/** mean_k and var_k; over the units of a layer one mean and one variance for all of them. */
function statistic({ parts }: Notation, of: "mean" | "var", layer: number, index: Index): ValueExpression {
  return parts[layer]!.normalisation === "units" ? valueOf(of, layer) : valueOf(of, layer, index);
}

/** var_k + epsilon */
export function spread(notation: Notation, layer: number, index: Index): Expression {
  return plus(statistic(notation, "var", layer, index), constant(notation.parts[layer]!.epsilon, "epsilon"));
}

/** (z_k - mean_k) / sqrt(var_k + epsilon) */
export function standardised(notation: Notation, layer: number, index: Index): Expression {
  return fraction(minus(valueOf("z", layer, index), statistic(notation, "mean", layer, index)), root(spread(notation, layer, index)));
}

/** gamma_k zhat_k + beta_k */
export function shifted(layer: number, index: Index): Expression {
  return plus(beside(valueOf("gamma", layer, index), valueOf("zhat", layer, index)), valueOf("beta", layer, index));
}

/** gamma_k / sqrt(var_k + epsilon) */
function stretch(notation: Notation, layer: number, index: Index): Expression {
  return fraction(valueOf("gamma", layer, index), root(spread(notation, layer, index)));
}

type SlopeWriter = (notation: Notation, layer: number) => WrittenSlope;

function slope(by: ValueExpression["of"], right: (notation: Notation, layer: number, k: string) => Expression): SlopeWriter {
  return (notation, layer) => {
    const k = notation.letter(layer);
    return { left: derivative(valueOf("u", layer, k), valueOf(by, layer, k)), steps: [right(notation, layer, k)] };
  };
}

/** Where the statistics are given. The other derivatives hold however they come about. */
export const writtenSlopes: Readonly<Record<SlopeKind, SlopeWriter>> = {
  du_dz: slope("z", (notation, layer, k) => group(stretch(notation, layer, k))),
  du_dzhat: slope("zhat", (_notation, layer, k) => valueOf("gamma", layer, k)),
  du_dgamma: slope("gamma", (_notation, layer, k) => valueOf("zhat", layer, k)),
  du_dbeta: slope("beta", () => one),
  du_dmean: slope("mean", (notation, layer, k) => group(negative(stretch(notation, layer, k)))),
  // The derivative of (var + epsilon)^(-1/2) is -1/2 (var + epsilon)^(-3/2), and zhat has one of the roots.
  du_dvar: slope("var", (notation, layer, k) =>
    group(
      negative(
        fraction(beside(valueOf("gamma", layer, k), valueOf("zhat", layer, k)), group(beside(two, group(spread(notation, layer, k))))),
      ),
    ),
  ),
};

/** What the statistics are taken over: the units i of the layer, or the rows e' of the batch; u_k of one of them and of the own one. */
interface Over {
  readonly sum: (body: Expression) => Expression;
  readonly size: Expression;
  readonly each: (of: ValueExpression["of"]) => ValueExpression;
  readonly own: (of: ValueExpression["of"]) => ValueExpression;
  /** gamma is one for all rows. */
  readonly gamma: (at: "each" | "own") => ValueExpression;
}

function over({ layout, letter, parts, rows = [] }: Notation, layer: number): Over {
  const k = letter(layer);
  if (parts[layer]!.normalisation === "units") {
    const size = layout.sizes[layer]!;
    return {
      sum: (body) => ({ kind: "sum", index: UNIT, layer, size, body }),
      size: constant(size, `n_${layer}`),
      each: (of) => valueOf(of, layer, UNIT),
      own: (of) => valueOf(of, layer, k),
      gamma: (at) => valueOf("gamma", layer, at === "each" ? UNIT : k),
    };
  }
  return {
    sum: (body) => ({ kind: "sum", index: EACH_ROW, size: rows.length, through: rows, body }),
    size: constant(rows.length, "n"),
    each: (of) => ({ ...valueOf(of, layer, k), row: EACH_ROW }),
    own: (of) => ({ ...valueOf(of, layer, k), row: ROW }),
    gamma: () => valueOf("gamma", layer, k),
  };
}

/** dCost/dz_k = sum_i ( dCost/du_i * du_i/dz_k ): z_k moves the mean and the variance, and with them every u. */
export function carriedSum(notation: Notation, layer: number): Expression {
  const { sum, each, own } = over(notation, layer);
  return sum(product(derivative(COST, each("u")), derivative(each("u"), own("z"))));
}

/** What the sum comes to: 1 / sqrt(var + epsilon) * (g_k - mean of g - zhat_k times the mean of g zhat), where g_i = dCost/du_i gamma_i. */
export function closedForm(notation: Notation, layer: number): Expression {
  const { sum, size, each, own, gamma } = over(notation, layer);
  const g = (at: "each" | "own"): Expression => product(derivative(COST, (at === "each" ? each : own)("u")), gamma(at));
  const share = fraction(one, size);
  const along = product(derivative(COST, each("u")), gamma("each"), each("zhat"));
  return product(
    group(fraction(one, root(spread(notation, layer, notation.letter(layer))))),
    group(minus(minus(g("own"), product(share, sum(g("each")))), product(share, own("zhat"), sum(along)))),
  );
}

/** du_i/dz_k, where i is k or another unit; of rows where e' is e or another row. */
export function writtenCarry(
  notation: Notation,
  layer: number,
  same: boolean,
): WrittenSlope & { readonly letters: readonly [string, string] } {
  const { size, each, own, gamma } = over(notation, layer);
  const k = notation.letter(layer);
  const isUnits = notation.parts[layer]!.normalisation === "units";
  const share = fraction(one, size);
  const zhats = same ? square(own("zhat")) : beside(each("zhat"), own("zhat"));
  const front = fraction(gamma("each"), root(spread(notation, layer, k)));
  return {
    letters: [isUnits ? UNIT : EACH_ROW, k],
    left: derivative(each("u"), own("z")),
    steps: [product(group(front), group(minus(same ? minus(one, share) : negative(share), fraction(zhats, size))))],
  };
}
