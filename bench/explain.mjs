// What an explanation costs, in milliseconds: npm run bench:explain [-- --json]
// Medians over many calls: all z, a, dCost/da and dCost/dz of one example, and opening a node of each kind.
import { parseArgs } from "node:util";
import { createNetwork } from "chainrule";
import { allPaths, explain, largestTerms } from "chainrule/explain";
import { carryBack, forward } from "chainrule/reference";

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const CALLS = 400;
const WARM_UP = 2000;

/** Median milliseconds of a call; `work` gets the number of the call, so that no two do the same. */
function median(work) {
  for (let call = 0; call < WARM_UP; call++) work(call);
  const times = [];
  for (let call = 0; call < CALLS; call++) {
    const start = performance.now();
    work(call);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[CALLS / 2];
}

/** Opens a node as a screen shows it: its factors by name, or the values of all terms, the ten largest with their factors, and the rest. */
function open(node) {
  if (node.kind === "product") return node.factors.map(({ name, value }) => [name, value]);
  if (node.kind !== "sum") return [];
  const { terms, rest } = largestTerms(node.terms, 10);
  return [...terms.map((term) => [term.value, ...open(term)]), rest.value];
}

function measure(widths) {
  const layers = widths.slice(1).map((units) => ({ units }));
  const network = createNetwork({ inputs: widths[0], layers });
  const example = {
    x: Float64Array.from({ length: widths[0] }, (_, t) => (t % 5 === 0 ? (t % 97) / 97 : 0)),
    y: Float64Array.from({ length: widths.at(-1) }, (_, j) => (j === 3 ? 1 : 0)),
  };
  const weight = (call) => `w2[${call % widths[1]},${(5 * call) % widths[0]}]`;
  const nodes = Array.from({ length: WARM_UP + CALLS }, (_, call) => explain({ network }, example, weight(call % CALLS)));
  const sums = nodes.map((node) => node.factors[0]);
  const inner = sums.map((node) => node.terms.at(0).factors[0]);
  return {
    network: widths.join("-"),
    "all z, a, dCost/da, dCost/dz": median(() => carryBack(network, forward(network, example.x), example.y)),
    "explain(w2), closed": median((call) => explain({ network }, example, weight(call)).value),
    "open w2 (7)": median((call) => open(nodes[call])),
    "open dCost/da2 (6)": median((call) => open(sums[call])),
    "open dCost/da3 (3)": median((call) => open(inner[call])),
    "all paths of w2, top 5": median((call) => allPaths({ network }, example, weight(call), { top: 5 })),
  };
}

const results = [measure([784, 16, 16, 10]), measure([784, 300, 100, 10])];
if (values.json) console.log(JSON.stringify(results, null, 2));
else
  for (const { network, ...times } of results) {
    console.log(`${network}, milliseconds (median of ${CALLS})`);
    for (const [what, time] of Object.entries(times)) console.log(`  ${what.padEnd(30)} ${time.toFixed(4)}`);
  }
