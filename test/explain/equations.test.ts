import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { explanationText } from "../../src/explain.js";
import { requires } from "../support/requires.js";
import { sharedPath } from "../support/shared.js";
import { explained, type Shape } from "./networks.js";

/** The eight of ../shared/equations.md, word for word; each by the quantity that it is the derivative by. */
const SPECIFICATION: Readonly<Record<string, string>> = {
  "w4[1,0]": `
    (1)  dCost/dw_jk^(4) = dCost/da_j^(4) * da_j^(4)/dz_j^(4) * dz_j^(4)/dw_jk^(4)
                         = (2 a_j^(4) - 2 y_j) * sigma'(z_j^(4)) * a_k^(3)
`,
  "b4[1]": `
    (2)  dCost/db_j^(4)  = dCost/da_j^(4) * da_j^(4)/dz_j^(4) * dz_j^(4)/db_j^(4)
                         = (2 a_j^(4) - 2 y_j) * sigma'(z_j^(4)) * 1
`,
  "a3[1]": `
    (3)  dCost/da_k^(3)  = sum_{j=0}^{n_4-1} ( dCost/da_j^(4) * da_j^(4)/dz_j^(4) * dz_j^(4)/da_k^(3) )
                         = sum_{j=0}^{n_4-1} ( (2 a_j^(4) - 2 y_j) * sigma'(z_j^(4)) * w_jk^(4) )
`,
  "w3[1,0]": `
    (4)  dCost/dw_km^(3) = dCost/da_k^(3) * da_k^(3)/dz_k^(3) * dz_k^(3)/dw_km^(3)
                         = dCost/da_k^(3) * sigma'(z_k^(3)) * a_m^(2)
`,
  "b3[1]": `
    (5)  dCost/db_k^(3)  = dCost/da_k^(3) * sigma'(z_k^(3)) * 1
`,
  "a2[1]": `
    (6)  dCost/da_m^(2)  = sum_{k=0}^{n_3-1} ( dCost/da_k^(3) * sigma'(z_k^(3)) * w_km^(3) )
`,
  "w2[1,0]": `
    (7)  dCost/dw_mt^(2) = dCost/da_m^(2) * sigma'(z_m^(2)) * a_t^(1)
`,
  "b2[1]": `
    (8)  dCost/db_m^(2)  = dCost/da_m^(2) * sigma'(z_m^(2)) * 1
`,
};

const linesOf = (block: string): string[] => block.split("\n").filter((line) => line.trim() !== "");

/** The general form alone: what stands before the first empty line, moved in as the specification is. */
function generalOf(sizes: readonly number[], quantity: string, shape?: Shape): string[] {
  const text = explanationText(explained(sizes, quantity, shape), { open: 0 });
  const [general = ""] = text.split("\n\n");
  return general.split("\n").map((line) => `    ${line}`);
}

/** The same with every run of spaces as one. */
const generalText = (...of: Parameters<typeof generalOf>): string =>
  generalOf(...of)
    .join(" ")
    .replace(/ +/g, " ")
    .trim();

describe("the eight equations of a network of four layers", () => {
  test.each(Object.entries(SPECIFICATION))("%s is written character for character as the specification has it", (quantity, block) => {
    expect(generalOf([3, 2, 2, 2], quantity)).toEqual(linesOf(block));
  });

  test.each(Object.entries(SPECIFICATION))("%s stays as it is in layers of other widths", (quantity, block) => {
    expect(generalOf([5, 4, 3, 6], quantity)).toEqual(linesOf(block));
  });

  const file = sharedPath("equations.md");
  requires(existsSync(file), "the specification, ../shared/equations.md").test("the copy here is the specification's own text", () => {
    const copy = Object.values(SPECIFICATION).flatMap(linesOf);
    const lines = readFileSync(file, "utf8").split("\n");
    expect(lines.filter((line) => /^ {4}\(\d\) {2}| {25}= /.test(line))).toEqual(copy);
  });

  // "(5) to (8) also stand as three factors": the second step, with neurons in the place of letters.
  test.each([
    ["b3[1]", "dCost/da3[1] * da3[1]/dz3[1] * dz3[1]/db3[1]"],
    ["a2[1]", "sum_{k=0}^{1} ( dCost/da3[k] * da3[k]/dz3[k] * dz3[k]/da2[1] )"],
    ["w2[1,0]", "dCost/da2[1] * da2[1]/dz2[1] * dz2[1]/dw2[1,0]"],
    ["b2[1]", "dCost/da2[1] * da2[1]/dz2[1] * dz2[1]/db2[1]"],
  ])("%s also stands as three factors", (quantity, chain) => {
    expect(explanationText(explained([3, 2, 2, 2], quantity), { open: 0 })).toContain(`dCost/d${quantity}`);
    expect(explanationText(explained([3, 2, 2, 2], quantity), { open: 0 })).toContain(` = ${chain}\n`);
  });
});

