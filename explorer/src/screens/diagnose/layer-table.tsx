import type { Diagnosis } from "chainrule/diagnose";
import { Num } from "../../widgets/network-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { Heads } from "../../widgets/heads.js";

/** What was measured of each layer, as the terminal prints it. */
export function LayerTable({ layers, of }: Pick<Diagnosis, "layers"> & { readonly of: string }) {
  if (layers.length === 0) return null;
  return (
    <ScrollBox label="Layers">
      <table class="dg-layers">
        <caption>By the diagnosis of {of}</caption>
        <Heads titles={["layer", "activation", "n", "dCost/dw", "dCost/da", "w", "step/w", "dead", "saturated", "constant"]} />
        <tbody>
          {layers.map(({ layer, activation, units, dCost_dw, dCost_da, weight, updateRatio, dead, saturated, constant }) => (
            <tr key={layer} data-layer={layer}>
              <th scope="row">{layer}</th>
              <td>{activation}</td>
              <td>{units}</td>
              {Object.entries({ dCost_dw, dCost_da, weight, updateRatio, dead, saturated, constant }).map(([name, value]) => (
                <td key={name}>
                  <Num of={value ?? undefined} what={name} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
