import { type Edit, editsNow, unedited } from "../screens/network/edits.js";
import { lookedAt, place, type Screen } from "../state/address.js";
import { type Recipe, recipe } from "../state/recipe.js";
import { run, status } from "../state/run.js";
import { session } from "../state/session.js";
import { createNetwork, type Layout, parameterName } from "chainrule";
import { addNoise, type Noise } from "../screens/network/noise.js";
import type { HandChange, Link, RateChange, SetParameter } from "./link.js";
import { linkText } from "./link.js";
import { rowsText } from "./link-rows.js";
import type { Standing } from "./standing.js";

// What the page shows now, for links and files. Everything is read when it is asked for, so that no link is one step behind.

/** Digits of the hash that a link holds. */
const CHECKED = 8;
/** Parameters of an opened network that a link has room for, with as many changes by hand. */
const MOST_OPENED = 40;

/** The run behind the network that is shown; undefined where it was opened, and not trained here. */
export function standingNow(): Standing | undefined {
  const [own, open] = [run.value, unedited.value];
  if (own === undefined || open?.step === undefined) return undefined;
  const changes = own.events.flatMap(({ kind, step, learningRate }): RateChange[] =>
    kind === "rate" && learningRate !== undefined && step <= open.step! ? [{ step, learningRate }] : [],
  );
  return { recipe: own.recipe, changes, at: open.step, over: status.value === "done" };
}

/** A small network that was opened with its weights as JSON is the start of its next run, which a link holds whole. */
function openedStanding(): Standing | undefined {
  const [next, open] = [recipe.value, unedited.value!];
  const { network } = next.options;
  if (run.value !== undefined || network === undefined || open.step !== undefined) return undefined;
  const { parameters } = open.model.network;
  if (parameters.length > MOST_OPENED) return undefined;
  const start = createNetwork(network).parameters;
  const isSame = start.length === parameters.length && start.every((value, at) => value === parameters[at]);
  return isSame ? { recipe: next, changes: [], at: 0, over: false } : undefined;
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
  const standing = standingNow() ?? openedStanding();
  const rows = standing?.recipe.data.startsWith("file:") === true ? rowsText(unedited.value!.dataset) : undefined;
  return {
    ...(standing === undefined ? {} : { recipe: withFingerprint(standing.recipe), at: standing.at }),
    ...(rows === undefined ? {} : { rows }),
    changes: standing?.changes ?? [],
    check: unedited.value!.model.parametersHash.slice(0, CHECKED),
    set: setNow(),
    ...(exercise === undefined ? {} : { exercise }),
  };
}

/** Who opens a link to an own file has to know whether it is the same. */
function withFingerprint(of: Recipe): Recipe {
  const sha256 = of.sha256 ?? unedited.value!.model.split?.fingerprint;
  return of.data.startsWith("file:") && sha256 !== undefined ? { ...of, sha256 } : of;
}

/** The whole address. */
export function addressNow(to: Screen = lookedAt.value, exercise?: readonly string[]): string {
  return `${location.href.split("#")[0]!}#${linkText(linkNow(exercise), place(to))}`;
}