describe("other numbers of layers", () => {
  test.each([
    [
      [3, 2],
      "w2[1,0]",
      "(1) dCost/dw_jk^(2) = dCost/da_j^(2) * da_j^(2)/dz_j^(2) * dz_j^(2)/dw_jk^(2) = (2 a_j^(2) - 2 y_j) * sigma'(z_j^(2)) * a_k^(1)",
    ],
    [
      [3, 2, 2],
      "w2[1,0]",
      "(4) dCost/dw_km^(2) = dCost/da_k^(2) * da_k^(2)/dz_k^(2) * dz_k^(2)/dw_km^(2) = dCost/da_k^(2) * sigma'(z_k^(2)) * a_m^(1)",
    ],
    [[3, 2, 2, 2, 2], "w2[1,0]", "(7) dCost/dw_ts^(2) = dCost/da_t^(2) * sigma'(z_t^(2)) * a_s^(1)"],
    [[3, 2, 2, 2, 2], "a1[2]", "(6) dCost/da_s^(1) = sum_{t=0}^{n_2-1} ( dCost/da_t^(2) * sigma'(z_t^(2)) * w_ts^(2) )"],
    [[3, 2, 2, 2, 2, 2, 2, 2], "w2[1,0]", "(7) dCost/dw_qi1^(2) = dCost/da_q^(2) * sigma'(z_q^(2)) * a_i1^(1)"],
    [[3, 2, 2, 2, 2, 2, 2, 2], "w3[1,0]", "(7) dCost/dw_rq^(3) = dCost/da_r^(3) * sigma'(z_r^(3)) * a_q^(2)"],
    [[3, 2, 2, 2, 2, 2, 2, 2, 2], "w2[1,0]", "(7) dCost/dw_i1i2^(2) = dCost/da_i1^(2) * sigma'(z_i1^(2)) * a_i2^(1)"],
    [[3, 2, 2, 2, 2, 2, 2, 2, 2], "a1[0]", "(6) dCost/da_i2^(1) = sum_{i1=0}^{n_2-1} ( dCost/da_i1^(2) * sigma'(z_i1^(2)) * w_i1i2^(2) )"],
    [[3, 2, 2, 2, 2, 2, 2, 2, 2], "b2[1]", "(8) dCost/db_i1^(2) = dCost/da_i1^(2) * sigma'(z_i1^(2)) * 1"],
  ] as const)("%j: %s", (sizes, quantity, general) => {
    expect(generalText(sizes, quantity)).toBe(general);
  });

  test.each([
    [2, { w2: "(1)", b2: "(2)", a1: "(3)", a2: undefined, z2: undefined }],
    [3, { w3: "(1)", b3: "(2)", a2: "(3)", w2: "(4)", b2: "(5)", a1: "(6)", z2: undefined }],
    [4, { w4: "(1)", b4: "(2)", a3: "(3)", w3: "(4)", b3: "(5)", a2: "(6)", w2: "(7)", b2: "(8)", a1: "(6)", a4: undefined }],
    [6, { w6: "(1)", a5: "(3)", b5: "(5)", w4: "(7)", a4: "(6)", b4: "(8)", w2: "(7)", b2: "(8)", a1: "(6)", z4: undefined }],
  ] as const)("equations keep their numbers in a network of %i layers", (depth, expected) => {
    const sizes = Array.from({ length: depth }, () => 2);
    const numbers = Object.keys(expected).map((name) => [name, explained(sizes, name + (name.startsWith("w") ? "[1,0]" : "[1]")).equation]);
    expect(Object.fromEntries(numbers)).toEqual(expected);
  });
});

