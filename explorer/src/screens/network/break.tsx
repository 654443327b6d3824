import { useSignal } from "@preact/signals";
import { selection, session } from "../../state/session.js";
import { addNoiseToAll, setParameters } from "./edits.js";
import { handedName } from "./names.js";
import { selected } from "./view.js";

/** Damage on purpose, to see what the network can do without; each is one change that can be undone. */
export function BreakPanel() {
  const share = useSignal(0.3);
  const seed = useSignal(1);
  const { network } = session.value!.model;
  const unit = silenced();
  const below = unit === undefined ? undefined : handedName(network, unit.layer, unit.unit);
  return (
    <>
      <h3>Break it</h3>
      <div class="group">
        <button
          type="button"
          disabled={unit === undefined}
          title="The weights that lead from it become 0"
          onClick={() => unit !== undefined && silence(unit.layer, unit.unit)}
        >
          Silence <span class="name">{below ?? selection.value}</span>
        </button>
        <button type="button" title="All biases become 0" onClick={() => setParameters(withoutBiases)}>
          No biases
        </button>
      </div>
      <div class="group">
        <button
          type="button"
          title="To all weights; each time another, always in the same order"
          onClick={() => {
            addNoiseToAll({ share: share.value, seed: seed.value });
            seed.value += 1;
          }}
        >
          Add noise
        </button>
        <label>
          of{" "}
          <select
            value={String(share.value)}
            onChange={({ currentTarget }) => (share.value = Number(currentTarget.value))}
            aria-label="Noise, as a share of the weights' size"
          >
            {[0.1, 0.3, 1].map((value) => (
              <option key={value} value={String(value)}>
                {100 * value} %
              </option>
            ))}
          </select>
        </label>
      </div>
    </>
  );
}

/** The unit of the selection, or the one that a selected weight leads from; undefined of the output, from which nothing leads on. */
function silenced(): { readonly layer: number; readonly unit: number } | undefined {
  const target = selected.value;
  if (target === undefined) return undefined;
  const unit = target.kind === "edge" ? { layer: target.layer - 1, unit: target.from } : target;
  return unit.layer < session.value!.model.network.layout.depth ? unit : undefined;
}

/** w_jk^(l+1) = 0 for all j */
function silence(layer: number, unit: number): void {
  const { offset, rows, columns } = session.value!.model.network.layout.layers[layer + 1]!.w;
  setParameters((parameters) => {
    for (let j = 0; j < rows; j++) parameters[offset + j * columns + unit] = 0;
  });
}

function withoutBiases(parameters: Float32Array): void {
  for (const { kind, offset, rows, columns } of session.value!.model.network.layout.tensors) {
    if (kind === "bias") parameters.fill(0, offset, offset + rows * columns);
  }
}
