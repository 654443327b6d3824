import { describe, expect, test } from "vitest";
import { attribute, attributionSvg, type Attribution } from "../../src/explain.js";
import { iris } from "../../src/data/iris.js";
import { type NetworkDescription, outputRuleOf } from "../../src/network/description.js";
import type { Network } from "../../src/network/network.js";
import { backward } from "../../src/reference/backward.js";
import type { Example } from "../../src/reference/batch.js";
import { forward, type ReferenceNetwork } from "../../src/reference/forward.js";
import { examples } from "../../src/training/examples.js";
import { train } from "../../src/training/train.js";
import { COMBINATIONS, HIDDEN, networkOf, randomExamples, randomNetwork, title } from "../reference/networks.js";
import { caught, said } from "../training/caught.js";

const columns = ["first", "second", "third"];
const modelOf = (network: ReferenceNetwork) => ({ network: network as Network, columns });

/** (value(x + h e_t) - value(x - h e_t)) / 2h for each input t. */
function differences(x: ArrayLike<number>, value: (x: Float64Array) => number, h = 1e-5): number[] {
  return Array.from({ length: x.length }, (_, t) => {
    const [above, below] = [1, -1].map((sign) => {
      const moved = Float64Array.from(x);
      moved[t]! += sign * h;
      return value(moved);
    }) as [number, number];
    return (above - below) / (2 * h);
  });
}

/** Central differences have an error of about h^2 and of rounding / h; a relu's kink is nowhere near in these networks. */
function expectNear(actual: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, t) => {
    const error = Math.abs(actual[t]! - value);
    expect(error <= 1e-8 + 1e-6 * Math.abs(value), `${what} by a1[${t}]: ${actual[t]!}, not ${value}`).toBe(true);
  });
}

const costOf = (network: ReferenceNetwork, x: ArrayLike<number>, y: ArrayLike<number>): number => {
  const { z, a } = forward(network, x);
  return outputRuleOf(network.description).cost(z.at(-1)!, a.at(-1)!, Float64Array.from(y));
};

describe("of the cost", () => {
  test.each(COMBINATIONS.map((own) => [title(own), own] as const))("%s", (_title, combination) => {
    const network = networkOf(combination, 21);
    const [example] = randomExamples(network, 1, 22);
    const attribution = attribute(modelOf(network), example!);
    expect(attribution.derivatives).toEqual(backward(network, forward(network, example!.x), example!.y).dCost_da[1]);
    expect(attribution).toMatchObject({ of: "cost", columns, inputs: example!.x });
    expect(attribution.value).toBe(costOf(network, example!.x, example!.y));
    expectNear(
      attribution.derivatives,
      differences(example!.x, (x) => costOf(network, x, example!.y)),
      "dCost",
    );
  });
});

