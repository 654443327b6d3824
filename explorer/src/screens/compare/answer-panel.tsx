import { useSignal } from "@preact/signals";
import { numberText } from "chainrule/explain";
import { useEffect } from "preact/hooks";
import { screen } from "../../state/address.js";
import { openKept } from "../../state/kept-open.js";
import { answerDiff } from "./answer-diff.js";
import { said } from "./chosen.js";
import type { AnswerDiff } from "./compare-answers.js";
import { letterOf } from "./marks.js";
import type { Pair, Side } from "./pair.js";
import { RowTile } from "./row-tile.js";
import { counted } from "../../widgets/counted.js";

/** Rows that are shown until somebody asks for more. */
const FIRST = 24;

/** Rows that one network gets right and the other one wrong. */
export function AnswerPanel({ pair }: { readonly pair: Pair }) {
  const found = useSignal<AnswerDiff | string | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    found.value = undefined;
    answerDiff(pair).then(
      (diff) => isCurrent && (found.value = diff),
      (error: unknown) => isCurrent && (found.value = error instanceof Error ? error.message : String(error)),
    );
    return () => (isCurrent = false);
  }, [pair]);
  const { first, second } = pair;
  const diff = found.value;
  if (diff === undefined) return <p class="cp-quiet">Asking both networks about every row.</p>;
  if (typeof diff === "string") return <p>{diff}</p>;
  return (
    <>
      <p>
        Of {counted(diff.dataset.rowCount, "row")}, those of the training among them,{" "}
        {diff.dataset.target.kind === "classes"
          ? `both networks are right on ${diff.both.toLocaleString("en-US")} and both wrong on ${diff.neither.toLocaleString("en-US")}`
          : `${letterOf(first.place)} is nearer on ${diff.onlyFirst.length.toLocaleString("en-US")}, ${letterOf(second.place)} on ${diff.onlySecond.length.toLocaleString("en-US")}; where they differ most comes first`}
        . A row opens on the Equation screen with the network that is {diff.dataset.target.kind === "classes" ? "wrong" : "further off"}.
      </p>
      <Gallery diff={diff} rows={diff.onlyFirst} right={first} wrong={second} answers={diff.second} />
      <Gallery diff={diff} rows={diff.onlySecond} right={second} wrong={first} answers={diff.first} />
    </>
  );
}

interface GalleryProps {
  readonly diff: AnswerDiff;
  readonly rows: readonly number[];
  readonly right: Side;
  readonly wrong: Side;
  /** Of the network that is wrong. */
  readonly answers: AnswerDiff["first"];
}

function Gallery({ diff, rows, right, wrong, answers }: GalleryProps) {
  const most = useSignal(FIRST);
  const { task } = wrong.model;
  const ofValues = task.kind === "regression";
  const said = (of: AnswerDiff["first"]["given"], row: number): string =>
    task.kind === "classification" ? String(task.classes[of[row]!]) : numberText(of[row * task.targets.length]!);
  return (
    <section class="cp-gallery" data-right={letterOf(right.place)}>
      <h5>
        {ofValues
          ? `${letterOf(right.place)} nearer than ${letterOf(wrong.place)}`
          : `${letterOf(right.place)} right, ${letterOf(wrong.place)} wrong`}
        : {counted(rows.length, "row")}
      </h5>
      <ul>
        {rows.slice(0, most.value).map((row) => (
          <li key={row}>
            <button type="button" data-row={row} onClick={() => void openRow(wrong, row)}>
              <RowTile dataset={diff.dataset} row={row} />
              <span>
                <b>row {row}</b> true {said(answers.given, row)}, {letterOf(wrong.place)} says {said(answers.predicted, row)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {rows.length > most.value && (
        <button type="button" onClick={() => (most.value += 4 * FIRST)}>
          Show more
        </button>
      )}
    </section>
  );
}

async function openRow({ run }: Side, row: number): Promise<void> {
  try {
    await openKept(run, row);
    screen.value = "equation";
  } catch (error) {
    said.value = error instanceof Error ? error.message : String(error);
  }
}
