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
  // sigma(2) = 0.8808: (2a - 2) a (1 - a) 3
  derivative: "-0.0751",
  checked: true,
  shape: [8, 4],
  trainRows: 120,
  counts: [
    [1, 0],
    [1, 0],
  ],
  code: "E_DESCRIPTION",
};
