import type { Dataset, Preparation, ValueTarget } from "chainrule";
import { preparationOf } from "../state/raw-rows.js";
import { literal } from "./literal.js";
import type { Standing } from "./standing.js";
import type { ShownData } from "../state/task.js";

/** Data sets that come with the library. */
const EMBEDDED: readonly string[] = ["digits", "iris"];
/** Numbers that are written into the program; more are read from a file beside it. */
const MOST_NUMBERS = 4000;

/** A program of TypeScript that trains the same network: its parameters have the same hash. */
export function programText(standing: Standing, dataset: ShownData, hash: string): string {
  const { recipe, at, over } = standing;
  const data = dataOf(recipe.data, dataset);
  const body = over && standing.changes.length === 0 ? straight(standing) : stepwise(standing);
  const imports = ['import { train } from "chainrule";', ...data.imports];
  if (data.needsDataset) imports[0] = 'import { createDataset, train } from "chainrule";';
  return `// A run of the chainrule explorer up to step ${at}. It is JavaScript as well:
// npm install chainrule, save it as run.mjs, node run.mjs
${imports.join("\n")}

${data.lines}

${body}

// ${hash}
console.log(model.parametersHash);
`;
}

interface DataText {
  readonly imports: readonly string[];
  readonly lines: string;
  readonly needsDataset: boolean;
}

function dataOf(id: string, dataset: ShownData): DataText {
  if (EMBEDDED.includes(id)) {
    return { imports: [`import { ${id} } from "chainrule/${id}";`], lines: `const dataset = ${id}();`, needsDataset: false };
  }
  const { inputs, preparation, ...parts } = datasetParts(dataset);
  const made = `${dataset.inputs instanceof Uint8Array ? "Uint8Array" : "Float64Array"}.from`;
  const shape = literal(inputs.shape);
  if (dataset.inputs.length <= MOST_NUMBERS) {
    const rest = literal(parts).replace(/^\{\s*|\s*\}$/g, "");
    const values = inputs.values.join(", ");
    return {
      imports: [],
      lines: `const dataset = ${withParts(dataset, `createDataset({\n  inputs: { values: ${made}([${values}]), shape: ${shape} },\n  ${rest}\n})`, preparation && `preparation: ${literal(preparation)}`)};`,
      needsDataset: true,
    };
  }
  return {
    imports: ['import { readFileSync } from "node:fs";'],
    lines: `// The rows, which the page saves as a file of their own.
const { inputs, ${preparation === undefined ? "" : "preparation, "}...rest } = JSON.parse(readFileSync("rows.json", "utf8"));
const dataset = ${withParts(dataset, `createDataset({ ...rest, inputs: { values: ${made}(inputs.values), shape: inputs.shape } })`, preparation && "preparation")};`,
    needsDataset: true,
  };
}

/** A data set with what `createDataset` does not take: the validation part that its source names, and its preparation. */
function withParts({ validationFrom }: Dataset, made: string, prepared: string | undefined): string {
  const more = [
    ...(validationFrom === undefined ? [] : [`validationFrom: ${validationFrom}`]),
    ...(prepared === undefined ? [] : [prepared]),
  ];
  return more.length === 0 ? made : `{ ...${made}, ${more.join(", ")} }`;
}

/** Whether a data set comes with the library and the command line under this name. */
export function isEmbedded(id: string): boolean {
  return EMBEDDED.includes(id);
}

/** Whether the program reads the rows from a file beside it. */
export function needsRows(id: string, dataset: ShownData): boolean {
  return !EMBEDDED.includes(id) && dataset.inputs.length > MOST_NUMBERS;
}

/** Plain JSON of which a data set can be made again. */
export function datasetParts(dataset: ShownData) {
  const { name, columns, inputs, rowCount, target, image, testFrom } = dataset;
  return {
    name,
    columns,
    inputs: { values: Array.from(inputs), shape: [rowCount, columns.length] },
    ...(target.kind === "classes"
      ? { labels: Array.from(target.indices, (index) => target.classes[index]!), classes: target.classes, targetName: target.name }
      : { targets: numbersOf(target), targetNames: target.names }),
    ...(image === undefined ? {} : { image }),
    ...(testFrom === undefined ? {} : { testFrom }),
    ...preparedOf(dataset),
  };
}

/** Shape (rows), or (rows x targets) of several. */
function numbersOf({ names: { length }, values }: ValueTarget): number[] | number[][] {
  if (length === 1) return Array.from(values);
  return Array.from({ length: values.length / length }, (_, row) => [...values.subarray(row * length, (row + 1) * length)]);
}

/** How a table's cells became inputs, where `train` has to know it: it scales the numbers to learn, and inputs that are prepared no more. */
function preparedOf(dataset: ShownData): { readonly preparation?: Preparation } {
  const preparation = dataset.target.kind === "values" ? preparationOf(dataset) : undefined;
  return preparation === undefined ? {} : { preparation };
}

/** The whole run in one go. */
function straight({ recipe }: Standing): string {
  return `const { model } = await train(dataset, ${literal(recipe.options)}).result;`;
}

/** The run with stops where the learning rate was changed, and where it stood. */
function stepwise({ recipe, changes, at, over }: Standing): string {
  const lines: string[] = [];
  let step = 0;
  for (const change of changes.filter(({ step: from }) => from <= at)) {
    if (change.step > step) lines.push(`await run.resume(${change.step - step});`);
    lines.push(`await run.setLearningRate(${change.learningRate});`);
    step = change.step;
  }
  if (over) lines.push("await run.resume();", "const { model } = await run.result;");
  else lines.push(`const { model } = await run.${at > step ? `resume(${at - step})` : "snapshot()"};`);
  const options = { ...recipe.options, paused: true };
  if (over) return `const run = train(dataset, ${literal(options)});\n${lines.join("\n")}`;
  const inner = literal(options);
  const withSignal = inner.includes("\n")
    ? inner.replace(/\}$/, "  signal: end.signal,\n}")
    : inner.replace(/ \}$/, ", signal: end.signal }");
  return `const end = new AbortController();
const run = train(dataset, ${withSignal});
${lines.join("\n")}

// It is not trained further.
run.result.catch(() => undefined);
end.abort();`;
}
