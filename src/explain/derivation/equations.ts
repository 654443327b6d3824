import {
  call,
  COST,
  derivative,
  type DerivativeExpression,
  type Expression,
  group,
  number,
  ofRow,
  plus,
  product,
  ROW,
  type ValueExpression,
  valueOf,
} from "./expression.js";
import {
  type Equation,
  type EquationKind,
  type Factor,
  type FactorKind,
  handedBy,
  type Inside,
  lettersOf,
  type Notation,
  outputsOf,
  shareOf,
  type SlopeKind,
} from "./notation.js";
import { equationNumber } from "./numbering.js";
import { writtenActivations } from "./written.js";
import { carriedSum, closedForm, writtenSlopes } from "./written-normalisation.js";

const dCost = (by: ValueExpression): DerivativeExpression => derivative(COST, by);

/** The equation of dCost/dw_jk^(l), dCost/db_j^(l), dCost/dz_j^(l) or dCost/da_k^(l). */
export function equationOf(notation: Notation, kind: EquationKind, layer: number): Equation {
  return (notation.equations[kind][layer] ??= makeEquation(notation, kind, layer));
}

const WRITERS: Readonly<Record<EquationKind, (notation: Notation, layer: number) => Parts>> = {
  w: weightEquation,
  b: biasEquation,
  z: sumEquation,
  a: activationEquation,
  h: handedEquation,
  u: ({ letter, parts }, layer) => {
    const [u, a] = [valueOf(parts[layer]!.given, layer, letter(layer)), valueOf("a", layer, letter(layer))];
    return { chain: product(dCost(a), derivative(a, u)), steps: [product(dCost(a), call("sigma'", u))] };
  },
  zhat: throughU("du_dzhat"),
  gamma: throughU("du_dgamma"),
  beta: throughU("du_dbeta"),
  mean: throughU("du_dmean"),
  var: throughU("du_dvar"),
};

function makeEquation(notation: Notation, kind: EquationKind, layer: number): Equation {
  const { layout, rows } = notation;
  const parts = WRITERS[kind](notation, layer);
  const fromOutput = layout.depth - layer;
  const letters = lettersOf(notation, kind, layer);
  const number = numberOf(notation, kind, layer);
  const chainFirst = fromOutput === 0 || kind === "z" || number === undefined || (fromOutput === 1 && kind !== "b");
  const lines = parts.chain === undefined ? parts.steps : [parts.chain, ...parts.steps];
  const equation = {
    number,
    letters,
    left: dCost(valueOf(kind, layer, ...letters)),
    lines,
    general: chainFirst ? lines : parts.steps,
    term: insideOf(parts),
    ...parts,
  };
  return rows === undefined ? equation : rowEquation(equation);
}

/** The number of the equation where it is one of the eight: nothing stands between z and a, and nothing is added. */
function numberOf({ layout, parts }: Notation, kind: EquationKind, layer: number): string | undefined {
  const { normalisation, addedTo, handed } = parts[layer]!;
  switch (kind) {
    case "w":
    case "b":
      return normalisation === undefined ? equationNumber(kind, layer, layout) : undefined;
    case "a":
    case "h":
      if (kind !== handed || addedTo.length > 0 || parts[layer + 1]?.normalisation !== undefined) return undefined;
      return equationNumber("a", layer, layout);
    default:
      return undefined;
  }
}

/** The same for row e of a batch whose rows depend on each other. */
function rowEquation({ chain, steps, term, ...equation }: Equation): Equation {
  return {
    ...equation,
    left: ofRow(equation.left),
    chain: chain === undefined ? undefined : ofRow(chain),
    steps: steps.map(ofRow),
    lines: equation.lines.map(ofRow),
    general: equation.general.map(ofRow),
    term: term === undefined ? undefined : { left: ofRow(term.left), steps: term.steps.map(ofRow) },
  };
}

/** dCost/du_k * du_k/dgamma_k, and the same by zhat, beta, mean and variance. */
function throughU(kind: SlopeKind): (notation: Notation, layer: number) => Parts {
  return (notation, layer) => {
    const u = valueOf("u", layer, notation.letter(layer));
    const { left, steps } = writtenSlopes[kind](notation, layer);
    return { chain: product(dCost(u), left), steps: steps.map((step) => product(dCost(u), step)) };
  };
}

type Parts = Pick<Equation, "chain" | "steps">;

