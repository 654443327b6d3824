import type { PlaygroundName, SurfaceName } from "../data/playground.js";
import { FIRST, type RecipeOptions } from "./recipe.js";
import type { ShownData } from "./task.js";

/** A data set that the page can open by name. */
export interface CatalogueEntry {
  /** As recipes and links name it: `digits`, `iris`, `spiral`. */
  readonly id: string;
  readonly title: string;
  /** A sentence on what it is and where it is from. */
  readonly about: string;
  readonly load: () => Promise<ShownData>;
  /** A recipe that works on it. */
  readonly options: RecipeOptions;
  /** The address of a network that was trained on it, where the page has one. */
  readonly trained?: string;
}

const ADAM = { kind: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Two classes of points in the plane. */
const PLANE: RecipeOptions = {
  hidden: [8, 8],
  activation: "tanh",
  outputActivation: "softmax",
  cost: "cross-entropy",
  initialisation: "glorot",
  optimizer: ADAM,
  epochs: 100,
  batchSize: 16,
  seed: 1,
  test: 0.2,
  validation: 0.1,
  scale: "standard",
};

const plane = (id: PlaygroundName, title: string, about: string, options: RecipeOptions = PLANE): CatalogueEntry => ({
  id,
  title,
  about,
  load: async () => (await import("../data/playground.js")).playground(id),
  options,
});

const surface = (id: SurfaceName, title: string, about: string, options: RecipeOptions): CatalogueEntry => ({
  id,
  title,
  about,
  load: async () => (await import("../data/playground.js")).playgroundSurface(id),
  options: { ...PLANE, outputActivation: "identity", cost: "squared-error", batchSize: 32, ...options },
});

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    id: "digits",
    title: "Digits, 8 x 8",
    about: "1,797 handwritten digits of 43 people (Alpaydin and Kaynak 1998), with a network that was trained on them.",
    load: async () => (await import("chainrule/digits")).digits(),
    options: FIRST,
    trained: "./digits-64-16-16-10.safetensors",
  },
  {
    id: "digits-28",
    title: "Digits, 28 x 28",
    about: "60 digits that this page draws itself, with a network of 784 inputs that was trained on the 60,000 of MNIST.",
    load: async () => (await import("../data/drawn-digits.js")).drawnDigits(),
    options: { ...FIRST, test: 0.2, validation: 0 },
    trained: "./mnist-784-16-16-10.safetensors",
  },
  {
    id: "iris",
    title: "Iris",
    about: "150 flowers of three species by four lengths (Fisher 1936).",
    load: async () => (await import("chainrule/iris")).iris(),
    options: { ...PLANE, epochs: 60 },
  },
  plane("circle", "Circle", "500 points of the plane: one class around the other."),
  plane("xor", "Exclusive or", "500 points of the plane: the class says whether both coordinates have the same sign."),
  plane("gaussians", "Two clouds", "500 points of the plane around two middles; a straight line divides them.", {
    ...PLANE,
    hidden: [4],
    epochs: 30,
  }),
  plane("spiral", "Spiral", "500 points of the plane on two arms that turn around each other: it takes a wide network.", {
    ...PLANE,
    hidden: [32, 32],
    epochs: 300,
  }),
  surface("reg-plane", "Plane", "1,200 points of the plane with a number to learn: it rises along x1 + x2.", { hidden: [4], epochs: 30 }),
  surface("reg-gauss", "Hills", "1,200 points of the plane with a number to learn: three hills and three hollows.", {
    hidden: [16, 16],
    epochs: 300,
  }),
];

/** Data of own files, by their id: `file:<name>`. */
const own = new Map<string, ShownData>();

/** Keeps data of an own file under its id as long as the page is open. */
export function keepOwn(id: string, dataset: ShownData): void {
  own.set(id, dataset);
}

/** The data set that a recipe names; undefined where the page has none of that name, such as an own file that was not opened. */
export async function datasetOf(id: string): Promise<ShownData | undefined> {
  return own.get(id) ?? (await CATALOGUE.find((entry) => entry.id === id)?.load());
}
