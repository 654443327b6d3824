import type { Label } from "chainrule";
import { numberText } from "chainrule/explain";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import type { Confusion } from "./confusion-data.js";
import { useRoving } from "./roving.js";
import { counted } from "../../widgets/counted.js";

export type Unit = "counts" | "row" | "column";

/** Steps of the shading. */
const SHADES = 6;

interface Props {
  readonly confusion: Confusion;
  readonly labels: readonly Label[];
  readonly unit: Unit;
  readonly chosen: readonly [given: number, predicted: number] | undefined;
  readonly onChoose: (given: number, predicted: number) => void;
}

/** Rows by true and predicted class: one stop of the keyboard, arrows move among the cells, Enter opens one. */
export function ConfusionTable({ confusion: { table, classes }, labels, unit, chosen, onChoose }: Props) {
  const { ref, onKeyDown, onFocusIn } = useRoving<HTMLTableSectionElement>();
  const columns = labels.map((_, c) => table.reduce((sum, row) => sum + row[c]!, 0));
  const mistakes = Math.max(1, ...table.flatMap((row, r) => row.filter((_, c) => c !== r)));
  const shareOf = (r: number, c: number): number => {
    const whole = unit === "column" ? columns[c]! : classes[r]!.support;
    return whole === 0 ? 0 : table[r]![c]! / whole;
  };
  const shade = (r: number, c: number): number => {
    const count = table[r]![c]!;
    const share = r === c ? shareOf(r, c) : count / mistakes;
    return count === 0 ? 0 : Math.max(1, Math.round(share * (SHADES - 1)));
  };
  return (
    <ScrollBox label="Confusion matrix">
      <table class="dg-confusion">
        <thead>
          <tr>
            <th scope="col">true ↓ predicted →</th>
            {labels.map((label, c) => (
              <th key={c} scope="col">
                {String(label)}
              </th>
            ))}
            <th scope="col">rows</th>
            <th scope="col">recall</th>
          </tr>
        </thead>
        <tbody ref={ref} onKeyDown={onKeyDown} onFocusIn={onFocusIn}>
          {table.map((row, r) => (
            <tr key={r}>
              <th scope="row">{String(labels[r])}</th>
              {row.map((count, c) => (
                <td key={c}>
                  <button
                    type="button"
                    class={`dg-cell ${r === c ? "right" : "wrong"} shade${shade(r, c)}`}
                    data-at={`${r},${c}`}
                    data-value={count}
                    tabIndex={r === 0 && c === 0 ? 0 : -1}
                    aria-pressed={chosen?.[0] === r && chosen[1] === c}
                    aria-label={`${cellText(count, shareOf(r, c), unit)}: true ${String(labels[r])}, predicted ${String(labels[c])}, ${counted(count, "row")}`}
                    onClick={() => onChoose(r, c)}
                  >
                    {cellText(count, shareOf(r, c), unit)}
                  </button>
                </td>
              ))}
              <td class="number" data-value={classes[r]!.support} data-what="support">
                {classes[r]!.support.toLocaleString("en-US")}
              </td>
              <td class="number" data-value={String(classes[r]!.recall)} data-what="recall">
                {classes[r]!.support === 0 ? "–" : percent(classes[r]!.recall)}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">rows</th>
            {columns.map((count, c) => (
              <td key={c} class="number" data-value={count} data-what="predicted">
                {count.toLocaleString("en-US")}
              </td>
            ))}
            <td />
            <td />
          </tr>
          <tr>
            <th scope="row">precision</th>
            {classes.map(({ precision }, c) => (
              <td key={c} class="number" data-value={String(precision)} data-what="precision">
                {columns[c] === 0 ? "–" : percent(precision)}
              </td>
            ))}
            <td />
            <td />
          </tr>
        </tfoot>
      </table>
    </ScrollBox>
  );
}

function cellText(count: number, share: number, unit: Unit): string {
  if (unit === "counts") return count.toLocaleString("en-US");
  return count === 0 ? "0" : percent(share);
}

function percent(share: number): string {
  return `${numberText(100 * share, 3)} %`;
}