function insideOf({ chain, steps }: Parts): Inside | undefined {
  const inside = chain === undefined ? undefined : summed(chain);
  return inside === undefined ? undefined : { left: inside, steps: steps.flatMap((step) => summed(step) ?? []) };
}

/** What a sum is over, also where something is added to it. */
function summed(expression: Expression): Expression | undefined {
  if (expression.kind === "sum") return expression.body;
  return expression.kind === "plus" ? summed(expression.terms[0]!) : undefined;
}

/** What stands before dz/dw: dCost/da_j * da_j/dz_j, or dCost/dz_i where outputs depend on each other. */
interface Front {
  readonly chain: readonly Expression[];
  readonly steps: readonly (readonly Expression[])[];
}

function frontOf(notation: Notation, layer: number): Front {
  const { letter, layout, coupled, cost, parts } = notation;
  const { normalisation, given } = parts[layer]!;
  const to = letter(layer);
  const z = valueOf("z", layer, to);
  const a = valueOf("a", layer, to);
  const isOutput = layer === layout.depth;
  const share = isOutput ? shareOf(notation) : [];
  const simplified = isOutput && cost.simplified !== undefined ? [[...share, group(cost.simplified(...outputsOf(notation, to)))]] : [];
  if (isOutput && coupled) return { chain: [dCost(z)], steps: [[coupledSum(notation)], ...simplified] };
  // A sum over the units, or the rows, stays a name.
  if (normalisation === "units" || normalisation === "rows") return { chain: [dCost(z)], steps: [[dCost(z)]] };
  const slope = isOutput ? group(cost.slope(...outputsOf(notation, to))) : dCost(a);
  const u = valueOf(given, layer, to);
  const through = normalisation === undefined ? undefined : writtenSlopes.du_dz(notation, layer);
  return {
    chain: [dCost(a), derivative(a, u), ...(through === undefined ? [] : [through.left])],
    steps: [[...share, slope, call("sigma'", u), ...(through === undefined ? [] : through.steps)], ...simplified],
  };
}

function over({ layout, letter }: Notation, layer: number, index = letter(layer)): (body: Expression) => Expression {
  return (body) => ({ kind: "sum", index, layer, size: layout.sizes[layer]!, body });
}

/** dCost/dz_i = sum_j ( dCost/da_j * da_j/dz_i ) */
function coupledSum(notation: Notation, worked = false): Expression {
  const L = notation.layout.depth;
  const a = valueOf("a", L, "j");
  const outer = worked ? [...shareOf(notation), group(notation.cost.slope(...outputsOf(notation, "j")))] : [dCost(a)];
  return over(notation, L, "j")(product(...outer, derivative(a, valueOf("z", L, "i"))));
}

/** (1), (4), (7): ... * dz_j/dw_jk, where dz_j/dw_jk = a_k, or h_k where that is what the layer below hands on */
function weightEquation(notation: Notation, layer: number): Parts {
  const [to, from] = lettersOf(notation, "w", layer) as [string, string];
  const { chain, steps } = frontOf(notation, layer);
  return {
    chain: product(...chain, derivative(valueOf("z", layer, to), valueOf("w", layer, to, from))),
    steps: steps.map((step) => product(...step, handedBy(notation, layer - 1))),
  };
}

/** (2), (5), (8): ... * dz_j/db_j, where dz_j/db_j = 1 */
function biasEquation(notation: Notation, layer: number): Parts {
  const to = notation.letter(layer);
  const { chain, steps } = frontOf(notation, layer);
  return {
    chain: product(...chain, derivative(valueOf("z", layer, to), valueOf("b", layer, to))),
    steps: steps.map((step) => product(...step, number(1))),
  };
}

/** dCost/dz_j: the factors that weights, biases and the layer below have in common. */
function sumEquation(notation: Notation, layer: number): Parts {
  const { normalisation } = notation.parts[layer]!;
  if (normalisation === "units" || normalisation === "rows") {
    return { chain: carriedSum(notation, layer), steps: [closedForm(notation, layer)] };
  }
  const { chain, steps } = frontOf(notation, layer);
  const isCoupled = notation.coupled && layer === notation.layout.depth;
  return {
    chain: isCoupled ? coupledSum(notation) : product(...chain),
    steps: [
      ...(isCoupled ? [coupledSum(notation, true)] : [product(...steps[0]!)]),
      ...steps.slice(1).map(([only, ...more]) => (more.length > 0 ? product(only!, ...more) : only!.kind === "group" ? only.of : only!)),
    ],
  };
}

