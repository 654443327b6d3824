/** A place in the box of a digit: x from 0 (left) to 1, y from 0 (top) to 1. */
export type Place = readonly [x: number, y: number];

// How people write each digit, in more than one way: the places that the pen passes, in hundredths of the box. A ; ends a smooth piece: there
// is a corner, or the pen is lifted.
const WRITTEN: readonly (readonly string[])[] = [
  ["55,0 22,12 4,50 20,90 50,100 84,86 96,45 82,12 52,0", "55,0 22,12 4,50 20,90 50,100 84,86 96,45 82,12 52,0 36,4"],
  ["55,0 50,50 46,100", "62,0 50,50 38,100", "30,22 52,0; 52,0 50,100"],
  ["8,24 28,4 62,0 86,20 74,50 40,80 5,98; 5,98 50,95 98,97", "10,20 40,0 78,8 80,40 50,76 20,96 6,88 22,78 55,92 98,96"],
  ["8,12 42,0 82,10 80,34 36,47; 36,47 78,54 92,78 60,98 4,92", "12,6 55,0 88,16 70,40 40,46; 40,46 84,56 88,86 45,100 6,88"],
  ["16,0 10,30 6,54; 6,54 50,52 94,48; 84,4 78,50 70,100", "62,0 36,32 3,62; 3,62 50,62 97,60; 66,4 66,50 62,100"],
  [
    "30,4 24,24 18,44; 18,44 50,38 84,54 82,84 46,100 4,92; 28,4 60,2 94,0",
    "90,0 60,4 28,5; 28,5 20,42; 20,42 56,40 82,60 70,90 34,100 3,90",
  ],
  ["72,0 40,20 14,55 14,86 44,100 80,88 84,66 54,54 22,68 14,80", "50,0 24,30 10,68 28,97 66,97 86,74 66,55 32,60 12,78"],
  ["4,8 50,5 92,3; 92,3 66,40 46,100", "6,12 40,4 86,6; 86,6 72,40 56,100"],
  ["84,16 56,0 24,12 30,36 62,56 80,80 52,100 20,84 36,56 68,36 86,16", "50,47 20,26 46,0 80,20 50,47 16,76 50,100 84,76 50,47"],
  ["84,20 56,0 18,14 16,40 48,48 84,22; 84,22 80,60 70,100", "86,12 46,2 14,26 30,50 66,40 86,12; 86,12 70,56 46,100"],
];

/** For each digit its ways; of each way the smooth pieces, as the places that the pen passes. */
export const WAYS: readonly (readonly (readonly (readonly Place[])[])[])[] = WRITTEN.map((ways) =>
  ways.map((way) => way.split("; ").map((piece) => piece.split(" ").map(placeOf))),
);

function placeOf(text: string): Place {
  const [x, y] = text.split(",").map((hundredths) => Number(hundredths) / 100) as [number, number];
  return [x, y];
}
