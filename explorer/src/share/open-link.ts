import { batch, effect } from "@preact/signals";
import { readAddress } from "../state/address.js";
import { recipe as nextRecipe } from "../state/recipe.js";
import { run } from "../state/run.js";
import { openSession, type Session, session } from "../state/session.js";
import { type Link, LINK_KEYS, readLink } from "./link.js";
import { LinkBanner } from "./link-banner.js";
import { type Notice, notice } from "./notice.js";
import { FileNeeded, Refused, replayLink } from "./replay.js";
import { setParameters } from "./set-parameters.js";
import { banner, lesson, stale } from "./slots.js";

/** What a page shows that was opened without a recipe. */
type Otherwise = () => Promise<Session>;

let endWatching: (() => void) | undefined;
let cancel: AbortController | undefined;

/**
 * Opens a link: trains its run again up to its step, says whether that gives the same parameters, and goes to its place. Where that cannot be
 * done, the page opens as usual and says why.
 *
 * @param hash what stands behind the #
 * @param takesRecipe false where the page was opened with a model of its own
 */
export async function openLink(hash: string, otherwise: Otherwise, takesRecipe: boolean): Promise<void> {
  cancel?.abort();
  const { link, problems } = readLink(hash);
  const hasRecipe = link.recipe !== undefined && takesRecipe;
  if (problems.length > 0) {
    await openOther(hash, otherwise);
    say({ kind: "bad", text: "The link cannot be read, so that the page opens as usual.", more: problems });
    return;
  }
  lesson.value = link.exercise === undefined ? undefined : Waiting;
  const known = hasRecipe ? await replayed(link, hash, otherwise) : await openOther(hash, otherwise);
  const exercise = link.exercise === undefined ? undefined : await import("../exercise/open.js");
  if (!hasRecipe && link.check !== undefined) compareOpened(link.check);
  if (!known) {
    if (lesson.value === Waiting) lesson.value = undefined;
    return;
  }
  batch(() => {
    readAddress(hash);
    const problem = exercise?.openExercise(link.exercise!, withoutPlace(hash));
    if (problem === undefined) return;
    lesson.value = undefined;
    say({ kind: "bad", text: "The exercise of the link does not open.", more: [problem] });
  });
}

/** Holds the place of an exercise until its network is there. */
function Waiting(): null {
  return null;
}

/** True where the network of the link is open. */
async function replayed(link: Link, hash: string, otherwise: Otherwise): Promise<boolean> {
  const [recipe, at] = [link.recipe!, link.at ?? 0];
  const own = (cancel = new AbortController());
  const before = session.value;
  // The sentence stays, so that it is read out once.
  const text = `Training the run of the link again, up to step ${at.toLocaleString("en-US")}.`;
  const progress = (step: number): void => say({ kind: "busy", text, done: at === 0 ? 1 : step / at, onCancel: () => own.abort() });
  progress(0);
  try {
    await replayLink(recipe, link, at, { onStep: progress, signal: own.signal });
    nextRecipe.value = recipe;
  } catch (error) {
    // The page has shown how far it came.
    if (session.value !== before && before !== undefined) openSession(before);
    if (before === undefined) openSession(await otherwise());
    readAddress(hash);
    if (error instanceof FileNeeded) askFor(error.message, hash, otherwise);
    else if (own.signal.aborted) say({ kind: "plain", text: "The run of the link was not trained again: it was cancelled." });
    else if (error instanceof Refused) say({ kind: "bad", text: error.message, more: error.more });
    else
      say({
        kind: "bad",
        text: "The run of the link could not be trained again.",
        more: [error instanceof Error ? error.message : String(error)],
      });
    return false;
  }
  sayWhether(link);
  const problem = setParameters(link.set);
  if (problem !== undefined) say({ kind: "bad", text: "A parameter of the link could not be set.", more: [problem] });
  watch(recipe);
  return true;
}

/** The file is opened like any other; then the run can be trained again. */
function askFor(file: string, hash: string, otherwise: Otherwise): void {
  say({
    kind: "plain",
    text: `The run of the link was trained on a file, "${file}", which a link does not hold.`,
    more: ["Open that file here, with the same columns and the same target; then train the run again."],
    action: { label: "Train it again", run: () => void openLink(hash, otherwise, true) },
  });
}

function sayWhether({ check, at = 0, recipe }: Link): void {
  const hash = session.value!.model.parametersHash;
  const step = `step ${at.toLocaleString("en-US")}`;
  if (check === undefined) say({ kind: "plain", text: `Trained again up to ${step}. The link has no hash to compare with.` });
  else if (hash.startsWith(check))
    say({ kind: "good", text: `Reproduced exactly: at ${step} the parameters have the hash ${check}, as in the link.` });
  else {
    const begins = hash.slice(0, check.length);
    const data =
      recipe?.sha256 === undefined
        ? `The data set "${recipe?.data ?? ""}" came with this page.`
        : "The data are the same: their SHA-256 agrees.";
    say({
      kind: "bad",
      text: `Not reproduced: at ${step} the parameters have the hash ${begins}, and ${check} in the link.`,
      more: [data, "The recipe was followed as the link has it: either it was changed, or another version of the page made it."],
    });
  }
}

/** Says so where the link is about another network than the one that the page opened with. */
function compareOpened(check: string): void {
  const { model, title } = session.value!;
  if (model.parametersHash.startsWith(check)) return;
  say({
    kind: "bad",
    text: `The link is about another network: its parameters have the hash ${check}, those of ${title} ${model.parametersHash.slice(0, check.length)}.`,
    more: ["It was opened from a file, which the link does not hold: open that file here."],
  });
}

async function openOther(hash: string, otherwise: Otherwise): Promise<boolean> {
  const other = session.value === undefined ? await otherwise() : undefined;
  batch(() => {
    if (other !== undefined) openSession(other);
    readAddress(hash);
  });
  return true;
}

/** Takes the keys out of the address that no longer hold, once the page shows something else. */
function watch(recipe: unknown): void {
  const opened = session.value;
  endWatching?.();
  endWatching = effect(() => {
    const isSameRun = run.value === undefined || run.value.recipe === recipe;
    stale.value = !isSameRun ? LINK_KEYS : session.value === opened ? [] : ["at", "lr", "chk", "set"];
  });
}

function say(next: Notice): void {
  notice.value = next;
  banner.value = LinkBanner;
}

/** The link without where the page stands, which may change while an exercise is open. */
function withoutPlace(hash: string): string {
  return location.href.split("#")[0]! + hash;
}
