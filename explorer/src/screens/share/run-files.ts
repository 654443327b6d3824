import { costChart } from "../../share/cost-chart.js";
import { costsCsv, historyCsv } from "../../share/history-csv.js";
import { svgPng } from "../../share/network-png.js";
import { standingNow } from "../../share/now.js";
import { datasetParts, isEmbedded, needsRows } from "../../share/program.js";
import { recipeFile } from "../../share/recipe-file.js";
import { isTable, rowsCsv } from "../../share/rows-csv.js";
import type { Recipe } from "../../state/recipe.js";
import { run, standing } from "../../state/run.js";
import { session } from "../../state/session.js";
import { targetNames } from "../../state/task.js";
import type { SavedFile } from "./saved-file.js";

/** The rows, where they come with neither the library nor the command line. */
function rowFiles(recipe: Recipe): SavedFile[] {
  const { dataset, model } = session.value!;
  const targets = JSON.stringify(targetNames(dataset.target).join(","));
  if (isEmbedded(recipe.data)) return [];
  return [
    ...(isTable(dataset)
      ? [
          {
            title: "Rows as CSV",
            about: `the data of the recipe: chainrule train file.csv --target ${targets} --task ${model.task.kind} --recipe recipe.json`,
            ending: "-rows.csv",
            type: "text/csv",
            content: () => rowsCsv(dataset),
          },
        ]
      : []),
    ...(needsRows(recipe.data, dataset)
      ? [
          {
            title: "Rows for the program",
            about: "save it as rows.json beside the program",
            ending: "-rows.json",
            type: "application/json",
            content: () => JSON.stringify(datasetParts(dataset)),
          },
        ]
      : []),
  ];
}

/** What is known of the run behind the network that is shown. */
export function runFiles(): SavedFile[] {
  const [own, standingAt] = [run.value, standingNow()];
  if (own === undefined || standingAt === undefined) return [];
  const { changes } = standingAt;
  const { title } = session.value!;
  const chart = (): string =>
    costChart({ title: `Cost, ${title}`, costs: own.costs, records: own.records, stepsPerEpoch: standing.value.stepsPerEpoch, changes });
  return [
    {
      title: "Recipe",
      about: `the whole run for the command line: chainrule train ${isEmbedded(standingAt.recipe.data) ? standingAt.recipe.data : "rows.csv"} --recipe recipe.json${changes.length === 0 ? "" : "; it cannot hold that the learning rate was changed by hand, and has the first one"}`,
      ending: "-recipe.json",
      type: "application/json",
      content: () => recipeFile(standingAt, title),
    },
    ...rowFiles(standingAt.recipe),
    ...(own.records.length === 0
      ? []
      : [
          {
            title: "Epochs as CSV",
            about: "cost and accuracy of each epoch",
            ending: "-epochs.csv",
            type: "text/csv",
            content: () => historyCsv(own.records),
          },
        ]),
    ...(own.costs.length === 0
      ? []
      : [
          {
            title: "Costs as CSV",
            about: "least, mean and most of the batches between two looks",
            ending: "-costs.csv",
            type: "text/csv",
            content: () => costsCsv(own.costs),
          },
          { title: "Cost chart as SVG", about: "cost over steps", ending: "-cost.svg", type: "image/svg+xml", content: chart },
          {
            title: "Cost chart as PNG",
            about: "the same as pixels",
            ending: "-cost.png",
            type: "image/png",
            content: () => svgPng(chart()),
          },
        ]),
  ];
}
