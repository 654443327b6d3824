import type { Network } from "../../network/network.js";
import type { Derivation, SumDerivation } from "../derivation/derivation.js";
import { explain } from "../explain.js";
import { prove } from "../proof.js";
import { numberText } from "../render/number-text.js";
import { tape } from "../tape.js";
import { differenceText } from "./numbers.js";
import { askedOf, type DrawnExample, type Problem } from "./problem.js";
import { type Step, stepOf } from "./step.js";

export interface Limits {
  /** The magnitudes that an asked derivative may have. */
  readonly least: number;
  readonly most: number;
  /**
   * Inputs differ, no term is 0, no sum or z loses a digit to its terms, no weight has the input 1 (its derivative would be
   * the bias's own), the step changes the cost by what can be seen, and the "why" has an answer.
   */
  readonly choosy: boolean;
}

/** How near a number may come to the middle between two of four digits: engines differ in the last bits of exp. */
const TIE = 1e-9;

/** True where the exercises are worth solving and every machine rounds their answers alike. */
export function isFit(problem: Problem, { least, most, choosy }: Limits): boolean {
  const { network, example, why } = problem;
  if (choosy && (why === undefined || !isVaried(example.x))) return false;
  const asked = askedOf(problem).map((name) => explain({ network }, example, name));
  if (!asked.every(({ value }) => Math.abs(value) >= least && Math.abs(value) <= most)) return false;
  if (choosy && !(asked.every(isTelling) && keepsDigits(network, example) && isSeen(stepOf(problem)))) return false;
  const proofs = askedOf(problem).map((name) => prove({ network }, example, name));
  if (!proofs.every(({ analytic, numeric }) => numeric !== undefined && differenceText(numeric) === numberText(analytic))) return false;
  return numbersOf(problem, asked).every((value) => Number.isFinite(value) && !isTie(value, choosy));
}

/** Inputs that are all alike would hide which of them was taken. */
function isVaried(x: readonly number[]): boolean {
  return x.length === 1 || x.some((value) => value !== x[0]);
}

/** What is left of a sum whose terms cancel has fewer digits than they have. */
const KEPT = 0.1;

function isTelling(derivation: Derivation): boolean {
  if (derivation.kind === "value") return true;
  if (derivation.kind === "sum") return keeps(derivation) && Array.from(derivation.terms.values).every((term) => term !== 0);
  return !(derivation.name.startsWith("dCost/dw") && derivation.factors.at(-1)?.value === 1);
}

function keeps({ terms, value }: SumDerivation): boolean {
  return Math.abs(value) >= KEPT * Array.from(terms.values).reduce((sum, term) => sum + Math.abs(term), 0);
}

/** Every weighted sum of the forward pass. */
function keepsDigits(network: Network, example: DrawnExample): boolean {
  const walk = tape({ network }, example);
  for (let index = 0; index < walk.length; index++) {
    const { phase, derivation } = walk.at(index);
    if (phase === "forward" && derivation.kind === "sum" && !keeps(derivation)) return false;
  }
  return true;
}

/** The step has to change the cost by so much of it that four digits show by how much. */
const SEEN = 0.01;

function isSeen({ proof }: Step): boolean {
  const { before, real } = proof.nudge;
  return Math.abs(real) >= SEEN * before;
}

/** Every number that the answers show. */
function numbersOf(problem: Problem, asked: readonly Derivation[]): number[] {
  const { network, example, why } = problem;
  const { moved, next, proof } = stepOf(problem);
  const { by, before, after, predicted, real } = proof.nudge;
  const numbers = [next.after, by, before, after, predicted, real];
  for (const own of [network, moved]) {
    const walk = tape({ network: own }, example);
    for (let index = 0; index < walk.length; index++) collect(walk.at(index).derivation, numbers);
  }
  for (const derivation of asked) collect(derivation, numbers);
  if (why !== undefined) collect(explain({ network: why.network }, why.example, why.quantity), numbers);
  return numbers;
}

/** The value of a derivation, and of all that it opens into. */
function collect(derivation: Derivation, numbers: number[]): void {
  numbers.push(derivation.value);
  if (derivation.kind === "product") for (const factor of derivation.factors) collect(factor, numbers);
  if (derivation.kind === "sum") for (let at = 0; at < derivation.terms.length; at++) collect(derivation.terms.at(at), numbers);
}

/** Digits of a number that no exp made: relu and identity keep the halves and quarters exact. */
const EXACT = 10;

function isTie(value: number, choosy: boolean): boolean {
  const exact = String(value);
  if (numberText(value) === exact || (!choosy && exact.replace(/\D/g, "").length <= EXACT)) return false;
  return numberText(value * (1 - TIE)) !== numberText(value * (1 + TIE));
}
