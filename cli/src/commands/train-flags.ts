import type { TrainOptions } from "chainrule";
import type { TableFlags } from "../data/table-flags.js";
import type { OptimizerFlags } from "../optimizer.js";
import type { Every } from "../options.js";

/** What `train` is given, and `resume` remembers. */
export interface TrainFlags
  extends Omit<TrainOptions, "recipe" | "network" | "optimizer" | "signal" | "checkpoint" | "from">, OptimizerFlags, TableFlags {
  readonly recipe?: string;
  readonly network?: string;
  readonly from?: string;
  readonly folds?: number;
  readonly out: string;
  readonly report?: string;
  readonly fast?: boolean;
  /** The working folder of a query that is remembered. */
  readonly queryFolder?: string;
  readonly checkpoint?: string;
  readonly checkpointEvery?: Every;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}
