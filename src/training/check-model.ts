import { ChainruleError, show } from "../base/errors.js";
import type { Model } from "./model.js";

/**
 * Makes sure that it is a model, and no run or result of one, which programs without types may hand over.
 *
 * @throws ChainruleError `E_USAGE`, with the next step
 */
export function checkModel(model: unknown, where = "model"): asserts model is Model {
  const given = (typeof model === "object" && model !== null ? model : {}) as Readonly<Record<string, unknown>>;
  if (MODEL_KEYS.every((key) => typeof given[key] === "object" && given[key] !== null)) return;
  const [got, hint] = whatElse(given, model);
  throw new ChainruleError("E_USAGE", {
    where,
    expected: "a model, as train and loadModel give it",
    got,
    ...(hint === undefined ? {} : { hint }),
  });
}

const MODEL_KEYS = ["network", "task", "columns", "scaling"] as const;

function whatElse(given: Readonly<Record<string, unknown>>, model: unknown): [got: string, hint?: string] {
  if (typeof given["then"] === "function") return ["a promise", "Await it first."];
  if (given["result"] instanceof Promise) return ["a run that is under way", "Its model is (await run.result).model."];
  if ("model" in given && "history" in given) return ["the result of a run", "Its model is result.model."];
  return [show(model)];
}