describe("of an activation", () => {
  const OUTPUTS = [...HIDDEN, "softmax"] as const;
  const CLASSIC = 4;
  const cases = OUTPUTS.flatMap((output, at) =>
    [...HIDDEN.slice(0, CLASSIC), HIDDEN[(at + CLASSIC) % HIDDEN.length]!].map((hidden) => [output, hidden] as const),
  );
  test.each(cases)("%s outputs and %s hidden layers", (output, hidden) => {
    const network = networkOf({ hidden, output, cost: "squared-error", outputs: 5 }, 23);
    const [example] = randomExamples(network, 1, 24);
    const { sizes, depth } = network.layout;
    for (let layer = 2; layer <= depth; layer++) {
      for (let j = 0; j < sizes[layer]!; j++) {
        const name = `a${layer}[${j}]`;
        const own = attribute(modelOf(network), example!, name);
        expect(own).toMatchObject({ of: name, value: forward(network, example!.x).a[layer]![j] });
        expectNear(
          own.derivatives,
          differences(example!.x, (x) => forward(network, x).a[layer]![j]!),
          name,
        );
      }
    }
  });

  test("is the same under cross-entropy: the cost has no part in it", () => {
    const softmax = networkOf({ hidden: "tanh", output: "softmax", cost: "squared-error", outputs: 2 }, 25);
    const other = { ...softmax, description: { ...softmax.description, cost: "cross-entropy" } as NetworkDescription };
    const [example] = randomExamples(softmax, 1, 26);
    expect(attribute(modelOf(other), example!, "a4[1]")).toEqual(attribute(modelOf(softmax), example!, "a4[1]"));
  });

  test("of a softmax sum to 0 over the outputs, since the outputs sum to 1", () => {
    const network = networkOf({ hidden: "sigmoid", output: "softmax", cost: "cross-entropy", outputs: 5 }, 27);
    const [example] = randomExamples(network, 1, 28);
    const all = [0, 1, 2, 3, 4].map((j) => attribute(modelOf(network), example!, `a4[${j}]`).derivatives);
    for (let t = 0; t < 3; t++) expect(Math.abs(all.reduce((sum, d) => sum + d[t]!, 0)) <= 1e-15).toBe(true);
    expect(all[0]!.some((value) => Math.abs(value) > 1e-3)).toBe(true);
  });

  test("takes both spellings", () => {
    const network = networkOf({ hidden: "sigmoid", output: "sigmoid", cost: "squared-error", outputs: 2 }, 29);
    const [example] = randomExamples(network, 1, 30);
    expect(attribute(modelOf(network), example!, "a3.2")).toEqual(attribute(modelOf(network), example!, "a3[2]"));
  });
});

test("of several examples is the mean of each one's own", () => {
  const network = networkOf({ hidden: "tanh", output: "softmax", cost: "cross-entropy", outputs: 5 }, 31);
  const rows = randomExamples(network, 4, 32);
  for (const of of ["cost", "a4[2]", "a2[1]"]) {
    const mean = attribute(modelOf(network), rows, of);
    const single = rows.map((row) => attribute(modelOf(network), row, of));
    const meanOf = (part: (own: Attribution) => number): number => single.reduce((sum, own) => sum + part(own), 0) / rows.length;
    expect(Math.abs(mean.value - meanOf(({ value }) => value)) <= 1e-14).toBe(true);
    for (let t = 0; t < 3; t++) {
      expect(Math.abs(mean.derivatives[t]! - meanOf(({ derivatives }) => derivatives[t]!)) <= 1e-14).toBe(true);
      expect(Math.abs(mean.inputs[t]! - meanOf(({ inputs }) => inputs[t]!)) <= 1e-14).toBe(true);
    }
    expect(mean.of).toBe(of);
  }
});

describe("refused are", () => {
  const network = networkOf({ hidden: "tanh", output: "sigmoid", cost: "squared-error", outputs: 2 }, 33);
  const [example] = randomExamples(network, 1, 34);
  const refusal = (of: string, rows: Example | readonly Example[] = example!) => said(caught(() => attribute(modelOf(network), rows, of)));

  test.each(["w2[0,0]", "b3[1]", "z4[0]", "a1[2]"])("%s, which is no activation behind the input", (of) => {
    expect(refusal(of)).toMatchObject({ code: "E_USAGE", where: "of", expected: "cost, or an activation such as a4[0]", got: of });
  });

  test("what the network does not have, with the nearest that it has", () => {
    expect(refusal("a4[2]")).toMatchObject({ code: "E_USAGE", where: "a4[2]", hint: 'Did you mean "a4[1]"?' });
    expect(refusal("cots").code).toBe("E_USAGE");
  });

  test("no example", () => {
    expect(refusal("cost", [])).toMatchObject({ code: "E_USAGE", where: "example", expected: "at least one example" });
  });
});

