import { type ReadonlySignal, useSignal } from "@preact/signals";
import { Num } from "../../widgets/network-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { type Column, type Heat, QUANTITIES, type Quantity } from "./heat-data.js";
import { NAMES } from "./heat-map.js";

/** Moments of the table: the first, the last, and some between. */
const MOMENTS = 10;

/** The picture in numbers: one quantity by layer, at some moments. */
export function HeatTable({ heat }: { readonly heat: ReadonlySignal<Heat> }) {
  const isOpen = useSignal(false);
  const quantity = useSignal<Quantity>("gradient");
  return (
    <details open={isOpen.value} onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>The same in numbers</summary>
      {isOpen.value && (
        <>
          <label>
            Quantity{" "}
            <select name="heat" value={quantity.value} onChange={({ currentTarget }) => (quantity.value = currentTarget.value as Quantity)}>
              {QUANTITIES.map((name) => (
                <option key={name} value={name}>
                  {NAMES[name]}
                </option>
              ))}
            </select>
          </label>
          <ScrollBox label="Root mean squares by layer">
            <Moments heat={heat.value} quantity={quantity.value} />
          </ScrollBox>
        </>
      )}
    </details>
  );
}

function Moments({ heat: { layers, columns }, quantity }: { readonly heat: Heat; readonly quantity: Quantity }) {
  const moments = someOf(columns);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">layer</th>
          {moments.map(({ from, to }) => (
            <th key={to} scope="col">
              {columns.length === 1 ? "now" : from === to ? `step ${to}` : `to ${to}`}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {layers.map((layer, row) => (
          <tr key={layer} data-layer={layer}>
            <th scope="row">{layer}</th>
            {moments.map(({ to, values }) => (
              <td key={to}>
                <Num of={Number.isNaN(values[quantity][row]) ? undefined : values[quantity][row]} what={quantity} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function someOf(columns: readonly Column[]): readonly Column[] {
  if (columns.length <= MOMENTS) return columns;
  return Array.from({ length: MOMENTS }, (_, at) => columns[Math.round((at * (columns.length - 1)) / (MOMENTS - 1))]!);
}
