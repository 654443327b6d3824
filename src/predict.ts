// The entry `chainrule/predict`: reads a model and predicts with it, and nothing else. No WebAssembly, no workers.
export { ChainruleError, type ErrorCode, type Problem } from "./base/errors.js";
export { decodeModel } from "./formats/model-file.js";
export type { ClassificationModel, Model, MultiLabelModel, RegressionModel } from "./training/model.js";
export { type Predictor, predictor, type RawRow } from "./training/predictor.js";
