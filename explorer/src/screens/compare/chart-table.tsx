import { useSignal } from "@preact/signals";
import { thinList } from "../../state/kept-thin.js";
import { Num } from "../../widgets/network-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import type { Axis } from "./chosen.js";
import { type Curve, valueAt } from "./curves.js";
import { letterOf } from "./marks.js";

const PAGE = 25;
const MOST_ROWS = 200;

/** The chart in numbers; long curves evenly thinned. */
export function ChartTable({ curves, axis, title }: { readonly curves: readonly Curve[]; readonly axis: Axis; readonly title: string }) {
  const isOpen = useSignal(false);
  return (
    <details open={isOpen.value} onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>As a table</summary>
      {isOpen.value && <Rows curves={curves} axis={axis} title={title} />}
    </details>
  );
}

function Rows({ curves, axis, title }: { readonly curves: readonly Curve[]; readonly axis: Axis; readonly title: string }) {
  const page = useSignal(0);
  const all = thinList(
    [...new Set(curves.flatMap(({ x }) => x))].sort((left, right) => left - right),
    MOST_ROWS,
  );
  const pages = Math.ceil(all.length / PAGE);
  const at = Math.min(page.value, pages - 1);
  return (
    <>
      <ScrollBox label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{axis}</th>
              {curves.map(({ id, place, name }) => (
                <th key={id} scope="col" title={name}>
                  {letterOf(place)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.slice(at * PAGE, (at + 1) * PAGE).map((x) => (
              <tr key={x}>
                <th scope="row">
                  <Num of={x} />
                </th>
                {curves.map((curve) => (
                  <td key={curve.id}>
                    <Num of={x > curve.x.at(-1)! ? undefined : valueAt(curve, x)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {pages > 1 && (
        <p class="cp-tools">
          <button type="button" disabled={at === 0} onClick={() => (page.value = at - 1)}>
            Rows before
          </button>
          <span>
            page {at + 1} of {pages}
          </span>
          <button type="button" disabled={at === pages - 1} onClick={() => (page.value = at + 1)}>
            Further rows
          </button>
        </p>
      )}
    </>
  );
}
