import { createNetwork, type Network, type NetworkInput, train } from "chainrule";
import { likeModel } from "../../state/like-model.js";
import { openNext, ownRecipe, widths } from "../../state/open-data.js";
import { FIRST, recipe, type RecipeOptions } from "../../state/recipe.js";
import { session } from "../../state/session.js";
import { answersNumbers, smallRows } from "../../state/small-rows.js";
import { startingFrom, withoutNetwork } from "../../state/start.js";
import { outputsFor, type ShownData, type ShownModel } from "../../state/task.js";

/** A network of a file of JSON, with or without its weights (docs/cli.md). */
export interface NetworkFile {
  readonly input: NetworkInput;
  readonly network: Network;
  readonly file: string;
}

/** @throws Error naming the line of what is no JSON, ChainruleError `E_DESCRIPTION` with all that is wrong in the description */
export function readNetwork(text: string, file: string): NetworkFile {
  const input = readJson(text, file);
  return { input, network: createNetwork(input), file };
}

/**
 * The columns of a table that was given with a network, which enter as they are: first its inputs, then a number for each output.
 *
 * @throws Error in a sentence where the network answers classes, or has not as many inputs and outputs
 */
export function columnsFor(
  { network, file }: NetworkFile,
  columns: readonly string[],
): { readonly inputs: string[]; readonly targets: string[] } {
  const { inputs } = network.description;
  const outputs = network.layout.sizes.at(-1)!;
  if (!answersNumbers(network.description)) {
    throw new Error(`${file} answers classes: open the table first, and then the network, which is opened with the rows that are open.`);
  }
  if (columns.length !== inputs + outputs) {
    throw new Error(
      `${file} takes a table of ${inputs + outputs} columns, its ${inputs} inputs and what its ${outputs} outputs should be; this one has ${columns.length}.`,
    );
  }
  return { inputs: columns.slice(0, inputs), targets: columns.slice(inputs) };
}

/**
 * Opens a network of JSON with rows that were given with it, else with those that are open where it has their inputs and outputs, scaled as they
 * are there, else with small rows of its own, which enter as they are. The next run starts from its weights, where it has them.
 *
 * @param isRaw whether given rows enter as they are, too
 */
export async function openNetwork({ input, network, file }: NetworkFile, given?: ShownData, isRaw = false): Promise<boolean> {
  const fits = ({ columns, target }: ShownData): boolean => {
    const outputs = network.layout.sizes.at(-1)!;
    return (
      columns.length === network.description.inputs &&
      (outputs === outputsFor(target) || (outputs === 1 && target.kind === "classes" && target.classes.length === 2))
    );
  };
  if (given !== undefined && !fits(given)) {
    throw new Error(
      `${given.name} does not fit ${file}: it has ${given.columns.length} columns and ${outputsFor(given.target)} ${given.target.kind === "classes" ? "classes" : "numbers to learn"}, the network is ${network.layout.sizes.slice(1).join("-")}.`,
    );
  }
  return openNext(async () => {
    const open = session.peek();
    const isOpenRows = given === undefined && open !== undefined && fits(open.dataset);
    const dataset = given ?? (isOpenRows ? open.dataset : smallRows(network, file));
    const isScaled = given !== undefined && !isRaw;
    const { model: made } = await train(dataset, {
      network: input,
      epochs: 0,
      validation: 0,
      test: 0,
      ...(isScaled ? {} : { scale: "none" }),
    }).result;
    const model: ShownModel = isOpenRows ? { ...made, task: open.model.task, scaling: open.model.scaling } : made;
    const before = recipe.peek();
    const options = {
      ...likeModel(dataset, model, isOpenRows ? withoutNetwork(before.options) : FIRST),
      ...(isOpenRows || isScaled ? {} : ({ test: 0, validation: 0, scale: "none", batchSize: 1 } as const)),
    };
    const asked = "w2" in input ? startingFrom({ ...options, optimizer: plainDescent(options) }, network) : options;
    const next = { model, dataset, title: `${file.replace(/\.json$/i, "")}, ${widths(model)}`, step: undefined };
    return [next, isOpenRows ? { ...before, options: asked } : ownRecipe(dataset, asked, made.split?.fingerprint)];
  });
}

/** The steps of a textbook, w - rate * dCost/dw, at the rate of a recipe that has them. */
function plainDescent({ optimizer }: RecipeOptions): NonNullable<RecipeOptions["optimizer"]> {
  const isPlain = optimizer?.kind === "sgd" && optimizer.momentum === 0;
  return isPlain ? optimizer : { kind: "sgd", learningRate: 0.1, momentum: 0, nesterov: false };
}

function readJson(text: string, file: string): NetworkInput {
  try {
    return JSON.parse(text) as NetworkInput;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The engine's message names a position, or says that the text ends; people count lines.
    const at = /at position (\d+)/.exec(message)?.[1];
    const line = text.slice(0, at === undefined ? text.length : Number(at)).split("\n").length;
    const got = text.trim() === "" ? "an empty file" : message.replace(/ in JSON at position.*/, "");
    throw new Error(`${file}, line ${line}: expected a network as JSON, got: ${got}.`);
  }
}
