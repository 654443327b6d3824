import { type ReadonlySignal, useSignal } from "@preact/signals";
import { numberText } from "chainrule/explain";
import type { Line } from "./chart-data.js";

const PAGE = 25;
const COLUMNS: readonly { readonly key: Exclude<keyof Line, "step">; readonly title: string }[] = [
  { key: "mean", title: "cost" },
  { key: "least", title: "lowest" },
  { key: "most", title: "highest" },
  { key: "score", title: "" },
  { key: "validationCost", title: "validation cost" },
  { key: "validationScore", title: "validation " },
];

/** What the charts show, in numbers, 25 lines a page. */
export function ChartTable({ lines, score }: { readonly lines: ReadonlySignal<readonly Line[]>; readonly score: string }) {
  const page = useSignal(0);
  const all = lines.value;
  const pages = Math.max(1, Math.ceil(all.length / PAGE));
  const now = Math.min(page.value, pages - 1);
  return (
    <div class="tr-table">
      <p class="tr-tools">
        <button type="button" disabled={now === 0} onClick={() => (page.value = now - 1)}>
          Earlier
        </button>
        <span>
          page {now + 1} of {pages}
        </span>
        <button type="button" disabled={now === pages - 1} onClick={() => (page.value = now + 1)}>
          Later
        </button>
      </p>
      <div class="tr-scroll" tabIndex={0} role="group" aria-label={`Cost and ${score} by step`}>
        <table>
          <thead>
            <tr>
              <th scope="col">step</th>
              {COLUMNS.map(({ key, title }) => (
                <th key={key} scope="col">
                  {key.endsWith("core") ? `${title}${score}` : title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.slice(now * PAGE, (now + 1) * PAGE).map((line) => (
              <tr key={line.step}>
                <th scope="row">{line.step.toLocaleString("en-US")}</th>
                {COLUMNS.map(({ key }) => (
                  <td key={key} class="number" data-value={line[key] ?? undefined}>
                    {line[key] === null ? "" : numberText(line[key])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
