import { describe, expect, test } from "vitest";
import type { Dataset, NoTarget } from "../../src/data/dataset.js";
import { inputRow } from "../../src/data/read-rows.js";
import { takeRows } from "../../src/data/rows.js";
import { explain } from "../../src/explain/explain.js";
import { decodeModel, encodeModel } from "../../src/formats/model-file.js";
import { encodeTable } from "../../src/table/prepare.js";
import { evaluate } from "../../src/training/evaluate.js";
import { openExamples } from "../../src/training/examples.js";
import type { ClassificationModel, MultiLabelModel } from "../../src/training/model.js";
import { predict, predictAll } from "../../src/training/predict.js";
import { predictAllInWorkers } from "../../src/training/predict-in-workers.js";
import { predictor } from "../../src/training/predictor.js";
import { caught, said } from "../training/caught.js";
import { fit, TITLED } from "./estimators.js";
import { untouched } from "./frozen.js";

// scikit-learn's estimator checks of a fitted estimator. docs/decisions.md says which of them carry over.

const listed = (from: number, to: number): Uint32Array => Uint32Array.from({ length: to - from }, (_, i) => from + i);

/** The same rows without an answer. */
const unanswered = (data: Dataset): Dataset<NoTarget> => ({ ...data, target: { kind: "none" } });

