import { describe, expect, test } from "vitest";
import { type DerivationDocument, explain, explanationDocument, explanationText } from "../../src/explain.js";
import { agreeingDigits, agreementText, numberText } from "../../src/explain/render/number-text.js";
import { createNetwork } from "../../src/network/network.js";
import { drawExplanations } from "./drawn.js";
import { explained, TEXTBOOK, TEXTBOOK_EXAMPLES } from "./networks.js";

const drawn = drawExplanations(285, 6);
const textbook = { network: createNetwork(TEXTBOOK) };
const [first] = TEXTBOOK_EXAMPLES;

function* documentsIn(document: DerivationDocument): Generator<DerivationDocument> {
  yield document;
  for (const part of [...(document.factors ?? []), ...(document.terms ?? [])]) yield* documentsIn(part);
}

/** Whatever is wrong with one node: something missing, or parts that do not come to the value. */
function faultsOf({ name, symbol, value, kind, factors, terms, rest }: DerivationDocument): string[] {
  const faults: string[] = [];
  if (name === "" || symbol === "") faults.push("no name");
  if (!Number.isFinite(value)) faults.push(`${name}: value ${value}`);
  if (factors !== undefined) {
    const product = factors.reduce((total, factor) => total * factor.value, 1);
    if (kind !== "product" || !(Math.abs(product - value) <= 1e-12 * Math.abs(value))) faults.push(`${name}: ${product}, not ${value}`);
  }
  if (terms !== undefined) {
    const parts = [...terms.map((term) => term.value), rest?.value ?? NaN];
    const [sum, size] = [parts.reduce((total, part) => total + part, 0), parts.reduce((total, part) => total + Math.abs(part), 0)];
    if (kind !== "sum" || !(Math.abs(sum - value) <= 1e-12 * size)) faults.push(`${name}: ${sum}, not ${value}`);
  }
  return faults;
}

/** Levels of equations that are open: a sum and the terms in it are one. */
function levelsOf({ factors, terms }: DerivationDocument): number {
  if (factors !== undefined) return 1 + Math.max(...factors.map(levelsOf));
  return terms === undefined ? 0 : Math.max(1, ...terms.map(levelsOf));
}

describe("explanationDocument", () => {
  test.each([0, 1, 2, 9])("opened %i levels, every node has name, symbol and value, and its parts come to it", (open) => {
    for (const { title, explanation } of drawn) {
      for (const top of [0, 1, 3]) {
        const nodes = [...documentsIn(explanationDocument(explanation, { open, top }))];
        expect(nodes.flatMap(faultsOf), title).toEqual([]);
      }
    }
  });

  test("the check can fail", () => {
    const document = explanationDocument(explained([3, 2, 2, 2], "a2[1]"), { open: 3 });
    expect([...documentsIn(document)].flatMap(faultsOf)).toEqual([]);
    for (const value of [document.value * 1.01, NaN]) expect(faultsOf({ ...document, value })).not.toEqual([]);
    expect(faultsOf({ ...document, rest: { ...document.rest!, value: NaN } })).toHaveLength(1);
  });

  test("says what it is about", () => {
    const document = explanationDocument(explain(textbook, first!, "w3.1.0"), { open: 0 });
    expect(document).toMatchObject({
      version: 1,
      quantity: "w3[1,0]",
      name: "dCost/dw3[1,0]",
      symbol: "dCost/dw_km^(3)",
      kind: "product",
      equation: "(4)",
      indices: { k: 1, m: 0 },
      examples: null,
      engine: { name: "portable" },
    });
    expect(document.factors).toBeUndefined();
    expect(document.written.general).toEqual([
      "dCost/dw_km^(3) = dCost/da_k^(3) * da_k^(3)/dz_k^(3) * dz_k^(3)/dw_km^(3)",
      "dCost/dw_km^(3) = dCost/da_k^(3) * sigma'(z_k^(3)) * a_m^(2)",
    ]);
    expect(document.written.indices).toEqual([
      "dCost/dw3[1,0] = dCost/da3[1] * da3[1]/dz3[1] * dz3[1]/dw3[1,0]",
      "dCost/dw3[1,0] = dCost/da3[1] * sigma'(z3[1]) * a2[0]",
    ]);
  });

  test("an activation has no engine's value; a mean has the number of its examples", () => {
    expect(explanationDocument(explain(textbook, first!, "a2[1]")).engine).toBeNull();
    expect(explanationDocument(explain(textbook, TEXTBOOK_EXAMPLES, "w2[1,0]"))).toMatchObject({
      examples: 4,
      kind: "sum",
      engine: { name: "portable" },
    });
  });

  test.each([0, 1, 2])("opened %i levels, no more is open than that", (open) => {
    for (const { title, explanation } of drawn) {
      const levels = levelsOf(explanationDocument(explanation, { open, top: 2 }));
      expect(levels <= open, title).toBe(true);
    }
  });

  test("opened 9 levels, a derivation of four layers is open to the last value", () => {
    for (const node of documentsIn(explanationDocument(explain(textbook, first!, "w2[1,0]"), { open: 9 }))) {
      expect([node.name, node.kind, node.factors !== undefined || node.terms !== undefined]).toEqual([
        node.name,
        node.kind,
        node.kind !== "value",
      ]);
    }
  });

  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [undefined, 2],
    [9, 2],
  ])("of the largest %s terms %i are shown, largest first, and the rest stands beside them", (top, count) => {
    const document = explanationDocument(explain(textbook, first!, "a2[1]"), top === undefined ? {} : { top });
    const shown = document.terms!.map(({ value }) => Math.abs(value));
    expect(shown).toHaveLength(count);
    expect(shown).toEqual(shown.toSorted((p, q) => q - p));
    expect(document.rest).toMatchObject({ name: `other ${2 - count}`, symbol: "rest", count: 2 - count });
    if (count === 2) expect(document.rest!.value).toBe(0);
  });

  test("survives JSON, number for number", () => {
    for (const { title, explanation } of drawn) {
      const document = explanationDocument(explanation, { open: 2 });
      const text = JSON.stringify(document);
      const read = JSON.parse(text) as DerivationDocument;
      expect(JSON.stringify(read), title).toBe(text);
      const values = (from: DerivationDocument): number[] => [...documentsIn(from)].map(({ value }) => value);
      const after = values(read);
      // JSON knows no -0, which is equal to 0 all the same.
      expect(
        values(document).every((value, at) => value === after[at]),
        title,
      ).toBe(true);
    }
  });
});

