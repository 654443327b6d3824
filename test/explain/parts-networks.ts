import { createNetwork, type Network } from "../../src/network/network.js";
import type { NetworkInput } from "../../src/network/description.js";
import { batchNorm, dropout, embedding, layerNorm, periodic, residual } from "../../src/network/parts.js";
import { dense } from "../../src/network/layers.js";
import { createRandom } from "../../src/base/random.js";
import type { Example } from "../../src/reference/batch.js";

/** Small networks of layers with parts, each with its examples: columns are numbers, but those that hold categories. */
export interface PartsCase {
  readonly title: string;
  readonly network: Network;
  readonly examples: readonly Example[];
}

const ENCODED = [
  embedding({ column: 1, categories: 4, width: 2, name: "weekday" }),
  periodic({ column: 2, frequencies: 2, name: "age" }),
  embedding({ column: 3, categories: 3, width: 1 }),
];

const LAYERS: Readonly<Record<string, NetworkInput>> = {
  "batch normalisation": { inputs: 4, layers: [dense(3, "tanh"), batchNorm(), dense(4, "relu"), batchNorm(), dense(2, "identity")] },
  "batch normalisation under a softmax": {
    inputs: 3,
    layers: [dense(4, "sigmoid"), batchNorm({ epsilon: 0.01 }), dense(3, "softmax")],
    cost: "cross-entropy",
  },
  "layer normalisation": { inputs: 4, layers: [dense(3, "gelu"), layerNorm(), dense(4, "tanh"), layerNorm(), dense(2)] },
  dropout: { inputs: 3, layers: [dense(6, "tanh"), dropout(0.5), dense(5, "relu"), dropout(0.25), dense(2, "identity")] },
  "residual blocks": {
    inputs: 3,
    layers: [dense(3, "tanh"), residual([dense(4, "relu"), dense(3, "identity")]), residual([dense(3, "sigmoid")]), dense(2, "softmax")],
    cost: "squared-error",
  },
  "a block around the input": { inputs: 2, layers: [residual([dense(3, "tanh"), dense(2, "tanh")]), dense(1)], cost: "cross-entropy" },
  "encoded columns": { inputs: 4, layers: [...ENCODED, dense(3, "tanh"), dense(2, "identity")] },
  everything: {
    inputs: 4,
    layers: [
      ...ENCODED,
      dense(4, "tanh"),
      batchNorm(),
      dropout(0.3),
      residual([dense(5, "relu"), layerNorm(), dropout(0.4), dense(4, "identity"), batchNorm(), dropout(0.2)]),
      dense(3, "softmax"),
    ],
    cost: "cross-entropy",
  },
};

const DRAWS = 0x70617274;

/** Drawn anew everywhere, running statistics too, so that nothing is 0 or 1 by chance. */
function drawn(input: NetworkInput, seed: number): Network {
  const network = createNetwork(input, { seed });
  const random = createRandom(seed, DRAWS);
  const parameters = network.parameters.slice();
  for (const { kind, offset, rows, columns } of network.layout.tensors) {
    if (kind === "weight" || kind === "embedding" || kind === "frequency") continue;
    for (let at = offset; at < offset + rows * columns; at++)
      parameters[at] = kind === "var" || kind === "gamma" ? 0.5 + random.uniform() : random.uniform() - 0.5;
  }
  return { ...network, parameters };
}

export function caseOf(title: string): PartsCase {
  const found = PARTS_CASES.find((own) => own.title === title);
  if (found === undefined) throw new TypeError(`no case ${title}`);
  return found;
}

export const PARTS_CASES: readonly PartsCase[] = Object.entries(LAYERS).map(([title, input], at) => {
  const network = drawn(input, 20 + at);
  const { inputs, encodings = [] } = network.description;
  const outputs = network.layout.sizes.at(-1)!;
  const random = createRandom(at, DRAWS, 1);
  const examples = Array.from({ length: 5 }, (_, row): Example => {
    const x = Array.from({ length: inputs }, (_, column) => {
      const encoding = encodings.find((part) => part.column === column);
      return encoding?.kind === "embedding" ? random.below(encoding.categories) : 2 * random.uniform() - 1;
    });
    const right = random.below(Math.max(outputs, 2));
    const y = outputs === 1 ? [right] : Array.from({ length: outputs }, (_, j) => (j === right ? 1 : 0));
    return { x, y, row: 30 + 2 * row };
  });
  return { title, network, examples };
});
