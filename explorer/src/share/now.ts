import { unedited } from "../screens/network/edits.js";
import { lookedAt, place, type Screen } from "../state/address.js";
import type { Recipe } from "../state/recipe.js";
import { run, status } from "../state/run.js";
import { session } from "../state/session.js";
import { parameterName } from "chainrule";
import type { Link, RateChange, SetParameter } from "./link.js";
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

/** Parameters that were changed by hand. */
export function setNow(): SetParameter[] {
  const [before, now] = [unedited.value!.model.network, session.value!.model.network];
  if (before === now) return [];
  return Array.from(now.parameters).flatMap((value, index): SetParameter[] =>
    Object.is(value, before.parameters[index]) ? [] : [{ name: parameterName(now.layout, index), value }],
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