test("a deep network opened to the end is refused, and fits with fewer terms or levels", () => {
  const network = createNetwork({ inputs: 4, layers: Array.from({ length: 9 }, () => ({ units: 8 })) });
  const deep = explain({ network }, { x: [1, 2, 3, 4], y: [1, 0, 0, 0, 0, 0, 0, 0] }, "w2[0,0]");
  expect(() => explanationDocument(deep, { open: 20 })).toThrow(
    /^open: expected at most 200000 factors and terms, got more\. Open fewer levels/,
  );
  expect(faultsOf(explanationDocument(deep, { open: 20, top: 2 }))).toEqual([]);
  expect(faultsOf(explanationDocument(deep, { open: 3 }))).toEqual([]);
});

describe("numberText", () => {
  test.each([
    [0.3125, 4, "0.3125"],
    [0.3125, 2, "0.31"],
    [0.3125, 17, "0.3125"],
    [0.3125, "full", "0.3125"],
    [1, 4, "1"],
    [-0.5, 4, "-0.5"],
    [0, 4, "0"],
    [-0.0, 4, "0"],
    [1 / 3, 4, "0.3333"],
    [-1 / 3, 2, "-0.33"],
    [1 / 3, 17, "0.3333333333333333"],
    [1 / 3, "full", "0.3333333333333333"],
    [2 / 3, 4, "0.6667"],
    [0.00012346, 4, "0.0001235"],
    [1.2345e-5, 4, "1.234e-5"],
    [-1.2345e-9, 2, "-1.2e-9"],
    [1234.5678, 4, "1235"],
    [12345.678, 4, "12350"],
    [123456, 2, "120000"],
    [123456789, 4, "1.235e+8"],
    [123456789, "full", "123456789"],
    [-5e-324, 4, "-4.941e-324"],
    [NaN, 4, "NaN"],
    [Infinity, 4, "Infinity"],
    [-Infinity, "full", "-Infinity"],
  ] as const)("%f with %s digits is %s", (value, digits, text) => {
    expect(numberText(value, digits)).toBe(text);
  });

  test("17 digits and all that there are read back as the same number", () => {
    for (const { explanation } of drawn) {
      const { value } = explanation;
      expect(Number(numberText(value, 17)) === value).toBe(true);
      expect(Number(numberText(value, "full")) === value).toBe(true);
    }
  });

  test("shortened, a number is off by no more than half a unit of its last digit", () => {
    for (const { explanation } of drawn) {
      const { value } = explanation;
      for (const digits of [2, 4, 9]) {
        expect(Math.abs(Number(numberText(value, digits)) - value) <= 0.5000001 * 10 ** (1 - digits) * Math.abs(value)).toBe(true);
      }
    }
  });
});

describe("digits of a page", () => {
  // The last digits are those of Math.exp, which engines round each in their way.
  test.each([
    [2, "0.070"],
    [4, "0.06958"],
    [17, "0.069576800388"],
    ["full", "0.069576800388"],
  ] as const)("%s digits", (digits, text) => {
    expect(explanationText(explain(textbook, first!, "w3[1,0]"), { digits })).toContain(`= ${text}`);
  });

  test.each([
    [1, 1, Infinity, "equal"],
    [0.06958, 0.06959, 3, "3 digits agree"],
    [1, 1.05, 1, "1 digit agree"],
    [1, -1, 0, "they differ"],
    [0, 1, 0, "they differ"],
    [NaN, 1, NaN, "they differ"],
  ])("%f and %f", (value, other, digits, text) => {
    expect(agreementText(value, other)).toBe(text);
    if (!Number.isNaN(digits)) expect(agreeingDigits(value, other)).toBe(digits);
  });
});
