// The entry `chainrule`: everything here runs in Node and in a browser alike.

// data
export { createDataset } from "./data/create-dataset.js";
export type {
  ClassTarget,
  Dataset,
  ImageShape,
  InputValues,
  Label,
  LabelTarget,
  NoTarget,
  StoredRows,
  Target,
  ValueTarget,
} from "./data/dataset.js";
export { type Scaling, SCALING_NAMES, type ScalingName } from "./data/scaling.js";
export { type PartName, split, type Split, type SplitOptions } from "./data/split.js";

// tables
export type { Cell, DecimalMark } from "./table/cell.js";
export { CURVE_NAMES, type Curve, type CurveName } from "./table/curve.js";
export type { ColumnPreparation, Preparation } from "./table/preparation.js";
export type { FitSettings, PreparedDataset } from "./table/fit.js";
export type { LearnOptions } from "./table/learn-table.js";
export type { Prepared, PrepareOptions } from "./table/prepare.js";
export { COLUMN_TYPES, type ColumnType, TABLE_TASKS, type TableTask } from "./table/column-types.js";
export type { ColumnSchema } from "./table/schema.js";
export type { RawColumns, RawRow as TableRow, RawTable, RowStream, TableSource } from "./table/source.js";
export type { TableTarget } from "./table/target.js";

// network
export { ACTIVATION_NAMES, type ActivationName } from "./network/activations.js";
export { COST_NAMES, type CostDescription, costKind, type CostName } from "./network/costs.js";
export type { NetworkDescription, NetworkInput } from "./network/description.js";
export { INITIALISATION_NAMES, type InitialisationName } from "./network/initialisation.js";
export { dense, type LayerDescription, type WrittenDense, type WrittenLayer } from "./network/layers.js";
export { type LayerTensors, type Layout, parameterName, type TensorKind, type TensorLayout } from "./network/layout.js";
export { createNetwork, type Network } from "./network/network.js";
export {
  batchNorm,
  type BatchNormPart,
  dropout,
  type DropoutPart,
  embedding,
  type EmbeddingPart,
  type Encoding,
  layerNorm,
  type LayerNormPart,
  type Normalisation,
  periodic,
  type PeriodicPart,
  residual,
  type ResidualPart,
} from "./network/parts.js";

// training
export { ENGINE_NAMES, type EngineName } from "./engine/engine-names.js";
export { capabilities, type Capabilities } from "./training/capabilities.js";
export type { RowRange } from "./training/align.js";
export { RECIPE_NAMES, type RecipeName } from "./training/defaults.js";
export { evaluate } from "./training/evaluate.js";
export type { ClassificationEvaluation, Evaluation, MultiLabelEvaluation, RegressionEvaluation } from "./training/measure.js";
export type { FindRateOptions, FoundRate, RateTrial } from "./training/find-rate.js";
export { examples, openExamples } from "./training/examples.js";
export type { RatePoint } from "./training/rate-curve.js";
export type { StepStatistics, Tick } from "./training/loop/listener.js";
export type { EpochRecord, Score } from "./training/history.js";
export {
  classificationReport,
  type ClassificationReport,
  classReports,
  type ClassReport,
  confusionMatrix,
} from "./training/metrics/classification.js";
export { labelReport, type LabelReport } from "./training/metrics/labels.js";
export { type CalibrationBin, probabilityReport, type ProbabilityReport } from "./training/metrics/probabilities.js";
export { rankingReport, type RankingReport, topKAccuracy } from "./training/metrics/ranking.js";
export { regressionReport, type RegressionReport } from "./training/metrics/regression.js";
export type { Averages, Shares } from "./training/metrics/shares.js";
export type { ClassificationModel, Model, MultiLabelModel, RegressionModel, SplitRecord, TrainingRecord } from "./training/model.js";
export {
  adagrad,
  type AdagradSettings,
  adam,
  type AdamSettings,
  adamw,
  lbfgs,
  type LbfgsSettings,
  lion,
  type LionSettings,
  nadam,
  OPTIMIZER_NAMES,
  optimizerDefaults,
  type OptimizerName,
  type OptimizerSettings,
  rmsprop,
  type RmspropSettings,
  sgd,
  type SgdSettings,
} from "./training/optimizers.js";
export type { CheckpointOptions } from "./training/checkpoint/options.js";
export { type CheckpointStore, indexedDbCheckpoints, memoryCheckpoints } from "./training/checkpoint/store.js";
export type { TrainOptions } from "./training/options.js";
export type { WeightSettings } from "./training/row-weights.js";
export { SCHEDULE_NAMES, type ScheduleDescription, type ScheduleName, type ScheduleSettings } from "./training/schedule.js";
export { METRIC_NAMES, type MetricName, type StoppingSettings, type StopReason } from "./training/stopping.js";
export {
  type ClassPrediction,
  type LabelPrediction,
  predict,
  predictAll,
  type Prediction,
  type RawInput,
  type ValuePrediction,
} from "./training/predict.js";
export { predictAllInWorkers, type PredictOptions } from "./training/predict-in-workers.js";
export { type Predictor, predictor, type RawRow } from "./training/predictor.js";
export type { Classification, MultiLabel, Regression, Task } from "./training/task.js";
export type { CrossValidation, Fold } from "./training/cross-validate.js";
export type { FoldScore } from "./training/fold-score.js";
export type { PredictedRows, PredictTableOptions } from "./training/predict-table.js";
export type { ModelRows, ModelRowsOptions } from "./training/rows-for-model.js";
export { crossValidate, encodeTable, findLearningRate, modelRows, predictTable, prepareTable } from "./training/on-demand.js";
export { type TableDefaults, tableDefaults } from "./training/tabular.js";
export { train } from "./training/train.js";
export type { TableTrainOptions } from "./training/train-table.js";
export type { Snapshot, TrainingRun, TrainResult } from "./training/train-dataset.js";
export type { Example, ExampleList } from "./reference/batch.js";

export type { AugmentationSettings, ElasticSettings } from "./kernels/augmentation.js";
export type {
  AdagradDescription,
  AdamDescription,
  AdamwDescription,
  EngineState,
  LayerStatistics,
  LbfgsDescription,
  LionDescription,
  NadamDescription,
  OptimizerDescription,
  RmspropDescription,
  SgdDescription,
  StepRules,
} from "./kernels/contract.js";

// errors
export { ChainruleError, type ErrorCode, type Problem } from "./base/errors.js";
export type { AbortSignalLike } from "./base/platform.js";
