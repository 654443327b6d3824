import { passes, session } from "../../state/session.js";
import { Num } from "../../widgets/network-number.js";
import { handedName } from "./names.js";
import { weightsOf } from "./quantities.js";

/** A weight, what it carries forward, and what the cost says to it. */
export function EdgeCard({ layer, to, from }: { readonly layer: number; readonly to: number; readonly from: number }) {
  const { network } = session.value!.model;
  const { forward, backward } = passes.value!;
  const jk = to * network.layout.sizes[layer - 1]! + from;
  const w = weightsOf(network, layer)[jk]!;
  const below = forward.h[layer - 1]![from]!;
  const derivative = backward.dCost_dw[layer]![jk]!;
  const handed = handedName(network, layer - 1, from);
  const rows = [
    { letter: "w", value: w },
    { letter: handed, value: below },
    { letter: `w·${handed[0]!}`, value: w * below },
    { letter: `dCost/dz${layer}[${to}]`, value: backward.dCost_dz[layer]![to]! },
    { letter: "dCost/dw", value: derivative },
  ];
  return (
    <div>
      <h3>
        <span class="name">{`w${layer}[${to},${from}]`}</span> weight from <span class="name">{handed}</span> to{" "}
        <span class="name">{`z${layer}[${to}]`}</span>
      </h3>
      <dl>
        {rows.map(({ letter, value }) => (
          <div key={letter}>
            <dt>{letter}</dt>
            <dd>
              <Num of={value} what={letter} />
            </dd>
          </div>
        ))}
      </dl>
      <p>{direction(derivative)}</p>
    </div>
  );
}

function direction(derivative: number): string {
  if (derivative === 0) return "The cost of this example does not depend on it.";
  return `A larger weight makes the cost of this example ${derivative > 0 ? "larger" : "smaller"}: training moves it ${derivative > 0 ? "down" : "up"}.`;
}
