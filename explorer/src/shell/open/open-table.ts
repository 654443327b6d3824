import { decodeModel } from "chainrule/formats";
import { openNext, ownRecipe, widths } from "../../state/open-data.js";
import { keepRaw } from "../../state/raw-rows.js";
import { shownModel } from "../../state/task.js";
import type { TableData } from "./table-reader.js";

/** Opens the rows of a table with a network that has not been trained; both were made beside the page. */
export async function openTable({ dataset, raw, options, model: file }: TableData): Promise<boolean> {
  keepRaw(dataset, raw);
  const model = shownModel(decodeModel(file, dataset.name), dataset.name);
  const next = { model, dataset, title: `${dataset.name}, ${widths(model)}, untrained`, step: undefined };
  return openNext(() => Promise.resolve([next, ownRecipe(dataset, options, model.split?.fingerprint)]));
}
