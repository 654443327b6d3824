import type { Model, Task } from "chainrule";
import { loadModel } from "chainrule/node";
import type { Command } from "commander";
import type { Terminal } from "../terminal.js";
import { count, plural } from "../view/format.js";
import { describeNetwork, describeTraining } from "../view/summary.js";

export function addInfo(program: Command, terminal: Terminal): void {
  program
    .command("info")
    .summary("say what a model file holds")
    .description("Says what a model file holds: network, task, columns, scaling, split, training, hash.")
    .argument("<model>", "a model file")
    .option("--json", "print one JSON document and nothing else")
    .addHelpText("after", "\nExample:\n  chainrule info model.safetensors")
    .action(async (path: string, { json }: { readonly json?: boolean }) => {
      const model = await loadModel(path);
      terminal.print(json === true ? JSON.stringify(document(path, model), null, 2) : describe(path, model));
    });
}

function document(path: string, { network, ...rest }: Model): unknown {
  const tensors = network.layout.tensors.map(({ name, shape }) => ({ name, shape }));
  return { path, network: network.description, parameters: network.layout.trained, tensors, ...rest };
}

function goalOf(task: Task): [string, string] {
  switch (task.kind) {
    case "classification":
      return ["classes", `${task.classes.join(", ")} (${task.target})`];
    case "multi-label":
      return ["labels", `${task.labels.join(", ")} (a row has any number of them)`];
    case "regression":
      return ["predicts", task.targets.join(", ")];
  }
}

function describe(path: string, model: Model): string {
  const { network, task, columns, scaling, image, split, training, parametersHash } = model;
  const names = columns.length > 8 ? `${columns.slice(0, 8).join(", ")}, ... (${columns.length})` : columns.join(", ");
  const lines: [string, string][] = [
    ["model", path],
    ["network", describeNetwork(model).replace("network ", "")],
    ["tensors", network.layout.tensors.map(({ name, shape }) => `${name} ${shape.join("x")}`).join(", ")],
    ["inputs", image === undefined ? names : `images of ${image.height}x${image.width} pixels, 0 to ${image.maximum}`],
    ["scaling", scaling.kind === "factor" ? `every input divided by ${scaling.factor}` : scaling.kind],
    goalOf(task),
    [
      "split",
      split === undefined
        ? "none"
        : `${plural(split.rows, "row")}, test ${split.test}, validation ${split.validation}, seed ${split.seed}; data ${split.fingerprint.slice(0, 12)}`,
    ],
    ...(training === undefined ? [] : ([["trained", describeTraining(training)]] as [string, string][])),
    ["parameters", `${count(network.layout.trained)}, SHA-256 ${parametersHash}`],
  ];
  return lines.map(([name, value]) => `${name.padEnd(11)}${value}`).join("\n");
}
