import type { Noise } from "../screens/network/noise.js";
import type { Recipe } from "../state/recipe.js";
import { hashText } from "./hash-text.js";
import { rowsOf } from "./link-rows.js";
import { OPTION_KEYS, optionEntries, readOptions, short } from "./recipe-text.js";
import { numberOf, numeral } from "./settings-text.js";

// A link is the recipe of a run, behind the # of the address, so that no server sees it:
//
//   v=1&d=digits&net=16-16:relu&out=softmax,cross-entropy&opt=adam,0.01&batch=32&epochs=20&seed=7&at=200&lr=0.3@412&chk=9f3a01bc
//
// and behind it where the page stands: screen, row, of, k (state/address.ts). Whoever opens it trains the same run again, bit by bit.

export const VERSION = 1;
/** Teams and others cut a link at 2,048 characters; this leaves room for what mail programs add. */
export const MOST_CHARACTERS = 1500;

/** From the step on, the optimizer's learning rate was this. */
export interface RateChange {
  readonly step: number;
  readonly learningRate: number;
}

/** A parameter that was changed by hand after the run. */
export interface SetParameter {
  readonly name: string;
  readonly value: number;
}

/** A change after the run: of one parameter, or noise on all weights. */
export type HandChange = SetParameter | Noise;

export interface Link {
  /** What to train; undefined where the link is about the network that the page opens with. */
  readonly recipe?: Recipe;
  /** The rows of an own file that has only a few (link-rows.ts). */
  readonly rows?: string;
  /** Steps that the run had done; 0 where left out. */
  readonly at?: number;
  readonly changes: readonly RateChange[];
  /** How the hash of the parameters at that step begins, at least 8 hexadecimal digits. */
  readonly check?: string;
  /** In their order. */
  readonly set: readonly HandChange[];
  /** What the learner has to find, by the names of its parts (exercise/parts.ts). */
  readonly exercise?: readonly string[];
}

/** Keys of the address that are a link's own. */
export const LINK_KEYS: readonly string[] = ["v", "d", "sha", "rows", ...OPTION_KEYS, "at", "lr", "chk", "set", "exercise"];

/** A link as keys and values, those of the place (`screen`, `row`, ...) behind its own. */
export function linkEntries(link: Link, place: Iterable<readonly [string, string]> = []): (readonly [string, string])[] {
  const { recipe, rows, at, changes, check, set, exercise } = link;
  const entries: (readonly [string, string])[] = [["v", String(VERSION)]];
  const add = (key: string, text: string | undefined): unknown => text !== undefined && text !== "" && entries.push([key, text]);
  if (recipe !== undefined) {
    add("d", recipe.data);
    add("sha", recipe.sha256);
    add("rows", rows);
    entries.push(...optionEntries(recipe.options));
    add("at", at === undefined ? undefined : String(at));
    add("lr", changes.map(({ step, learningRate }) => `${learningRate}@${step}`).join(","));
  }
  add("chk", check);
  add("set", set.map(handText).join(";"));
  add("exercise", exercise?.join(","));
  return [...entries, ...place];
}

/** What stands behind the #. */
export function linkText(link: Link, place: Iterable<readonly [string, string]> = []): string {
  return hashText(linkEntries(link, place));
}

/** What a link says, and what is wrong with it in sentences; keys that are not known are passed over. */
export function readLink(hash: string): { readonly link: Link; readonly problems: readonly string[] } {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const nothing: Link = { changes: [], set: [] };
  const version = given.get("v");
  // Links of before had no version and no recipe.
  if (version === null) return { link: nothing, problems: [] };
  if (version !== String(VERSION)) {
    return {
      link: nothing,
      problems: [`v: expected ${VERSION}, got "${short(version)}": the link was made by another version of this page.`],
    };
  }
  const problems: string[] = [];
  /** A value by its key: undefined where it is not there, and where it is wrong, which is said. */
  const value = <T>(key: string, read: (text: string) => T | undefined, expected: string): T | undefined => {
    const text = given.get(key);
    const found = text === null ? undefined : read(text);
    if (text !== null && found === undefined) problems.push(`${key}: expected ${expected}, got "${short(text)}".`);
    return found;
  };
  const data = value("d", (text) => (text === "" ? undefined : text), "the name of a data set");
  const sha256 = value("sha", (text) => (/^[0-9a-f]{64}$/.test(text) ? text : undefined), "a SHA-256 of 64 hexadecimal digits");
  const rows = value(
    "rows",
    (text) => (rowsOf(text, "rows") === undefined ? undefined : text),
    "names of inputs, names of targets and numbers, such as x1,x2;y;0.5,0.1,0.9",
  );
  const at = value("at", countOf, "the number of a step");
  const changes = value("lr", changesOf, "learning rates and the steps from which they hold, such as 0.3@412") ?? [];
  const check = value("chk", (text) => (/^[0-9a-f]{8,64}$/.test(text) ? text : undefined), "8 to 64 hexadecimal digits");
  const set = value("set", handChangesOf, "parameters and their values, or noise, such as w4[3,7]:0.5;noise:0.3@1") ?? [];
  const exercise = value("exercise", (text) => (/^\w+(,\w+)*$/.test(text) ? text.split(",") : undefined), "parts such as f1,f2,result");
  const read = readOptions(given);
  problems.push(...read.problems);
  if (data === undefined && Object.keys(read.options).length > 0) problems.push("d: expected the name of a data set, got none.");
  const recipe = data === undefined ? undefined : { data, ...(sha256 === undefined ? {} : { sha256 }), options: read.options };
  return {
    link: {
      ...(recipe === undefined ? {} : { recipe }),
      ...(rows === undefined ? {} : { rows }),
      ...(at === undefined ? {} : { at }),
      changes,
      ...(check === undefined ? {} : { check }),
      set,
      ...(exercise === undefined ? {} : { exercise }),
    },
    problems,
  };
}

function countOf(text: string): number | undefined {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  return Number.isInteger(value) ? value : undefined;
}

function changesOf(text: string): RateChange[] | undefined {
  const changes = text.split(",").map((one): RateChange | undefined => {
    const [rate = "", at = "", more] = one.split("@");
    const [learningRate, step] = [numberOf(rate), countOf(at)];
    return more !== undefined || learningRate === undefined || step === undefined ? undefined : { step, learningRate };
  });
  const all = changes.filter((one) => one !== undefined);
  const rises = all.every(({ step }, index) => index === 0 || step >= all[index - 1]!.step);
  return all.length === changes.length && rises ? all : undefined;
}

function handText(one: HandChange): string {
  return "name" in one ? `${one.name}:${numeral(one.value)}` : `noise:${numeral(one.share)}@${one.seed}`;
}

function handChangesOf(text: string): HandChange[] | undefined {
  const changes = text.split(";").map((one): HandChange | undefined => {
    const [, share, seed] = /^noise:([^@]+)@(\d{1,9})$/.exec(one) ?? [];
    if (share !== undefined && seed !== undefined) {
      const size = numberOf(share);
      return size === undefined || !(size > 0) ? undefined : { share: size, seed: Number(seed) };
    }
    const [, name, value = ""] = /^([a-z]+\d*\[[\d,]+\]):(.+)$/.exec(one) ?? [];
    const set = numberOf(value);
    return name === undefined || set === undefined ? undefined : { name, value: set };
  });
  return changes.every((one) => one !== undefined) ? changes : undefined;
}