describe("other outputs and costs", () => {
  const softmax = { output: "softmax", cost: "cross-entropy" } as const;

  test.each([
    // The letter of a softmax's z is i, since j counts the sum inside.
    [
      "z4[1]",
      softmax,
      "dCost/dz_i^(4) = sum_{j=0}^{n_4-1} ( dCost/da_j^(4) * da_j^(4)/dz_i^(4) ) = sum_{j=0}^{n_4-1} ( (-y_j / p_j) * da_j^(4)/dz_i^(4) ) = p_i - y_i",
    ],
    ["a4[1]", softmax, "dCost/da_j^(4) = -y_j / p_j"],
    [
      "z4[1]",
      { output: "softmax" },
      "dCost/dz_i^(4) = sum_{j=0}^{n_4-1} ( dCost/da_j^(4) * da_j^(4)/dz_i^(4) ) = sum_{j=0}^{n_4-1} ( (2 a_j^(4) - 2 y_j) * da_j^(4)/dz_i^(4) )",
    ],
    ["a4[1]", { output: "softmax" }, "dCost/da_j^(4) = 2 a_j^(4) - 2 y_j"],
    [
      "z4[1]",
      { cost: "cross-entropy" },
      "dCost/dz_j^(4) = dCost/da_j^(4) * da_j^(4)/dz_j^(4) = (-y_j / p_j + (1 - y_j) / (1 - p_j)) * sigma'(z_j^(4)) = p_j - y_j",
    ],
    ["a4[1]", { cost: "cross-entropy" }, "dCost/da_j^(4) = -y_j / p_j + (1 - y_j) / (1 - p_j)"],
    ["z4[1]", {}, "dCost/dz_j^(4) = dCost/da_j^(4) * da_j^(4)/dz_j^(4) = (2 a_j^(4) - 2 y_j) * sigma'(z_j^(4))"],
    ["z3[1]", {}, "dCost/dz_k^(3) = dCost/da_k^(3) * da_k^(3)/dz_k^(3) = dCost/da_k^(3) * sigma'(z_k^(3))"],
    ["a4[1]", {}, "dCost/da_j^(4) = 2 a_j^(4) - 2 y_j"],
  ] as const)("dCost/d%s with %j", (quantity, shape, general) => {
    expect(generalText([3, 2, 2, 2], quantity, shape)).toBe(general);
  });

  test("a weight into a softmax with cross-entropy has the full sum in place of the product, then p_i - y_i", () => {
    const general = generalText([3, 2, 2, 2], "w4[1,0]", softmax);
    expect(general).toContain("(1) dCost/dw_ik^(4) = dCost/dz_i^(4) * dz_i^(4)/dw_ik^(4) = ");
    expect(general).toContain(" = sum_{j=0}^{n_4-1} ( dCost/da_j^(4) * da_j^(4)/dz_i^(4) ) * a_k^(3) = ");
    expect(general).toMatch(/ = \(p_i - y_i\) \* a_k\^\(3\)$/);
  });

  test("a weight into a softmax with squared error has the full sum, which does not simplify", () => {
    const general = generalText([3, 2, 2, 2], "w4[1,0]", { output: "softmax" });
    expect(general).toContain("(1) dCost/dw_ik^(4) = dCost/dz_i^(4) * dz_i^(4)/dw_ik^(4) = ");
    expect(general).toMatch(/ = sum_{j=0}\^{n_4-1} \( dCost\/da_j\^\(4\) \* da_j\^\(4\)\/dz_i\^\(4\) \) \* a_k\^\(3\)$/);
  });

  test("a weight into a sigmoid with cross-entropy has three factors, then p_j - y_j", () => {
    expect(generalText([3, 2, 2, 2], "w4[1,0]", { cost: "cross-entropy" })).toBe(
      "(1) dCost/dw_jk^(4) = dCost/da_j^(4) * da_j^(4)/dz_j^(4) * dz_j^(4)/dw_jk^(4)" +
        " = (-y_j / p_j + (1 - y_j) / (1 - p_j)) * sigma'(z_j^(4)) * a_k^(3) = (p_j - y_j) * a_k^(3)",
    );
  });

  test.each([
    ["cross-entropy", " = sum_{i=0}^{n_4-1} ( (p_i - y_i) * w_ik^(4) )"],
    ["squared-error", " = sum_{i=0}^{n_4-1} ( dCost/dz_i^(4) * w_ik^(4) )"],
  ] as const)("the layer before a softmax with %s sums over i", (cost, end) => {
    const general = generalText([3, 2, 2, 2], "a3[1]", { output: "softmax", cost });
    expect(general.startsWith("(3) dCost/da_k^(3) = sum_{i=0}^{n_4-1} ( dCost/dz_i^(4) * dz_i^(4)/da_k^(3) ) = ")).toBe(true);
    expect(general.endsWith(end)).toBe(true);
  });
});