describe.each(TITLED)("%s", async (_title, estimator) => {
  const { data, raw } = estimator;
  const { model } = await fit(estimator);
  const all = predictAll(model, data);

  // check_methods_subset_invariance
  test.each([1, 2, 3, 7, 16, 60])("predicts batches of %d rows as all at once, bit for bit", (batch) => {
    for (let from = 0; from < data.rowCount; from += batch) {
      const to = Math.min(data.rowCount, from + batch);
      expect(predictAll(model, takeRows(data, listed(from, to)))).toStrictEqual(all.slice(from, to));
    }
  });

  // check_methods_subset_invariance, for the other ways to predict
  test("predicts row by row as all at once, in whatever way", async () => {
    const one = predictor(model);
    for (let row = 0; row < data.rowCount; row++) {
      const list = Array.from(inputRow(data, row));
      expect(predict(model, list)).toStrictEqual(all[row]);
      expect(predict(model, inputRow(data, row))).toStrictEqual(all[row]);
      const named: Record<string, number> = Object.fromEntries(data.columns.map((name, k) => [name, list[k]!]));
      if (raw === undefined) expect(predict(model, named)).toStrictEqual(all[row]);
      const answer = all[row]!;
      expect(one(list)).toStrictEqual(answer.kind === "regression" ? answer.value : "label" in answer ? answer.label : answer.labels);
      expect(Array.from(one.outputs)).toStrictEqual(answer.kind === "regression" ? answer.values : answer.outputs);
    }
    expect(await predictAllInWorkers(model, data, { threads: 2 })).toStrictEqual(all);
  });

  // check_methods_sample_order_invariance
  test("predicts rows in any order alike", () => {
    const turned = listed(0, data.rowCount).reverse();
    expect(predictAll(model, takeRows(data, turned)).reverse()).toStrictEqual(all);
  });

  // check_estimators_pickle, check_readonly_memmap_input: a file, and what a worker gets
  test("answers alike after it was saved, or handed to another thread", () => {
    const again = decodeModel(encodeModel(model));
    expect(again).toStrictEqual(model);
    expect(predictAll(again, data)).toStrictEqual(all);
    expect(predictAll(structuredClone(model), data)).toStrictEqual(all);
    expect(encodeModel(again)).toStrictEqual(encodeModel(model));
  });

  // check_dict_unchanged, check_readonly_memmap_input
  test("changes neither itself nor the rows, whatever is asked of it", async () => {
    await untouched([model, data], async () => {
      predictAll(model, data);
      predict(model, inputRow(data, 0));
      predictor(model)(inputRow(data, 0));
      evaluate(model, data);
      encodeModel(model);
      await predictAllInWorkers(model, data);
      return explain(model, openExamples(model, data).at(0)!, "b2[0]").value;
    });
  });

  // check_decision_proba_consistency, check_regressors_no_decision_function
  test("says what its outputs say", () => {
    for (const answer of all) {
      if (answer.kind === "regression") {
        expect(Object.keys(answer)).toStrictEqual(["kind", "value", "values"]);
        expect(answer.values.every(Number.isFinite)).toBe(true);
      } else if (answer.kind === "multi-label") {
        const { task } = model as MultiLabelModel;
        expect(answer.labels).toStrictEqual(task.labels.filter((_, j) => answer.outputs[j]! >= task.thresholds[j]!));
      } else {
        const { classes } = (model as ClassificationModel).task;
        const scores = answer.probabilities ?? answer.outputs;
        expect(answer.label).toBe(classes[scores.indexOf(Math.max(...scores))]);
        const total = answer.probabilities?.reduce((sum, p) => sum + p, 0) ?? 1;
        expect(Math.abs(total - 1) < 1e-6).toBe(true);
      }
    }
  });

  // check_n_features_in, check_n_features_in_after_fitting
  test("knows how many columns it has, and refuses rows of others", () => {
    const width = data.columns.length;
    expect(model.columns).toHaveLength(width);
    const wider = Array.from({ length: width + 1 }, () => 0);
    const narrow: Dataset = {
      ...unanswered(takeRows(data, listed(0, 1))),
      columns: data.columns.slice(1),
      inputs: Float64Array.from(wider.slice(2)),
    };
    for (const row of [wider, wider.slice(2)]) {
      const count = { code: "E_DATA", where: "input", got: String(row.length) };
      expect(said(caught(() => predict(model, row)))).toMatchObject(count);
      expect(said(caught(() => predictor(model)(row)))).toMatchObject(count);
    }
    const error = said(caught(() => predictAll(model, narrow)));
    expect(error).toMatchObject({ code: "E_DATA", expected: `the ${width} inputs of the model` });
    expect(error.hint).toContain(`Missing: ["${data.columns[0]!}"]`);
  });

  // check_dataframe_column_names_consistency
  test("finds columns by their names, in any order and among others", () => {
    const width = data.columns.length;
    const columns = ["first", ...data.columns.toReversed(), "last"];
    const inputs = new Float64Array(data.rowCount * columns.length).fill(1e9);
    for (let row = 0; row < data.rowCount; row++) {
      inputRow(data, row).forEach((value, k) => (inputs[row * columns.length + width - k] = value));
    }
    // Pictures have no names to go by.
    const { image: _, ...table } = unanswered(data);
    expect(predictAll(model, { ...table, columns, inputs })).toStrictEqual(all);
  });

  // check_estimators_nan_inf
  test.each([NaN, Infinity, -Infinity])("refuses a row with %d in it, naming row and column", async (bad) => {
    const width = data.columns.length;
    const inputs = Float64Array.from(data.inputs);
    inputs[3 * width + 1] = bad;
    const name = data.columns[1]!;
    const wrong: Dataset = { ...data, inputs };
    const place = { code: "E_DATA", where: `row 3, column "${name}"`, expected: "a finite number", got: String(bad) };
    expect(said(caught(() => predictAll(model, wrong)))).toMatchObject(place);
    expect(said(caught(() => evaluate(model, wrong)))).toMatchObject(place);
    await expect(predictAllInWorkers(model, wrong)).rejects.toMatchObject({ problems: [expect.objectContaining({ where: place.where })] });
    const row = Array.from(inputRow(wrong, 3));
    expect(said(caught(() => predict(model, row)))).toMatchObject({ code: "E_DATA", where: `input "${name}"` });
    const answer = predictor(model);
    for (const form of [row, Float64Array.from(row)]) {
      expect(said(caught(() => answer(form)))).toMatchObject({ code: "E_NON_FINITE", where: "input 1", got: String(bad) });
    }
  });

  // check_methods_subset_invariance and check_dict_unchanged, of the table that the inputs came from
  if (raw === undefined) return;
  test("predicts raw rows one by one, and a table of them in any order, alike", async () => {
    const { preparation } = model;
    const rows = raw;
    const expected = predictAll(model, await untouched([preparation, rows], () => encodeTable(preparation!, rows)));
    rows.forEach((row, at) => expect(predict(model, row)).toStrictEqual(expected[at]));
    const backwards = await encodeTable(preparation!, rows.toReversed());
    expect(predictAll(model, backwards).reverse()).toStrictEqual(expected);
  });
});
