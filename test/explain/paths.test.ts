import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.js";
import { allPaths, type PathList } from "../../src/explain/paths.js";
import { explain } from "../../src/explain.js";
import { createNetwork } from "../../src/network/network.js";
import { cases, examplesOf, expectedOf, type GoldenCase, networkOfCase, quantitiesOf } from "./golden-cases.js";
import { networkOf } from "./networks.js";

type Matrix = readonly (readonly number[])[];

/** Every path of a quantity, walked one by one over PyTorch's numbers: the neurons from the cost back, and the product. */
function enumerate(golden: GoldenCase, e: number, quantity: string): Map<string, number> {
  const [, kind = "", ...rest] = /^([wbza])(\d)\[(\d)(?:,(\d))?/.exec(quantity)!;
  const [layer, j, k] = rest.map(Number) as [number, number, number];
  const L = golden.network.layers.length + 1;
  const last = kind === "w" ? golden.a[e]![layer - 1]![k]! : 1;
  const found = new Map<string, number>();
  const walk = (l: number, neuron: number, neurons: readonly string[], product: number, through: boolean): void => {
    const all = [`a${l}[${neuron}]`, ...neurons];
    if (l === L) {
      found.set(all.join(" "), product * (through ? golden.dCost_dz[e]![L]! : golden.dCost_da[e]![L]!)[neuron]!);
      return;
    }
    const slope = through ? (golden.da_dz[e]![l]![neuron] as number) : 1;
    const w = (golden.network as unknown as Record<string, Matrix>)[`w${l + 1}`]!;
    w.forEach((row, next) => walk(l + 1, next, all, product * slope * row[neuron]!, true));
  };
  walk(layer, j, [], last, kind !== "a");
  return found;
}

/** Walking more of them one by one would take minutes. */
const MOST = 1000;

/** One of each kind in every layer, unless it has too many paths to be walked. */
function chosen(golden: GoldenCase): string[] {
  const network = networkOfCase(golden);
  const { sizes } = network.layout;
  const names = new Map(quantitiesOf(network).map((name) => [name.slice(0, 2), name]));
  return [...names]
    .filter(([[, layer]]) => sizes.slice(Number(layer) + 1).reduce((count, size) => count * size, 1) <= MOST)
    .map(([, name]) => name);
}

const small = cases.filter(({ network }) => network.layers.length + 1 <= 6);
const sizeOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + Math.abs(value), 0);
const byMagnitude = (p: number, q: number): number => Math.abs(q) - Math.abs(p);

/** What is wrong with a list of paths by itself. */
function faultsOf({ value, count, up, down, zero, cancelled, paths, rest }: PathList, size: number): string[] {
  const shown = paths.reduce((sum, path) => sum + path.value, rest.value);
  const faults = [
    [up + down + zero === count, "count"],
    [Math.abs(shown - value) <= 1e-12 * size, "sum"],
    [rest.count === count - paths.length, "rest"],
    [rest.count > 0 || rest.value === 0, "rest of nothing"],
    [size === 0 ? cancelled === 0 : Math.abs(cancelled - (1 - Math.abs(value) / size)) <= 1e-9, "cancelled"],
    [
      paths.every((path) => Math.abs(path.factors.reduce((p, factor) => p * factor.value, 1) - path.value) <= 1e-12 * Math.abs(path.value)),
      "factors",
    ],
    [paths.every((path, at) => at === 0 || Math.abs(path.value) <= Math.abs(paths[at - 1]!.value) * (1 + 1e-12)), "order"],
  ] as const;
  return faults.filter(([holds]) => !holds).map(([, name]) => name);
}

