import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { evaluate } from "../../src/explain/derivation/expression.js";
import { type Derivation, explain, explanationText } from "../../src/explain.js";
import { ACTIVATION_NAMES } from "../../src/network/activations.js";
import { COST_NAMES, COST_SETTINGS, costKind, costText } from "../../src/network/costs.js";
import { createNetwork } from "../../src/network/network.js";
import { CLASSIC, HIDDEN } from "../reference/networks.js";
import { cases, type Expected, expectedOf, examplesOf, type GoldenCase, largestOf, networkOfCase, quantitiesOf } from "./golden-cases.js";
import { isBroken, lawsOf, nodesOf, writtenLaws } from "./laws.js";

const PARAMETERS = 300;
/** Relative to the largest of the tensor. */
const TOLERANCE = 1e-10;

const agrees = (actual: number, { value, largest }: Expected): boolean => Math.abs(actual - value) <= TOLERANCE * largest;

interface Drawn {
  readonly index: number;
  readonly golden: GoldenCase;
  readonly e: number;
  readonly name: string;
}

/** 300 weights and biases, at least one of every case. */
const drawn: readonly Drawn[] = (() => {
  const random = createRandom(3, 301);
  return Array.from({ length: PARAMETERS }, (_, at) => {
    const index = at < cases.length ? at : random.below(cases.length);
    const golden = cases[index]!;
    const names = quantitiesOf(networkOfCase(golden)).filter((name) => /^[wb]/.test(name));
    return { index, golden, e: random.below(golden.x.length), name: names[random.below(names.length)]! };
  });
})();

const title = ({ index, e, name }: Drawn): string => `${name} of example ${e} of case ${index}`;

function explainDrawn({ golden, e, name }: Drawn): Derivation {
  return explain({ network: networkOfCase(golden) }, examplesOf(golden)[e]!, name);
}

/** What a derivation says that PyTorch does not, of every node that has a name in it. */
function differences({ golden, e }: Pick<Drawn, "golden" | "e">, nodes: Iterable<Pick<Derivation, "name" | "value">>): string[] {
  return [...nodes]
    .filter(({ name }) => !name.includes(" * "))
    .filter(({ name, value }) => !agrees(value, expectedOf(golden, e, name)))
    .map(({ name, value }) => `${name}: ${value}, not ${expectedOf(golden, e, name).value}`);
}

test(`the ${PARAMETERS} parameters cover every depth, hidden activation, output and cost, weights and biases`, () => {
  const covered = new Set(
    drawn.flatMap(({ golden: { network }, name }) => {
      const layers = network.layers.map(({ activation }) => activation);
      const cost = costText(network.cost);
      const depth = layers.length + 1;
      return [
        name[0],
        `depth ${depth}`,
        `${cost} ${layers.at(-1)!} ${depth}`,
        `cost ${costKind(network.cost)}`,
        `output ${layers.at(-1)!}`,
        ...(typeof network.cost === "string" ? [] : [`setting of ${network.cost.kind}`]),
        ...layers.slice(0, -1).flatMap((hidden) => [`hidden ${hidden}`, `${hidden} under ${cost} ${layers.at(-1)!}`]),
        ...(name.startsWith("w") ? [`layer ${name[1]} of ${depth}`] : []),
      ];
    }),
  );
  const depths = [2, 3, 4, 5, 6, 7, 8];
  const wanted = [
    "w",
    "b",
    ...depths.flatMap((depth) => depths.filter((layer) => layer <= depth).map((layer) => `layer ${layer} of ${depth}`)),
    ...CLASSIC.flatMap(({ cost, output, hidden }) => [
      ...depths.map((depth) => `${costText(cost)} ${output} ${depth}`),
      `${hidden} under ${costText(cost)} ${output}`,
    ]),
    ...COST_NAMES.map((cost) => `cost ${cost}`),
    ...ACTIVATION_NAMES.map((output) => `output ${output}`),
    ...HIDDEN.map((hidden) => `hidden ${hidden}`),
    ...Object.keys(COST_SETTINGS).map((cost) => `setting of ${cost}`),
  ];
  expect(wanted.filter((combination) => !covered.has(combination))).toEqual([]);
});

