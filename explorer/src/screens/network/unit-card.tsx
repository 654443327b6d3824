import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { passes, session, shown } from "../../state/session.js";
import { Num } from "../../widgets/network-number.js";
import { handedName, unitName } from "./names.js";
import type * as words from "./unit-state.js";
import { weightedSum } from "./unit-terms.js";
import { WeightTile } from "./weight-tile.js";

/** z taken apart, a, what the cost says to both, and whether the unit still listens. */
export function UnitCard({ layer, unit }: { readonly layer: number; readonly unit: number }) {
  const { model } = session.value!;
  const { forward, backward } = passes.value!;
  const { depth, sizes } = model.network.layout;
  const name = unitName(model, layer, unit);
  // Of a layer that is normalised z is not what the activation is given, and with a connection a is not what is handed on.
  const own = model.network.description.layers[layer - 2];
  const numbers = [
    { letter: "z", value: forward.z[layer]![unit] },
    { letter: "u", value: own?.normalisation === undefined ? undefined : forward.u[layer]![unit] },
    { letter: "a", value: forward.a[layer]![unit] },
    { letter: "h", value: own?.skip === undefined ? undefined : forward.h[layer]![unit] },
    { letter: "dCost/da", value: backward.dCost_da[layer]![unit] },
    { letter: "dCost/dz", value: backward.dCost_dz[layer]![unit] },
  ];
  const raw = layer === 1 && sizes[1] === model.columns.length ? shown.value!.inputs[unit] : undefined;
  return (
    <>
      <div>
        <h3>
          <span class="name">{`a${layer}[${unit}]`}</span> {layer === 1 ? "input" : layer === depth ? "output" : "hidden unit"}
          {name === undefined ? "" : ` ${name}`}
        </h3>
        <dl>
          {raw !== undefined && <Row letter="in the data" value={raw} />}
          {numbers.map(({ letter, value }) => value !== undefined && <Row key={letter} letter={letter} value={value} />)}
        </dl>
        {layer > 1 && <UnitState layer={layer} unit={unit} />}
      </div>
      {layer > 1 && <Sum layer={layer} unit={unit} />}
      {layer === 2 && model.image !== undefined && sizes[1] === model.image.width * model.image.height && <WeightTile unit={unit} />}
    </>
  );
}

const state = signal<typeof words | undefined>(undefined);

function UnitState({ layer, unit }: { readonly layer: number; readonly unit: number }) {
  useEffect(() => {
    if (state.value === undefined) void import("./unit-state.js").then((loaded) => (state.value = loaded));
  }, []);
  return <p>{state.value?.stateOf(session.value!.model, shown.value!.example, layer, unit)}</p>;
}

function Row({ letter, value }: { readonly letter: string; readonly value: number }) {
  return (
    <div>
      <dt>{letter}</dt>
      <dd>
        <Num of={value} what={letter} />
      </dd>
    </div>
  );
}

/** The largest terms of z, the rest of them in one row, and the bias: they add up to z. */
function Sum({ layer, unit }: { readonly layer: number; readonly unit: number }) {
  const { network } = session.value!.model;
  const { terms, rest, bias, z } = weightedSum(network, passes.value!, layer, unit);
  return (
    <table class="terms">
      <caption>
        <span class="name">{`z${layer}[${unit}]`}</span> = sum of <span class="name">{`w·${handedName(network, layer - 1, 0)[0]!}`}</span> +
        b
      </caption>
      <tbody>
        {terms.map(({ from, w, below, product }) => (
          <tr key={from}>
            <th scope="row" class="name">{`w${layer}[${unit},${from}]·${handedName(network, layer - 1, from)}`}</th>
            <td class="wide">
              <Num of={w} digits={3} /> · <Num of={below} digits={3} />
            </td>
            <td>
              <Num of={product} what="term" />
            </td>
          </tr>
        ))}
        {rest.count > 0 && (
          <tr>
            <th scope="row">{`the other ${rest.count}`}</th>
            <td class="wide" />
            <td>
              <Num of={rest.sum} what="term" />
            </td>
          </tr>
        )}
        <tr>
          <th scope="row" class="name">{`b${layer}[${unit}]`}</th>
          <td class="wide" />
          <td>
            <Num of={bias} what="term" />
          </td>
        </tr>
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" class="name">{`z${layer}[${unit}]`}</th>
          <td class="wide" />
          <td>
            <Num of={z} what="sum" />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