describe("all paths, beside every path walked one by one over PyTorch's numbers", () => {
  test("depth 2 to 6, every activation and cost, every kind of quantity", () => {
    let compared = 0;
    const kinds = new Set<string>();
    for (const golden of small) {
      const network = networkOfCase(golden);
      const [example] = examplesOf(golden);
      for (const quantity of chosen(golden)) {
        const expected = enumerate(golden, 0, quantity);
        const size = sizeOf(expected.values());
        const list = allPaths({ network }, example!, quantity, { top: 100_000 });
        const title = `${quantity} of ${JSON.stringify(golden.network.layers)}`;
        expect(list.count, title).toBe(expected.size);
        expect(list.paths.map(({ neurons }) => neurons.join(" ")).toSorted(), title).toEqual([...expected.keys()].toSorted());
        const wrong = list.paths.filter(({ neurons, value }) => !(Math.abs(value - expected.get(neurons.join(" "))!) <= 1e-10 * size));
        expect(wrong, title).toEqual([]);
        expect(faultsOf(list, size), title).toEqual([]);
        const signs = [...expected.values()].map(Math.sign);
        expect([list.up, list.down, list.zero], title).toEqual([1, -1, 0].map((sign) => signs.filter((own) => own === sign).length));
        const { value } = explain({ network }, example!, quantity);
        expect(Math.abs(list.value - value) <= 1e-12 * size, title).toBe(true);
        compared += list.count;
        kinds.add(`${network.layout.depth} ${quantity.slice(0, 2)}`);
      }
    }
    expect(compared).toBeGreaterThan(30_000);
    // The longest paths are among them.
    expect([...kinds]).toEqual(expect.arrayContaining(["2 a1", "3 w2", "4 w2", "4 a1", "5 b2", "6 w2", "6 a1", "6 z2", "6 a6"]));
  });

  test("every factor of a path is PyTorch's, from the cost back to the quantity", () => {
    for (const golden of small) {
      const network = networkOfCase(golden);
      const [example] = examplesOf(golden);
      for (const quantity of chosen(golden)) {
        for (const { factors, neurons } of allPaths({ network }, example!, quantity, { top: 3 }).paths) {
          for (const { name, value } of factors) {
            const expected = expectedOf(golden, 0, name);
            expect(Math.abs(value - expected.value) <= 1e-10 * expected.largest, `${name}: ${value}`).toBe(true);
          }
          // Each factor begins with what the one before was taken by.
          const names = factors.map(({ name }) => name.split("/d"));
          expect(names[0]![0]).toBe("dCost");
          expect(names.slice(1).map(([of]) => of)).toEqual(names.slice(0, -1).map(([, by]) => `d${by!}`));
          expect(names.at(-1)![1]).toBe(quantity);
          expect(neurons[0]).toMatch(new RegExp(`^a${network.layout.depth}\\[`));
        }
      }
    }
  });

  test.each([0, 1, 3, 10])("the %i largest are the largest, and the rest makes the sum", (top) => {
    for (const golden of small) {
      const network = networkOfCase(golden);
      const [example] = examplesOf(golden);
      for (const quantity of chosen(golden)) {
        const values = [...enumerate(golden, 0, quantity).values()].sort(byMagnitude);
        const list = allPaths({ network }, example!, quantity, { top });
        const size = sizeOf(values);
        expect(list.paths).toHaveLength(Math.min(top, values.length));
        expect(list.paths.every(({ value }, at) => Math.abs(Math.abs(value) - Math.abs(values[at]!)) <= 1e-10 * size)).toBe(true);
        expect(faultsOf(list, size)).toEqual([]);
      }
    }
  });

  test("the check can fail", () => {
    const golden = small.find(({ network }) => network.layers.length === 4)!;
    const list = allPaths({ network: networkOfCase(golden) }, examplesOf(golden)[0]!, "w2[0,0]", { top: 3 });
    const size = sizeOf(enumerate(golden, 0, "w2[0,0]").values());
    expect(faultsOf(list, size)).toEqual([]);
    expect(faultsOf({ ...list, value: NaN }, size)).toEqual(["sum", "cancelled"]);
    expect(faultsOf({ ...list, value: list.value + 0.01 * size }, size)).toContain("sum");
    expect(faultsOf({ ...list, up: list.up + 1 }, size)).toEqual(["count"]);
  });
});

describe("several examples", () => {
  const several = small.filter(({ x }) => x.length > 1);

  test("each path of each example counts as one, divided by their number, and carries its row", () => {
    for (const golden of several) {
      const network = networkOfCase(golden);
      const examples = examplesOf(golden).map((own, e) => ({ ...own, row: 40 + e }));
      const n = examples.length;
      for (const quantity of chosen(golden)) {
        const expected = examples.map((_, e) => enumerate(golden, e, quantity));
        const size = sizeOf(expected.flatMap((own) => [...own.values()])) / n;
        for (const top of [2, 100_000]) {
          const list = allPaths({ network }, examples, quantity, { top });
          expect(list.count).toBe(expected.reduce((sum, own) => sum + own.size, 0));
          expect(faultsOf(list, size)).toEqual([]);
          for (const { row, neurons, value, factors } of list.paths) {
            expect(factors[0]).toEqual({ name: `1/${n}`, value: 1 / n });
            expect(Math.abs(value - expected[row! - 40]!.get(neurons.join(" "))! / n) <= 1e-10 * size).toBe(true);
          }
          const largest = expected.flatMap((own) => [...own.values()]).sort(byMagnitude);
          expect(list.paths.every(({ value }, at) => Math.abs(Math.abs(value) - Math.abs(largest[at]!) / n) <= 1e-10 * size)).toBe(true);
        }
      }
    }
  });
});