/** At the output, the derivative of the cost itself; before it that of what the layer hands on, times what becomes of a on the way. */
function activationEquation(notation: Notation, layer: number): Parts {
  const { layout, cost, rows, parts } = notation;
  const [index] = lettersOf(notation, "a", layer) as [string];
  if (layer === layout.depth) {
    const slope = cost.slope(...outputsOf(notation, index));
    if (rows === undefined) return { chain: undefined, steps: [slope] };
    const own = derivative({ kind: "cost", example: ROW }, valueOf("a", layer, index));
    return { chain: product(...shareOf(notation), own), steps: [product(...shareOf(notation), group(slope))] };
  }
  if (parts[layer]!.handed === "a") return handedEquation(notation, layer);
  const { left, steps } = factorOf(notation, "dh_da", layer);
  const h = dCost(valueOf("h", layer, index));
  return { chain: product(h, left), steps: steps.map((step) => product(h, step)) };
}

/**
 * (3), (6): the sum over the neurons of the next layer, where dz_j/da_k = w_jk; and what comes back from the layers that add what this one
 * hands on.
 */
function handedEquation(notation: Notation, layer: number): Parts {
  const { layout, cost, coupled, letter, parts } = notation;
  const next = layer + 1;
  const z = valueOf("z", next, letter(next));
  const sum = over(notation, next);
  const { chain, steps } = frontOf(notation, next);
  const added = parts[layer]!.addedTo.map((above) => dCost(valueOf("h", above, letter(layer))));
  const whole = (expression: Expression): Expression => (added.length === 0 ? expression : plus(expression, ...added));
  // A sum inside this one stays a name, unless it simplifies.
  const isCoupled = coupled && next === layout.depth;
  const worked = isCoupled ? (cost.simplified === undefined ? [[dCost(z)]] : steps.slice(1)) : steps;
  return {
    chain: whole(sum(product(...chain, derivative(z, handedBy(notation, layer))))),
    steps: worked.map((step) => whole(sum(product(...step, valueOf("w", next, letter(next), letter(layer)))))),
  };
}

/**
 * da_j/dz_j = sigma'(z_j), or da_j/du_j where z is normalised; dz_j/dw_jk = a_k; dz_j/db_j = 1; dz_j/da_k = w_jk; dh_j/da_j and du_j/d..
 * Not da_j/dz_i of a softmax.
 */
export function factorOf(notation: Notation, kind: FactorKind, layer: number): Factor {
  return (notation.factors[kind][layer] ??= madeFor(notation, makeFactor(notation, kind, layer)));
}

function madeFor({ rows }: Notation, factor: Factor): Factor {
  return rows === undefined ? factor : { ...factor, left: ofRow(factor.left), steps: factor.steps.map(ofRow) };
}

function makeFactor(notation: Notation, kind: FactorKind, layer: number): Factor {
  const letters = lettersOf(notation, "w", layer);
  const [to, from] = letters as [string, string];
  const { given, masked } = notation.parts[layer]!;
  const z = valueOf("z", layer, to);
  const a = valueOf("a", layer, to);
  switch (kind) {
    case "da_dz": {
      const written = layer === notation.layout.depth ? outputsOf(notation, to)[0] : a;
      const name = notation.activation(layer);
      if (name === "softmax") throw new TypeError("the outputs of a softmax depend on every z");
      const u = valueOf(given, layer, to);
      return { letters, left: derivative(a, u), steps: [call("sigma'", u), writtenActivations[name].slope(u, written)] };
    }
    case "dz_dw":
      return { letters, left: derivative(z, valueOf("w", layer, to, from)), steps: [handedBy(notation, layer - 1)] };
    case "dz_db":
      return { letters, left: derivative(z, valueOf("b", layer, to)), steps: [number(1)] };
    case "dz_da":
      return { letters, left: derivative(z, handedBy(notation, layer - 1)), steps: [valueOf("w", layer, to, from)] };
    case "dh_da":
      return { letters, left: derivative(valueOf("h", layer, to), a), steps: [masked ? valueOf("mask", layer, to) : number(1)] };
    default:
      return { letters, ...writtenSlopes[kind](notation, layer) };
  }
}
