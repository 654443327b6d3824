import { costKind } from "chainrule";
import { Value } from "../widgets/equation-number.js";
import { exercise } from "./state.js";

/** What the learner is given: numbers, and which functions the network has. */
export function Known() {
  const { givens, ground } = exercise.value!;
  const { layers, cost } = ground.network.description;
  const isOne = layers.every(({ activation }) => activation === layers[0]!.activation);
  return (
    <section aria-labelledby="known">
      <h3 id="known">What you know</h3>
      <p>
        σ is{" "}
        {isOne
          ? `${layers[0]!.activation} in every layer`
          : layers.map(({ activation }, at) => `${activation} in layer ${at + 2}`).join(", ")}
        ; the cost is {costKind(cost)}.
      </p>
      {givens.length > 0 && (
        <dl class="givens">
          {givens.map(({ name, value }) => (
            <div key={name}>
              <dt class="name">{name}</dt>
              <dd>
                <Value of={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
