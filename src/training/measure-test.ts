import { takeRows } from "../data/rows.js";
import type { Answers } from "./answers.js";
import { measure } from "./evaluate.js";
import { type Evaluation, measureAnswers } from "./measure.js";
import type { Model } from "./model.js";
import type { TrainingPlan } from "./plan.js";

/** Measures a new model on its held-out test part. */
export function measureTest({ dataset, parts }: TrainingPlan, model: Model, answers: Answers | undefined): Evaluation {
  const rows = takeRows(dataset, parts.test);
  return { ...(answers === undefined ? measure(model, rows) : measureAnswers(model, rows, answers)), part: "test", trainedOn: true };
}
