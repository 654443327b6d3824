import type { MistakeName } from "chainrule/explain";
import { type Ground, isEqual } from "./givens.js";
import { childrenOf, formulaOf, type Part, RESULT } from "./parts.js";
import { wrongAnswers } from "./wrong-answers.js";

/** How far an answer may be off: factors that were rounded on the way leave about so much. */
const RELATIVE = 0.01;
/** A known mistake is recognised only where it fits this well. */
const RECOGNISED = 0.004;

export interface Verdict {
  readonly right: boolean;
  /** What is wrong, for people; empty where it is right. */
  readonly sentence: string;
  /** The formula in which to look; undefined where another part is to be mended first. */
  readonly look?: string;
  readonly mistake?: MistakeName;
}

/** Whether an answer is near enough; NaN never is. */
export function isRight(answer: number, value: number, bound = RELATIVE): boolean {
  return Math.abs(answer - value) <= bound * Math.abs(value);
}

/**
 * Judges one answer. What is wrong is named by its part, and by the mistake that gives this number where it is known.
 *
 * @param shown the answer as it was typed
 * @param answers of all hidden parts so far, by their names
 */
export function judge(
  ground: Ground,
  part: Part,
  { answer, shown }: { readonly answer: number; readonly shown: string },
  parts: readonly Part[],
  answers: ReadonlyMap<string, number>,
): Verdict {
  const { name, value } = part.derivation;
  if (isRight(answer, value)) return { right: true, sentence: "" };
  const begin = `${name} is wrong: you gave ${shown}`;
  const blamed = carriedError(part, answer, parts, answers);
  if (blamed !== undefined) {
    return { right: false, sentence: `${begin}, which follows from your ${blamed.derivation.name}: that one is wrong. Mend it first.` };
  }
  const found = wrongAnswers(ground, part, parts).find((wrong) => !isEqual(wrong.value, value) && isNear(answer, wrong.value));
  const look = formulaOf(part.derivation);
  if (found === undefined) return { right: false, sentence: `${begin}.`, look };
  return {
    right: false,
    sentence: `${begin}, which ${found.sentence}.`,
    look,
    ...(found.mistake === undefined ? {} : { mistake: found.mistake }),
  };
}

function isNear(answer: number, value: number): boolean {
  return Number.isFinite(value) && value !== 0 && isRight(answer, value, RECOGNISED);
}

/** The part below whose wrong answer gives this one, where the learner went on with it rightly. */
function carriedError(part: Part, answer: number, parts: readonly Part[], answers: ReadonlyMap<string, number>): Part | undefined {
  const { derivation, id } = part;
  const prefix = id === RESULT ? "" : id;
  const own = childrenOf(derivation).map(({ step, child }) => ({ id: prefix + step, child }));
  const wrong = own.find((one) => answers.has(one.id) && !isRight(answers.get(one.id)!, one.child.value));
  if (wrong === undefined || derivation.kind === "value") return undefined;
  const value = (one: (typeof own)[number]): number => answers.get(one.id) ?? one.child.value;
  const carried =
    derivation.kind === "product"
      ? own.reduce((product, one) => product * value(one), 1)
      : own.reduce((sum, one) => sum + value(one) - one.child.value, derivation.value);
  return isRight(answer, carried) ? parts.find((one) => one.id === wrong.id) : undefined;
}