describe("numbers of paths", () => {
  const random = createRandom(8, 303);
  const wide = networkOf([784, 16, 16, 10]);
  const image = {
    x: Float64Array.from({ length: 784 }, () => random.uniform()),
    y: Float64Array.from({ length: 10 }, (_, j) => Number(j === 4)),
  };

  test.each([
    ["w2[3,45]", 160],
    ["b2[3]", 160],
    ["a2[3]", 160],
    ["w3[3,5]", 10],
    ["w4[3,5]", 1],
    ["z4[3]", 1],
    ["a4[3]", 1],
    ["a1[45]", 2560],
  ])("784-16-16-10: %s has %i", (quantity, count) => {
    const list = allPaths({ network: wide }, image, quantity);
    expect(list.count).toBe(count);
    expect(list.paths).toHaveLength(Math.min(count, 2000));
    expect(faultsOf(list, Math.abs(list.value) / (1 - list.cancelled))).toEqual([]);
  });

  test.each([undefined, 0, 5])("a million million paths are answered at once (top: %s)", (top) => {
    const network = createNetwork({ inputs: 10, layers: Array.from({ length: 12 }, () => ({ units: 10, activation: "tanh" as const })) });
    const example = { x: Float64Array.from({ length: 10 }, (_, t) => t / 10), y: new Float64Array(10) };
    const started = performance.now();
    const list = allPaths({ network }, example, "a1[3]", top === undefined ? {} : { top });
    expect(list.count).toBe(1e12);
    expect(faultsOf(list, Math.abs(list.value) / (1 - list.cancelled))).toEqual([]);
    expect(Math.abs(list.value - explain({ network }, example, "a1[3]").value) <= 1e-9 * Math.abs(list.value)).toBe(true);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test("relus that are off make paths of exactly 0", () => {
    const network = createNetwork({
      inputs: 1,
      layers: [
        { units: 2, activation: "relu" },
        { units: 3, activation: "relu" },
        { units: 1, activation: "identity" },
      ],
      w2: [[1], [1]],
      b2: [0, 0],
      w3: [
        [1, 1],
        [-1, -1],
        [2, 0],
      ],
      b3: [0, 0, 0],
      w4: [[1, 1, -1]],
      b4: [0],
    });
    // a2 = 1, 1; a3 = 2, 0, 2; a4 = 0, so that dCost/da4 = -2 and the paths are -2, 0 and 4.
    const list = allPaths({ network }, { x: [1], y: [1] }, "w2[0,0]");
    expect(list).toMatchObject({ value: 2, count: 3, up: 1, down: 1, zero: 1, rest: { count: 0, value: 0 } });
    expect(list.paths.map(({ value }) => value + 0)).toEqual([4, -2, 0]);
    expect(Math.abs(list.cancelled - 2 / 3) <= 1e-15).toBe(true);
    expect(list.paths[0]!.neurons).toEqual(["a4[0]", "a3[2]", "a2[0]"]);
    expect(list.paths[0]!.factors.map(({ name, value }) => `${name} = ${value}`)).toEqual([
      "dCost/da4[0] = -2",
      "da4[0]/dz4[0] = 1",
      "dz4[0]/da3[2] = -1",
      "da3[2]/dz3[2] = 1",
      "dz3[2]/da2[0] = 2",
      "da2[0]/dz2[0] = 1",
      "dz2[0]/dw2[0,0] = 1",
    ]);
  });
});

describe("what is refused", () => {
  const network = networkOf([3, 2, 2]);
  const example = { x: [1, 2, 3], y: [0, 1] };

  test.each([-1, 1.5, NaN, Infinity])("top: %s", (top) => {
    expect(() => allPaths({ network }, example, "w2[0,0]", { top })).toThrow("top: expected a whole number of at least 0");
  });

  test("a quantity that is not there", () => {
    expect(() => allPaths({ network }, example, "w2[2,0]")).toThrow('Did you mean "w2[1,0]"?');
  });

  test("no example", () => {
    expect(() => allPaths({ network }, [], "w2[0,0]")).toThrow("at least one example");
  });
});
