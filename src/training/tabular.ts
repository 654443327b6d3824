import type { Dataset } from "../data/dataset.js";
import type { WrittenLayer } from "../network/layers.js";
import { dense } from "../network/layers.js";
import { dropout, embedding, periodic } from "../network/parts.js";
import { inputsOf } from "../table/preparation.js";
import type { FitSettings, PreparedDataset } from "../table/fit.js";
import { defaultShares, LARGE } from "../table/shares.js";
import { adamw } from "./optimizers.js";
import type { TrainOptions } from "./options.js";

// The recipe for tables. docs/defaults.md has the measurements that chose its numbers.

const NETWORK_OPTIONS = ["network", "hidden", "activation", "outputActivation", "cost", "initialisation"] as const;

/** Whether options say of the network what the recipe would: then it is theirs. */
export function namesNetwork(options: TrainOptions): boolean {
  return NETWORK_OPTIONS.some((name) => options[name] !== undefined);
}

/** What a training on a table uses where its options say nothing. */
export interface TableDefaults {
  /** The recipe; left out where another one, or the usual training of a network of one's own, is meant. */
  readonly recipe?: "tabular";
  /** What scales the inputs where the preparation leaves them as they are. */
  readonly scale?: "standard";
  /** How the columns become inputs. */
  readonly inputs: Pick<FitSettings, "embedFrom" | "periodic" | "curve">;
}

/**
 * What `train` does with a table: the recipe `tabular`, unless another one or a network is named. Only the recipe's network has embeddings and
 * periodic parts; any other gets an input for each category, and numbers once, which its own scaling takes as they are. `prepareTable` is told.
 *
 * @example
 * ```ts
 * import { tableDefaults } from "chainrule";
 *
 * console.log(tableDefaults({}), tableDefaults({ hidden: [16, 16] })); // { recipe: "tabular", inputs: {} }, { scale: "standard", inputs: { embedFrom: Infinity, ... } }
 * ```
 */
export function tableDefaults(options: TrainOptions): TableDefaults {
  const own = namesNetwork(options);
  const plain = { embedFrom: Infinity, periodic: false } as const;
  if (options.recipe === "tabular") return { recipe: "tabular", inputs: own ? plain : {} };
  return own || options.recipe !== undefined
    ? { scale: "standard", inputs: { ...plain, curve: "none" } }
    : { recipe: "tabular", inputs: {} };
}

/** What the recipe `tabular` stands for on a data set; of a table that was prepared, embeddings and periodic columns are its network's first parts. */
export function tabularOptions(dataset: Dataset): TrainOptions {
  const { target, columns, rowCount } = dataset;
  const regression = target.kind === "values";
  const units = target.kind === "classes" ? target.classes.length : target.kind === "none" ? 1 : target.names.length;
  const large = rowCount >= LARGE;
  const split = defaultShares(rowCount);
  const width = large ? 256 : 128;
  const hidden = [width, width, width].flatMap((n): WrittenLayer[] => [dense(n, "mish"), dropout(regression ? 0.1 : 0.2)]);
  const output = regression ? "identity" : target.kind === "labels" ? "sigmoid" : "softmax";
  return {
    network: {
      inputs: columns.length,
      layers: [...encodings(dataset), ...hidden, dense(units, output)],
      cost: regression ? { kind: "huber", delta: 0.3 } : "cross-entropy",
    },
    optimizer: adamw({ learningRate: 2e-3 }),
    weightDecay: 0.02,
    // Few rows are learned by heart; an answer that is not quite sure is right more often.
    ...(target.kind === "classes" && !large ? { labelSmoothing: 0.1 } : {}),
    schedule: "one-cycle",
    batchSize: large ? 256 : 32,
    epochs: large ? Math.min(80, Math.max(15, Math.round(1_200_000 / rowCount))) : 60,
    validation: dataset.validationFrom === undefined ? split.validation : 0,
    test: dataset.testFrom === undefined ? split.test : 0,
    keep: large ? "best" : "last",
    // The numbers of a table that was prepared have been scaled.
    ...("preparation" in dataset ? {} : { scale: "standard" }),
  };
}

function encodings(dataset: Dataset): WrittenLayer[] {
  if (!("preparation" in dataset)) return [];
  const { preparation } = dataset as PreparedDataset;
  const { columns } = preparation;
  return inputsOf(preparation).flatMap(({ part, from }, column): WrittenLayer[] => {
    if (part === undefined) return [];
    if (part.kind === "periodic") return [periodic({ column, frequencies: 8, sigma: 0.1, ...nameOf(columns[from]!.name) })];
    return [
      embedding({
        column,
        categories: part.categories,
        width: Math.min(8, Math.ceil(part.categories / 2)),
        ...nameOf(columns[from]!.name),
      }),
    ];
  });
}

/** The column's name for its tensor, where that is one. */
function nameOf(name: string): { name?: string } {
  return /^[^\s.[\]]+$/.test(name) ? { name } : {};
}
