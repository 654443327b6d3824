import { costKind } from "chainrule";
import { spelledOut } from "../state/start.js";
import type { Link } from "./link.js";
import { literal } from "./literal.js";

/** What a link holds, one sentence a line. */
export function inWords({ recipe, rows, at, changes, check, set }: Link, title: string): string[] {
  if (recipe === undefined) {
    return [
      `The network as it was opened, ${title}. A link does not hold the numbers of a network: it opens them only where the page begins with the same one, so save the model below and send it along.`,
      ...edits(set),
    ];
  }
  const { data, sha256, options } = recipe;
  const { hidden, activation, outputActivation, cost, optimizer, batchSize, epochs, seed, ...rest } = spelledOut(options);
  const steps = (at ?? 0).toLocaleString("en-US");
  const others = Object.entries(rest);
  return [
    `Data: ${data}${sha256 === undefined ? "" : `, ${rows === undefined ? "which the other side opens from its own file" : "whose rows stand in the link"}; its content has the SHA-256 ${sha256.slice(0, 12)}…`}.`,
    [
      `Network: hidden layers ${hidden === undefined ? "by the data" : hidden.length === 0 ? "none" : hidden.join(", ")}`,
      activation,
      outputActivation === undefined ? undefined : `outputs ${outputActivation}`,
      cost === undefined ? undefined : `cost ${costKind(cost)}`,
      options.network === undefined ? undefined : "its weights, from which the run starts",
    ]
      .filter((part) => part !== undefined)
      .join("; ") + ".",
    `Training: ${optimizer === undefined ? "the usual optimizer" : literal(optimizer)}, batches of ${batchSize ?? "the usual size"}, ${epochs ?? "the usual number of"} epochs, seed ${seed ?? "the usual one"}.`,
    ...(others.length === 0 ? [] : [`Also: ${others.map(([name, value]) => `${name} ${literal(value)}`).join(", ")}.`]),
    ...(changes.length === 0
      ? []
      : [`Learning rate changed on the way: ${changes.map(({ step, learningRate }) => `${learningRate} from step ${step}`).join(", ")}.`]),
    `It stands at step ${steps}. Whoever opens the link trains these steps again, and sees whether the parameters have the hash ${check ?? ""}.`,
    ...edits(set),
  ];
}

function edits(set: Link["set"]): string[] {
  if (set.length === 0) return [];
  return [
    `Changed by hand after that: ${set.map((one) => ("name" in one ? `${one.name} = ${one.value}` : `noise of ${100 * one.share} % on all weights (seed ${one.seed})`)).join(", ")}.`,
  ];
}
