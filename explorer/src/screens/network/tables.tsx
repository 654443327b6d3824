import { useSignal } from "@preact/signals";
import { passes, selection, session } from "../../state/session.js";
import { Num } from "../../widgets/network-number.js";
import { unitName } from "./names.js";

/** Rows of a table that stand there at once: all numbers of them follow while a network trains. */
const PAGE = 100;

/** Everything that the picture shows, in text: one table a layer. */
export function Tables() {
  const { sizes } = session.value!.model.network.layout;
  return (
    <section aria-labelledby="tables-title">
      <h3 id="tables-title">All numbers, layer by layer</h3>
      {sizes.slice(1).map((_, at) => (
        <LayerTable key={at} layer={at + 1} />
      ))}
    </section>
  );
}

/** Its rows are made when it is opened, so that a closed one costs nothing while somebody draws. */
function LayerTable({ layer }: { readonly layer: number }) {
  const isOpen = useSignal(false);
  const { layout, description } = session.value!.model.network;
  const title = layer === 1 ? "input" : `${layer === layout.depth ? "output" : "hidden"}, ${description.layers[layer - 2]!.activation}`;
  return (
    <details data-layer={layer} onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>
        Layer {layer}, {title}: {layout.sizes[layer]} {layout.sizes[layer] === 1 ? "unit" : "units"}
      </summary>
      {isOpen.value && <Pages layer={layer} />}
    </details>
  );
}

/** The rows in parts, where they are many. */
function Pages({ layer }: { readonly layer: number }) {
  const at = useSignal(0);
  const size = session.value!.model.network.layout.sizes[layer]!;
  const first = at.value < size ? at.value : 0;
  const end = Math.min(first + PAGE, size);
  return (
    <>
      {size > PAGE && (
        <div class="group" role="group" aria-label={`Units of layer ${layer} that are listed`}>
          <button type="button" class="icon" aria-label="The units before" disabled={first === 0} onClick={() => (at.value = first - PAGE)}>
            ‹
          </button>
          <button type="button" class="icon" aria-label="The next units" disabled={end === size} onClick={() => (at.value = end)}>
            ›
          </button>
          <span role="status">
            {first} to {end - 1} of {size} units
          </span>
        </div>
      )}
      <Rows layer={layer} first={first} end={end} />
    </>
  );
}

function Rows({ layer, first, end }: { readonly layer: number; readonly first: number; readonly end: number }) {
  const { model } = session.value!;
  const { forward, backward } = passes.value!;
  const select = (name: string): void => void (selection.value = name);
  return (
    <div class="scroll" role="region" aria-label={`Units of layer ${layer}`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">unit</th>
            {["z", "a", "dCost/da", "dCost/dz"].map((letter) => (
              <th key={letter} scope="col">
                {letter}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: end - first }, (_, at) => {
            const unit = first + at;
            const name = `a${layer}[${unit}]`;
            return (
              <tr key={unit} data-unit={name} aria-current={selection.value === name ? "true" : undefined}>
                <th scope="row">
                  <button type="button" class="name" aria-label={`Select ${name}`} onClick={() => select(name)}>
                    {name}
                  </button>{" "}
                  {unitName(model, layer, unit)}
                </th>
                <td>
                  <Num of={forward.z[layer]![unit]} what="z" />
                </td>
                <td>
                  <Num of={forward.a[layer]![unit]} what="a" />
                </td>
                <td>
                  <Num of={backward.dCost_da[layer]![unit]} what="dCost/da" />
                </td>
                <td>
                  <Num of={backward.dCost_dz[layer]![unit]} what="dCost/dz" />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
