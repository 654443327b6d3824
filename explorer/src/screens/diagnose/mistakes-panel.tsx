import { useComputed, useSignal } from "@preact/signals";
import { session } from "../../state/session.js";
import { download, fileName } from "../../share/download.js";
import { Num } from "../../widgets/network-number.js";
import { ScrollBox } from "../../widgets/equation-scroll.js";
import { openRow } from "./go.js";
import { type List, listCsv, LISTS, listsOf } from "./mistakes-data.js";
import { RowPicture } from "./row-picture.js";
import { currentRows } from "./state.js";
import { counted } from "../../widgets/counted.js";

/** Rows that are shown until somebody asks for more. */
const FIRST = 10;
const TITLES: Readonly<Record<List, string>> = {
  cost: "By cost",
  confident: "Confident and wrong",
  suspicious: "Suspicious labels",
  conflicting: "Same inputs, other class",
};

/** Rows that are worth a look: wrong, surely wrong, or with a label that may be. */
export function MistakesPanel() {
  const wanted = useSignal<List>("cost");
  const most = useSignal(FIRST);
  const lists = useComputed(() => {
    const found = currentRows.value;
    if (found?.answers.kind !== "answer") return undefined;
    const verdicts = found.diagnosis.kind === "answer" ? found.diagnosis.value.verdicts : [];
    return listsOf(found.answers.value, verdicts, found.session.model.task);
  }).value;
  if (lists === undefined) return <p class="dg-quiet">{currentRows.value === undefined ? "" : "The network gives no answers to list."}</p>;
  const [first] = lists.keys();
  if (first === undefined) return <p>Every row of the data is predicted right.</p>;
  const list = lists.has(wanted.value) ? wanted.value : first;
  const rows = lists.get(list)!;
  const ofValues = session.value!.model.task.kind === "regression";
  const hasParts = rows.some(({ part }) => part !== "");
  const hasSure = rows.some(({ sure }) => !Number.isNaN(sure));
  const hasFlags = rows.some(({ flags }) => flags.length > 0);
  return (
    <>
      <p class="dg-tools" role="group" aria-label="List">
        {LISTS.filter((name) => lists.has(name)).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={list === name}
            onClick={() => {
              wanted.value = name;
              most.value = FIRST;
            }}
          >
            {TITLES[name]} ({lists.get(name)!.length.toLocaleString("en-US")})
          </button>
        ))}
      </p>
      <ScrollBox label={TITLES[list]}>
        <table class="dg-mistakes" data-list={list}>
          <thead>
            <tr>
              <th scope="col">row</th>
              {hasParts && <th scope="col">part</th>}
              <th scope="col">true</th>
              <th scope="col">{list === "suspicious" ? "looks like" : "predicted"}</th>
              <th scope="col">cost</th>
              {list === "suspicious" ? <th scope="col">surer by</th> : hasSure && <th scope="col">sure</th>}
              {hasFlags && <th scope="col">marks</th>}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, most.value).map(({ row, part, given, predicted, cost, sure, surer, flags }) => (
              <tr key={row} data-row={row}>
                <th scope="row">
                  <button type="button" class="dg-link" aria-label={`${row}, open on the Equation screen`} onClick={() => openRow(row)}>
                    <RowPicture row={row} /> <span>{row}</span>
                  </button>
                </th>
                {hasParts && <td>{part}</td>}
                <td>{ofValues && typeof given === "number" ? <Num of={given} what="given" /> : String(given)}</td>
                <td>{ofValues && typeof predicted === "number" ? <Num of={predicted} what="predicted" /> : String(predicted)}</td>
                <td>
                  <Num of={cost} what="cost" />
                </td>
                {(hasSure || list === "suspicious") && (
                  <td>
                    <Num of={list === "suspicious" ? surer : Number.isNaN(sure) ? undefined : sure} what="sure" digits={3} />
                  </td>
                )}
                {hasFlags && <td class="dg-flags">{flags.join("; ")}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <p class="dg-tools">
        {rows.length > most.value && (
          <button type="button" onClick={() => (most.value += 9 * FIRST)}>
            Show more of {counted(rows.length, "row")}
          </button>
        )}
        <button type="button" onClick={() => download(fileName(session.value!.title, `-${list}.csv`), listCsv(rows), "text/csv")}>
          Save as CSV
        </button>
      </p>
    </>
  );
}
