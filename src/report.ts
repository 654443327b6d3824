// The entry `chainrule/report`: how well a model does, to be read and to be kept.
export { createReport, type ReportOptions } from "./report/create-report.js";
export { createFoldsReport, type FoldsReportOptions } from "./report/folds-report.js";
export type {
  Baselines,
  Calibration,
  ClassSection,
  Headline,
  Importance,
  LabelSection,
  Mistake,
  MistakeList,
  MistakeReasons,
  Report,
  ReportCell,
  ReportColumn,
  ReportScore,
  Section,
  ThresholdRow,
  ThresholdTable,
  ValueSection,
} from "./report/report.js";
export { reportHtml } from "./report/render/html.js";
export { reportJson } from "./report/render/json.js";
export { reportMarkdown } from "./report/render/markdown.js";
export { reportText } from "./report/render/text.js";
export { importanceText, scoreText } from "./report/render/words.js";
