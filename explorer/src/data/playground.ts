import { type ClassTarget, createDataset, type Dataset, type ValueTarget } from "chainrule";
import { between, createUniform, normal } from "./random.js";

// The sets of the plane of TensorFlow Playground (D. Smilkov, S. Carter and others), drawn by own generators: 500 points with coordinates from about
// -6 to 6, the classes in turn; and 1,200 points with a number to learn.

const ROWS = 500;
const SEED = 1;
/** As a share of what Playground calls 100 %. */
const NOISE = 0.1;
/** Half of the side of the square that is drawn in. */
const RADIUS = 5;

type Uniform = () => number;
type Point = readonly [x1: number, x2: number];

/** A point of the class 0 or 1; `at` counts the points of a class, as a share of all. */
type Draw = (uniform: Uniform, of: 0 | 1, at: number) => Point;

/** One class within half of the radius, the other around it. */
const circle: Draw = (uniform, of) => {
  for (;;) {
    const radius = of === 0 ? between(uniform, 0, 0.5 * RADIUS) : between(uniform, 0.7 * RADIUS, RADIUS);
    const angle = between(uniform, 0, 2 * Math.PI);
    const [x1, x2] = [radius * Math.sin(angle), radius * Math.cos(angle)];
    const shift = (): number => between(uniform, -RADIUS, RADIUS) * NOISE;
    if (Number(Math.hypot(x1 + shift(), x2 + shift()) >= 0.5 * RADIUS) === of) return [x1, x2];
  }
};

/** Where both coordinates have the same sign, and where they differ, with a gap along the axes. */
const exclusiveOr: Draw = (uniform, of) => {
  const away = (value: number): number => value + (value > 0 ? 0.3 : -0.3);
  for (;;) {
    const [x1, x2] = [away(between(uniform, -RADIUS, RADIUS)), away(between(uniform, -RADIUS, RADIUS))];
    const shift = (): number => between(uniform, -RADIUS, RADIUS) * NOISE;
    if (Number((x1 + shift()) * (x2 + shift()) < 0) === of) return [x1, x2];
  }
};

/** Two clouds around (2, 2) and (-2, -2); their variance is that of Playground at this noise. */
const gaussians: Draw = (uniform, of) => {
  const [middle, deviation] = [of === 0 ? 2 : -2, Math.sqrt(0.5 + 7 * NOISE)];
  return [middle + deviation * normal(uniform), middle + deviation * normal(uniform)];
};

/** Two arms that turn around each other. */
const spiral: Draw = (uniform, of, at) => {
  const angle = 1.75 * at * 2 * Math.PI + of * Math.PI;
  const shift = (): number => between(uniform, -1, 1) * NOISE;
  return [RADIUS * at * Math.sin(angle) + shift(), RADIUS * at * Math.cos(angle) + shift()];
};

const SETS = {
  circle: [circle, ["inner", "outer"]],
  xor: [exclusiveOr, ["same", "different"]],
  gaussians: [gaussians, ["upper", "lower"]],
  spiral: [spiral, ["one", "two"]],
} as const satisfies Record<string, readonly [Draw, readonly [string, string]]>;

export type PlaygroundName = keyof typeof SETS;

/** Numbers from -1 to 1 over the plane. */
const SURFACES = {
  /** A plane that rises along x1 + x2. */
  "reg-plane": (x1: number, x2: number) => (x1 + x2) / 10,
  /** Three hills and three hollows in turn, each 2 wide; where they meet the steeper one counts. */
  "reg-gauss": (x1: number, x2: number) => {
    const heights = MIDDLES.map(([p, q, sign]) => sign * Math.max(0, 1 - Math.hypot(x1 - p, x2 - q) / 2));
    return heights.reduce((most, height) => (Math.abs(height) > Math.abs(most) ? height : most), 0);
  },
} as const satisfies Record<string, (x1: number, x2: number) => number>;

export type SurfaceName = keyof typeof SURFACES;

const MIDDLES: readonly (readonly [x1: number, x2: number, sign: number])[] = [
  [-4, 2.5, 1],
  [0, 2.5, -1],
  [4, 2.5, 1],
  [-4, -2.5, -1],
  [0, -2.5, 1],
  [4, -2.5, -1],
];
const SURFACE_ROWS = 1200;
const SURFACE_RADIUS = 6;
/** Less than that of the classes: a hill is only two wide. */
const SURFACE_NOISE = 0.02;

/** Rounded, so that the last bits of a sine, which browsers are free in, reach no link. */
const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/**
 * A set by its name; the same points every time.
 *
 * @returns inputs of shape (500 x 2)
 */
export function playground(name: PlaygroundName): Dataset<ClassTarget> {
  const [draw, classes] = SETS[name];
  const uniform = createUniform(SEED);
  const labels = Array.from({ length: ROWS }, (_, row) => (row % 2) as 0 | 1);
  const inputs = labels.map((of, row) => draw(uniform, of, Math.floor(row / 2) / (ROWS / 2)).map(rounded));
  return createDataset({ name, columns: ["x1", "x2"], inputs, labels: labels.map((of) => classes[of]), classes, targetName: "class" });
}

/**
 * A set with a number to learn by its name; the same points every time. The number is that of a place nearby, as far as the noise reaches.
 *
 * @returns inputs of shape (1200 x 2)
 */
export function playgroundSurface(name: SurfaceName): Dataset<ValueTarget> {
  const uniform = createUniform(SEED);
  const draw = (): number => between(uniform, -SURFACE_RADIUS, SURFACE_RADIUS);
  const points = Array.from({ length: SURFACE_ROWS }, (): readonly number[] => {
    const [x1, x2] = [draw(), draw()];
    return [x1, x2, SURFACES[name](x1 + draw() * SURFACE_NOISE, x2 + draw() * SURFACE_NOISE)].map(rounded);
  });
  const inputs = points.map((point) => point.slice(0, 2));
  return createDataset({ name, columns: ["x1", "x2"], inputs, targets: points.map(([, , height]) => height!), targetNames: ["height"] });
}
