import { split, type Split } from "chainrule";
import type { Session } from "./session.js";

let known: { readonly of: unknown; readonly key: string; readonly parts: Split } | undefined;

/** Which rows the model of a session was trained on; all of them where that is not known. */
export function partsOf({ model, dataset }: Session): Split {
  const { test = 0, validation = 0, seed = 1 } = model.split ?? {};
  const key = [test, validation, seed].join();
  if (known?.of !== dataset || known.key !== key) {
    known = { of: dataset, key, parts: split(dataset, { seed, test: dataset.testFrom === undefined ? test : 0, validation }) };
  }
  return known.parts;
}
