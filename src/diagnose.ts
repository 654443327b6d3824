// The entry `chainrule/diagnose`: what keeps a network from learning, and what is odd in its data.
export { diagnose, type DiagnoseOptions, type Diagnosis } from "./diagnose/diagnose.js";
export type { LayerDiagnosis } from "./diagnose/layer-diagnosis.js";
export { DIAGNOSIS_THRESHOLDS } from "./diagnose/thresholds.js";
export {
  type Place,
  type RowFinding,
  SEVERITIES,
  type Severity,
  type Verdict,
  VERDICT_KINDS,
  type VerdictKind,
} from "./diagnose/verdict.js";
