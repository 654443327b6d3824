import { describe, expect, it } from "vitest";
import { layoutOf, parameterName } from "../../src/network/layout.js";
import { findParameter } from "../../src/network/names.js";

const layout = layoutOf([4, 3, 5, 2]);

describe("findParameter", () => {
  it("undoes parameterName for every parameter, in both spellings", () => {
    for (let index = 0; index < layout.length; index++) {
      const name = parameterName(layout, index);
      const dotted = name.replace("[", ".").replace(",", ".").replace("]", "");
      expect(findParameter(layout, name).index).toBe(index);
      expect(findParameter(layout, dotted).index).toBe(index);
    }
  });

  it("gives tensor and indices", () => {
    const place = findParameter(layout, "w3[4, 2]");
    expect(place.indices).toEqual([4, 2]);
    expect(place.tensor).toMatchObject({ name: "w3", layer: 3, rows: 5, columns: 3 });
    expect(place.index).toBe(4 * 3 + 3 + 4 * 3 + 2);
  });

  it.each([
    ["w3[5,0]", "w3[5,0]: expected w3[0..5,0..3] (ranges are half-open), got [5,0]."],
    ["b4[2]", "b4[2]: expected b4[0..2] (ranges are half-open), got [2]."],
    ["w3[1]", "w3[1]: expected w3[0..5,0..3] (ranges are half-open), got [1]."],
    ["b3[1,1]", "b3[1,1]: expected b3[0..5] (ranges are half-open), got [1,1]."],
    ["w5[0,0]", 'parameter: expected a name such as w2[0,0] of one of w2, b2, w3, b3, w4, b4, got w5[0,0]. Did you mean "w2"?'],
    ["weight", "parameter: expected a name such as w2[0,0] of one of w2, b2, w3, b3, w4, b4, got weight."],
    ["w3[-1,0]", "parameter: expected a name such as w2[0,0] of one of w2, b2, w3, b3, w4, b4, got w3[-1,0]."],
  ])("refuses %s", (name, message) => {
    expect(() => findParameter(layout, name)).toThrow(message);
  });
});
