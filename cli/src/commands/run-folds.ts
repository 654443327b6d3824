import { crossValidate, type CrossValidation, type TrainOptions } from "chainrule";
import { inNetworkFile } from "../data/network-file.js";
import { inTableFlags } from "../data/table-flags.js";
import { tableOptions } from "../data/load.js";
import { interruptible } from "../interruption.js";
import { writeFoldsReport } from "../report-file.js";
import type { Terminal } from "../terminal.js";
import { describeFolds } from "../view/folds.js";
import { seconds } from "../view/format.js";
import type { TrainFlags } from "./train-flags.js";
import type { Asked } from "./training-data.js";

/** Trains once for each fold, and says how the models did on the rows that they were not trained on. */
export async function runFolds(asked: Asked, flags: TrainFlags & { readonly folds: number }, terminal: Terminal): Promise<void> {
  const { print, note, colors, interactive } = terminal;
  const { folds } = flags;
  const silent = flags.quiet === true || flags.json === true;
  const start = performance.now();
  const result = await interruptible((signal) =>
    validate(asked, flags, {
      folds,
      signal,
      onFold: (_, fold) => {
        if (!silent && interactive) note(`fold ${fold + 1} of ${folds}: ${seconds((performance.now() - start) / 1000)} so far`);
      },
    }),
  ).catch((error: unknown) => {
    throw inTableFlags(inNetworkFile(error, flags.network));
  });
  const elapsed = (performance.now() - start) / 1000;
  if (flags.report !== undefined) await reportOn(result, asked, flags, flags.report);
  if (flags.json === true) {
    const document = {
      data: { name: asked.data },
      folds,
      scores: result.scores,
      evaluations: result.evaluations,
      notes: result.notes,
      seconds: elapsed,
    };
    print(JSON.stringify(document, null, 2));
  } else if (flags.quiet !== true) {
    for (const each of result.notes) note(each);
    print(`${colors.bold(`${folds} folds`)} of ${asked.data} in ${seconds(elapsed)}: ${describeFolds(result, terminal)}`);
    if (flags.report !== undefined) print(`\nReport ${colors.bold(flags.report)}`);
    print("\nNo model was saved: without --folds one is trained, and measured on its test part.");
  }
}

async function reportOn(validation: CrossValidation, { source, options }: Asked, flags: TrainFlags, file: string): Promise<void> {
  const recipe = flags.recipe ?? options.recipe;
  await writeFoldsReport(file, validation, {
    ...(source.kind === "dataset" ? {} : { table: source.file.source }),
    ...(recipe === undefined ? {} : { recipe }),
  });
}

type Running = Pick<NonNullable<Parameters<typeof crossValidate>[1]>, "folds" | "onFold" | "signal">;

async function validate({ source, options }: Asked, flags: TrainFlags, running: Running): Promise<CrossValidation> {
  const { test: _test, checkpoint: _checkpoint, paused: _paused, ...training }: TrainOptions = options;
  if (source.kind === "dataset") return crossValidate(source.dataset, { ...training, ...running });
  const { testTable: _table, time: _time, memory: _memory, ...reading } = await tableOptions(source.file, flags);
  const curve = options.scale === undefined ? {} : { curve: "none" as const };
  return crossValidate(source.file.source, { ...training, ...reading, ...curve, ...running });
}
