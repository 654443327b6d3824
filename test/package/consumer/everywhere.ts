// A user's program that needs neither Node nor a browser. It is compiled strictly, without the types of either, then run by
// Node and bundled for a page.
import {
  ChainruleError,
  classReports,
  confusionMatrix,
  createDataset,
  createNetwork,
  evaluate,
  examples,
  predict,
  sgd,
  split,
  train,
} from "chainrule";
import { digits, type Digit } from "chainrule/digits";
import { explain, explanationText, tape, why } from "chainrule/explain";
import { decodeModel, encodeModel } from "chainrule/formats";
import { iris, type Species } from "chainrule/iris";
import { backward, checkGradients, forward, gradients } from "chainrule/reference";
import { csvTable } from "chainrule/tables";

declare const console: { log(text: string): void };

const run = train(iris(), { hidden: [8], epochs: 30, seed: 1, optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) });
const epochs: number[] = [];
for await (const { epoch } of run) epochs.push(epoch);
const { model, history, test } = await run.result;

// Labels are literal types, with no cast.
const { label }: { label: Species } = predict(model, [5.1, 3.5, 1.4, 0.2]);
const firstDigit: Digit | undefined = digits().target.classes[digits().target.indices[0] ?? -1];
const { accuracy, confusion, classes } = evaluate(model, iris());
const [setosa] = classReports(confusion, classes);
const copy = decodeModel(encodeModel(model));

const houses = createDataset(
  [
    { rooms: 3, price: 210 },
    { rooms: 5, price: 340 },
    { rooms: 4, price: 275 },
    { rooms: 6, price: 405 },
  ],
  { target: "price" },
);
const { model: prices } = await train(houses, { test: 0, epochs: 20 }).result;
const price: number = predict(prices, { rooms: 5 }).value;

const { source, dialect } = await csvTable(() => "rooms;price\n3;210,5\n5;340\n");
let tableRows = 0;
for await (const rows of source.batches()) tableRows += rows.length;

const network = createNetwork({ inputs: 2, layers: [{ units: 1 }], w2: [[1, -1]], b2: [0] });
const derivative = backward(network, forward(network, [3, 1]), [1]).dCost_dw[2]?.[0] ?? NaN;

const weight = explain({ network }, { x: [3, 1], y: [1] }, "w2[0,0]");
const factors = weight.kind === "product" ? weight.factors.map(({ name }) => name) : [];
const [flower] = examples(model, iris(), { rows: [12, 13] });
if (flower === undefined) throw new Error("row 12 is there");

let code = "none";
try {
  train(iris(), { hidden: [0] });
} catch (error) {
  if (error instanceof ChainruleError) code = error.code;
}

console.log(
  JSON.stringify({
    epochs: epochs.length,
    history: history.length,
    tested: (test?.rows ?? 0) > 0,
    label,
    firstDigit,
    accurate: accuracy > 0.8 && (setosa?.f1 ?? 0) > 0.8,
    copied: copy.parametersHash === model.parametersHash,
    priced: Number.isFinite(price),
    table: [source.columns.join(dialect.delimiter), dialect.mark, tableRows],
    derivative: derivative.toFixed(4),
    factors,
    explained: explanationText(weight).includes(" = -0.07509\n"),
    steps: tape(model, flower).length,
    verdict: why({ network }, { x: [0, 1], y: [1] }, "w2[0,0]").verdict,
    checked: checkGradients(model, iris(), { rows: [0, 10] }).passed,
    shape: gradients(model, iris(), { rows: [0, 10] }).tensors["w2"]?.shape,
    trainRows: split(iris(), { test: 0.2, seed: 1 }).train.length,
    counts: confusionMatrix([0, 1], [0, 0], 2),
    code,
  }),
);