describe(`${PARAMETERS} parameters, each of one example`, () => {
  test("each has the factors of its equation, in its order", () => {
    for (const own of drawn) {
      const { golden, name } = own;
      const derivation = explainDrawn(own);
      const [, kind, layer, j] = /^([wb])(\d)\[(\d)/.exec(name)!;
      const isSoftmax = Number(layer) === golden.network.layers.length + 1 && golden.network.layers.at(-1)!.activation === "softmax";
      const front = isSoftmax ? [`dCost/dz${layer}[${j}]`] : [`dCost/da${layer}[${j}]`, `da${layer}[${j}]/dz${layer}[${j}]`];
      expect(derivation.name).toBe(`dCost/d${name}`);
      expect(namesOfFactors(derivation), title(own)).toEqual([...front, `dz${layer}[${j}]/d${kind === "w" ? name : `b${layer}[${j}]`}`]);
    }
  });

  test("every factor is PyTorch's, and their product is the value", () => {
    for (const own of drawn) {
      const derivation = explainDrawn(own);
      const factors = derivation.kind === "product" ? derivation.factors : [];
      expect(factors.length, title(own)).toBeGreaterThan(1);
      expect(differences(own, [derivation, ...factors]), title(own)).toEqual([]);
      expect(lawsOf(derivation).filter(isBroken), title(own)).toEqual([]);
    }
  });

  test("opened to the last neuron, every number is PyTorch's, every product and every sum comes to its value", () => {
    let opened = 0;
    for (const own of drawn) {
      const nodes = [...nodesOf(explainDrawn(own))];
      opened += nodes.length;
      expect(differences(own, nodes), title(own)).toEqual([]);
      expect(nodes.flatMap(lawsOf).filter(isBroken), title(own)).toEqual([]);
    }
    // That many numbers were compared.
    expect(opened).toBeGreaterThan(10_000);
  });

  test("every written line, worked out from the names and numbers in it, comes to the value", () => {
    for (const own of drawn) {
      const { golden, e } = own;
      const network = networkOfCase(golden);
      const example = examplesOf(golden)[e]!;
      const laws = [...nodesOf(explainDrawn(own))].flatMap((node) => writtenLaws(network, example, node));
      expect(laws.length).toBeGreaterThan(3);
      expect(laws.filter(isBroken), title(own)).toEqual([]);
    }
  });

  test("the float32 engine agrees, on the same float32 parameters", () => {
    for (const own of drawn) {
      const { golden, e, name } = own;
      const [x, y] = [Float32Array.from(golden.x[e]!), Float32Array.from(golden.y[e]!)];
      const { value, engine } = explain({ network: createNetwork(golden.network) }, { x, y }, name);
      const { largest } = expectedOf(golden, e, `dCost/d${name}`);
      const actual = engine()!.value;
      expect(Math.abs(actual - value) <= Math.max(1e-4 * Math.abs(value), 1e-6 * largest), `${title(own)}: ${actual}, not ${value}`).toBe(
        true,
      );
    }
  });
});

function namesOfFactors(derivation: Derivation): string[] {
  return derivation.kind === "product" ? derivation.factors.map(({ name }) => name) : [];
}

test("every weight, bias, weighted sum and activation of every case is PyTorch's", () => {
  for (const golden of cases) {
    const network = networkOfCase(golden);
    const [example] = examplesOf(golden);
    const values = quantitiesOf(network).map((name) => explain({ network }, example!, name));
    expect(differences({ golden, e: 0 }, values), JSON.stringify(golden.network.layers)).toEqual([]);
  }
});

describe("the mean over several examples", () => {
  const several = cases.filter(({ x }) => x.length > 1);

  test("is PyTorch's gradient of the mean cost", () => {
    for (const golden of several) {
      const network = networkOfCase(golden);
      for (const name of quantitiesOf(network).filter((quantity) => /^[wb]/.test(quantity))) {
        const [, tensor = "", j, k] = /^([wb]\d)\[(\d)(?:,(\d))?/.exec(name)!;
        const values = golden.mean[tensor]!;
        const row = values[Number(j)]!;
        const mean = { value: typeof row === "number" ? row : row[Number(k)]!, largest: largestOf(values) };
        const { value } = explain({ network }, examplesOf(golden), name);
        expect(agrees(value, mean), `${name}: ${value}, not ${mean.value}`).toBe(true);
      }
    }
  });

  test("opens into one term an example: 1/n times its own derivation, whose every number is PyTorch's", () => {
    for (const golden of several) {
      const network = networkOfCase(golden);
      const examples = examplesOf(golden);
      const [name = ""] = quantitiesOf(network).filter((quantity) => quantity.startsWith("w2"));
      const derivation = explain({ network }, examples, name);
      if (derivation.kind !== "sum") throw new TypeError("the mean is a sum");
      expect(derivation.terms.length).toBe(examples.length);
      expect(lawsOf(derivation).filter(isBroken)).toEqual([]);
      examples.forEach((_, e) => {
        const term = derivation.terms.at(e);
        expect(namesOfFactors(term)).toEqual([expect.stringMatching(/^1 \/ n$/), `dCost_${e}/d${name}`]);
        if (term.kind !== "product") throw new TypeError("a term is a product");
        const [share, own] = term.factors as [Derivation, Derivation];
        expect(share.value).toBe(1 / examples.length);
        const nodes = [...nodesOf(own)];
        expect(differences({ golden, e }, nodes)).toEqual([]);
        expect([term, ...nodes].flatMap(lawsOf).filter(isBroken)).toEqual([]);
      });
    }
  });

  test("has the mean of the costs, and says over how many examples", () => {
    for (const golden of several) {
      const examples = examplesOf(golden);
      const { cost, examples: count, note } = explain({ network: networkOfCase(golden) }, examples, "b2[0]");
      const expected = golden.cost.reduce((sum, own) => sum + own, 0) / examples.length;
      expect(Math.abs(cost - expected) <= 1e-12 * expected).toBe(true);
      expect(count).toBe(examples.length);
      expect(note).toContain(`the mean over ${examples.length} examples`);
    }
  });
});

describe("the comparison can fail", () => {
  test.each([
    ["1 % too large", (value: number) => value * 1.01],
    ["1 % too small", (value: number) => value * 0.99],
    ["NaN", () => NaN],
  ])("a number that is %s is noticed, in any node and in the law of its parent", (_title, corrupt) => {
    for (const own of drawn.filter(({ index }) => index % 7 === 0)) {
      for (const node of nodesOf(explainDrawn(own))) {
        // What is small beside its tensor is not told apart from rounding there; 0 has no 1 %.
        if (node.name.includes(" * ") || node.value === 0) continue;
        const { largest } = expectedOf(own.golden, own.e, node.name);
        if (Math.abs(node.value) < 1e-6 * largest) continue;
        const corrupted = { name: node.name, value: corrupt(node.value) };
        expect(differences(own, [corrupted])).toHaveLength(1);
        const laws = lawsOf(node).slice(0, 1);
        if (node.kind === "product") expect(laws.map((law) => isBroken({ ...law, expected: corrupted.value }))).toEqual([true]);
      }
    }
  });
});

describe("where float64 runs out", () => {
  /** What each line of numbers comes to. */
  const writtenNumbers = ({ written }: Derivation): number[] => written.numbers.map((line) => evaluate(line, () => NaN));

  test("a sigmoid that has rounded to 1: what it simplifies to stands as one factor, with a note", () => {
    const network = createNetwork({
      inputs: 1,
      layers: [{ units: 2, activation: "sigmoid" }],
      cost: "cross-entropy",
      w2: [[40], [1]],
      b2: [0, 0],
    });
    const derivation = explain({ network }, { x: [1], y: [0, 0] }, "w2[0,0]");
    expect(derivation.value).toBe(1);
    expect(namesOfFactors(derivation)).toEqual(["dCost/dz2[0]", "dz2[0]/dw2[0,0]"]);
    expect(lawsOf(derivation).filter(isBroken)).toEqual([]);
    const z = explain({ network }, { x: [1], y: [0, 0] }, "z2[0]");
    expect(z).toMatchObject({ kind: "value", value: 1 });
    expect(z.note).toContain("rounded to 0 or 1");
    for (const own of [derivation, z]) {
      expect(explanationText(own, { open: 3 })).not.toMatch(/NaN|Infinity|1 - 1\)/);
      expect(writtenNumbers(own).every((value) => value === 1)).toBe(true);
    }
    // Its neighbour keeps its three factors.
    expect(namesOfFactors(explain({ network }, { x: [1], y: [0, 0] }, "w2[1,0]"))).toHaveLength(3);
  });

  test.each([
    [800, [1, 0, 0]],
    [800, [0, 1, 0]],
    [745, [1, 0, 0]],
  ])("a softmax whose z lie %i apart, with target %j", (gap, y) => {
    const network = createNetwork({
      inputs: 1,
      layers: [{ units: 3, activation: "softmax" }],
      cost: "cross-entropy",
      w2: [[0], [gap], [0]],
      b2: [0, 0, 0],
    });
    for (const [i, p] of [0, 1, 0].entries()) {
      const derivation = explain({ network }, { x: [1], y }, `w2[${i},0]`);
      expect(Math.abs(derivation.value - (p - y[i]!)) <= 1e-15).toBe(true);
      expect(lawsOf(derivation).filter(isBroken)).toEqual([]);
      const z = explain({ network }, { x: [1], y }, `z2[${i}]`);
      expect(z.value).toBe(derivation.value);
      for (const own of [derivation, z]) {
        expect(explanationText(own, { open: 3 })).not.toMatch(/NaN|Infinity/);
        expect(writtenNumbers(own).every((value) => Math.abs(value - derivation.value) <= 1e-12)).toBe(true);
      }
      if (z.kind === "value") expect(z.note).toContain("rounded to 0 or 1");
      else expect(lawsOf(z).filter(isBroken)).toEqual([]);
    }
  });
});

describe("laziness", () => {
  const network = createNetwork({ inputs: 784, layers: [{ units: 300 }, { units: 100 }, { units: 10, activation: "softmax" }] });
  const example = {
    x: Float64Array.from({ length: 784 }, (_, t) => (t % 7) / 7),
    y: Float64Array.from({ length: 10 }, (_, j) => Number(j === 3)),
  };

  test("a weight of 784-300-100-10 opens one layer's width at a time", () => {
    const derivation = explain({ network }, example, "w2[17,500]");
    if (derivation.kind !== "product") throw new TypeError("a weight is a product");
    const [sum] = derivation.factors;
    if (sum?.kind !== "sum") throw new TypeError("dCost/da2 is a sum");
    expect(sum.terms.length).toBe(100);
    const term = sum.terms.at(99);
    if (term.kind !== "product") throw new TypeError("a term is a product");
    expect(namesOfFactors(term)).toEqual(["dCost/da3[99]", "da3[99]/dz3[99]", "dz3[99]/da2[17]"]);
    const [inner] = term.factors;
    expect(inner?.kind === "sum" ? inner.terms.length : 0).toBe(10);
  });

  test("nothing is made of an explanation that is only asked for its value", () => {
    const started = performance.now();
    for (let t = 0; t < 20; t++) expect(Number.isFinite(explain({ network }, example, `w2[17,${t}]`).value)).toBe(true);
    // All 300 * 100 * 10 paths would take minutes; a pass over the network takes a few milliseconds.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
