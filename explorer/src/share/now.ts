import { type Edit, editsNow, unedited } from "../screens/network/edits.js";
import { lookedAt, place, type Screen } from "../state/address.js";
import type { Recipe } from "../state/recipe.js";
import { run, status } from "../state/run.js";
import { session } from "../state/session.js";
import { type Layout, parameterName } from "chainrule";
import { addNoise, type Noise } from "../screens/network/noise.js";
import type { HandChange, Link, RateChange, SetParameter } from "./link.js";
import { linkText } from "./link.js";
import type { Standing } from "./standing.js";

// What the page shows now, for links and files. Everything is read when it is asked for, so that no link is one step behind.

/** Digits of the hash that a link holds. */
const CHECKED = 8;

/** The run behind the network that is shown; undefined where it was opened, and not trained here. */
export function standingNow(): Standing | undefined {
  const [own, open] = [run.value, unedited.value];
  if (own === undefined || open?.step === undefined) return undefined;
  const changes = own.events.flatMap(({ kind, step, learningRate }): RateChange[] =>
    kind === "rate" && learningRate !== undefined && step <= open.step! ? [{ step, learningRate }] : [],
  );
  return { recipe: own.recipe, changes, at: open.step, over: status.value === "done" };
}

/** What was changed by hand: noise by its seed, and between noises what differs. */
export function setNow(): HandChange[] {
  const { layout, parameters } = session.value!.model.network;
  const noises = editsNow.value.filter((edit): edit is Edit & { readonly noise: Noise } => edit.noise !== undefined);
  let from = unedited.value!.model.network.parameters;
  const changes: HandChange[] = [];
  for (const { before, noise } of noises) {
    changes.push(...differences(layout, from, before), noise);
    // Noise on what stood then is added again by whoever opens the link.
    from = before.slice();
    addNoise({ layout }, from, noise);
  }
  return [...changes, ...differences(layout, from, parameters)];
}

function differences(layout: Layout, before: Float32Array, after: Float32Array): SetParameter[] {
  if (before === after) return [];
  return Array.from(after).flatMap((value, index): SetParameter[] =>
    Object.is(value, before[index]) ? [] : [{ name: parameterName(layout, index), value }],
  );
}

/** The link of what the page shows. */
export function linkNow(exercise?: readonly string[]): Link {
  const standing = standingNow();
  return {
    ...(standing === undefined ? {} : { recipe: withFingerprint(standing.recipe), at: standing.at }),
    changes: standing?.changes ?? [],
    check: unedited.value!.model.parametersHash.slice(0, CHECKED),
    set: setNow(),
    ...(exercise === undefined ? {} : { exercise }),
  };
}

/** Who opens a link to an own file has to know whether it is the same. */
function withFingerprint(recipe: Recipe): Recipe {
  const sha256 = recipe.sha256 ?? unedited.value!.model.split?.fingerprint;
  return recipe.data.startsWith("file:") && sha256 !== undefined ? { ...recipe, sha256 } : recipe;
}

/** The whole address. */
export function addressNow(to: Screen = lookedAt.value, exercise?: readonly string[]): string {
  return `${location.href.split("#")[0]!}#${linkText(linkNow(exercise), place(to))}`;
}
