/** What `everywhere.ts` prints, in Node and from a bundle alike. */
export const everywhereOutput = {
  epochs: 30,
  history: 30,
  tested: true,
  label: "setosa",
  firstDigit: 0,
  accurate: true,
  copied: true,
  priced: true,
  table: ["rooms;price", ",", 2],
  // sigma(2) = 0.8808: (2a - 2) a (1 - a) 3
  derivative: "-0.0751",
  factors: ["dCost/da2[0]", "da2[0]/dz2[0]", "dz2[0]/dw2[0,0]"],
  explained: true,
  // z and a 16 + 3 + 3, the cost 3 + 1, layer 3: 3 + 3 (2 + 8), layer 2: 8 (4 + 4)
  steps: 123,
  verdict: "silent-input",
  checked: true,
  shape: [8, 4],
  trainRows: 120,
  counts: [
    [1, 0],
    [1, 0],
  ],
  code: "E_DESCRIPTION",
};