describe("the picture", () => {
  const image = { height: 3, width: 4, maximum: 16 };
  const pixels = randomNetwork({ inputs: 12, layers: [{ units: 2, activation: "sigmoid" }], cost: "squared-error" }, 35);
  const drawn = (change: Partial<Attribution> = {}): string => {
    const [example] = randomExamples(pixels, 1, 36);
    const x = Float64Array.from({ length: 12 }, (_, t) => (t + 1) / 12);
    const model = { network: pixels as Network, columns: Array.from(x, (_, t) => `pixel ${t}`), image };
    return attributionSvg({ ...attribute(model, { x, y: example!.y }), ...change })!;
  };

  /** Every element of well-formed XML, with its attributes; throws where it is not well formed. */
  function parse(svg: string): { name: string; attributes: Record<string, string> }[] {
    const found: { name: string; attributes: Record<string, string> }[] = [];
    const open: string[] = [];
    let at = 0;
    const token = /<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>|[^<>&]+|&(?:lt|gt|amp|quot);/gy;
    for (let match = token.exec(svg); match !== null; match = token.exec(svg)) {
      at = token.lastIndex;
      const [, closing, name, attributes = "", alone] = match;
      if (name === undefined) continue;
      if (closing === "/") expect(open.pop()).toBe(name);
      else {
        found.push({
          name,
          attributes: Object.fromEntries([...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!])),
        });
        if (alone !== "/") open.push(name);
      }
    }
    expect(svg.slice(at), "the rest of it is no XML").toBe("");
    expect(open).toEqual([]);
    return found;
  }

  const squaresOf = (svg: string) =>
    parse(svg).filter(({ name, attributes }) => name === "rect" && attributes["fill-opacity"] !== undefined);

  test("is well-formed SVG with one square for the ink and one for the derivative of each pixel", () => {
    const svg = drawn();
    const elements = parse(svg);
    expect(elements[0]).toMatchObject({ name: "svg", attributes: { xmlns: "http://www.w3.org/2000/svg" } });
    expect(squaresOf(svg)).toHaveLength(24);
    const places = squaresOf(svg).map(({ attributes: { x, y } }) => `${x!},${y!}`);
    expect(new Set(places).size).toBe(24);
    const { width, height, viewBox } = elements[0]!.attributes as { width: string; height: string; viewBox: string };
    expect(viewBox).toBe(`0 0 ${width} ${height}`);
    for (const { attributes } of squaresOf(svg)) {
      for (const [start, size, total] of [
        ["x", "width", width],
        ["y", "height", height],
      ] as const) {
        expect(Number(attributes[start])).toBeGreaterThan(0);
        expect(Number(attributes[start]) + Number(attributes[size])).toBeLessThan(Number(total));
      }
    }
  });

  test("shows sign by colour and by a bar, and magnitude by opacity", () => {
    const derivatives = Float64Array.from({ length: 12 }, (_, t) => [2, -1, 0, -0.5, 1, -2, 0.25, 0.5, -0.001, 0, 0, 0][t]!);
    const svg = drawn({ derivatives, inputs: new Float64Array(12) });
    const shown = squaresOf(svg).map(({ attributes }) => [attributes["fill"], Number(attributes["fill-opacity"])]);
    const [up, down] = ["#2166ac", "#b35806"];
    // In the order of the pixels; what is 0, or nearly, is left white.
    expect(shown).toEqual([
      [up, 1],
      [down, 0.5],
      [down, 0.25],
      [up, 0.5],
      [down, 1],
      [up, 0.125],
      [up, 0.25],
    ]);
    expect(parse(svg).filter(({ name }) => name === "path")).toHaveLength(3);
    expect(svg).toContain("up to ±2<");
  });

  test("of derivatives that are all 0 is empty, without a NaN", () => {
    const svg = drawn({ derivatives: new Float64Array(12), inputs: new Float64Array(12) });
    expect(squaresOf(svg)).toEqual([]);
    expect(svg).not.toContain("NaN");
  });

  test("says what it is of", () => {
    expect(drawn()).toContain("<title>The input, and dCost/da1 of each pixel</title>");
    expect(drawn({ of: "a2[1]" })).toContain("<title>The input, and da2[1]/da1 of each pixel</title>");
  });

  test("there is none of a table", async () => {
    const { model } = await train(iris(), { hidden: [3], epochs: 1 }).result;
    const [example] = examples(model, iris(), { rows: [0, 1] });
    expect(attributionSvg(attribute(model, example!))).toBeUndefined();
    expect(attribute(model, example!).columns).toEqual(iris().columns);
  });
});
