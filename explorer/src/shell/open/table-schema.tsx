import { useSignal } from "@preact/signals";
import { COLUMN_TYPES, type ColumnSchema } from "chainrule";
import { numberText } from "chainrule/explain";
import type { ColumnChoice, TableState } from "./table-state.js";
import { Heads } from "../../widgets/heads.js";

/** Columns that are listed at first, and so many more each time: a hundred of them at once would hold the page up. */
const LISTED = 24;
const CHOICES: readonly ColumnChoice[] = ["auto", ...COLUMN_TYPES, "left out"];
/** Different values that the library tells apart. */
const MOST_DISTINCT = 10_000;

/** Every column: what is in it, what it is taken as, and why it is left out. */
export function TableSchema({ state }: { readonly state: TableState }) {
  const { learning, written, known, choose } = state;
  const count = useSignal(LISTED);
  const { columns } = written.value!;
  const { target, types, ignore } = learning.value!;
  const found = new Map(known.value?.schema.map((column) => [column.name, column]));
  const listed = columns.slice(0, count.value);
  return (
    <>
      <div class="schema" role="region" aria-label="Columns" tabIndex={0}>
        <table>
          <Heads titles={["column", "taken as", "missing", "different", "range", "for example", "remark"]} />
          <tbody>
            {listed.map((name) => (
              <Row
                key={name}
                name={name}
                isTarget={name === target}
                schema={found.get(name)}
                isWrong={state.column.value === name}
                choice={ignore.includes(name) ? "left out" : (types[name] ?? "auto")}
                onChoice={(choice) => void choose(name, choice)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {listed.length < columns.length && (
        <button type="button" onClick={() => (count.value += LISTED)}>
          More columns: {listed.length} of {columns.length.toLocaleString("en-US")} are shown
        </button>
      )}
    </>
  );
}

interface RowProps {
  readonly name: string;
  readonly isTarget: boolean;
  readonly schema: ColumnSchema | undefined;
  /** Whether the problem is about this column. */
  readonly isWrong: boolean;
  readonly choice: ColumnChoice;
  readonly onChoice: (choice: ColumnChoice) => void;
}

function Row({ name, isTarget, schema, isWrong, choice, onChoice }: RowProps) {
  const isOut = !isTarget && schema !== undefined && schema.type === undefined;
  const taken = schema === undefined || choice !== "auto" ? "" : `: ${schema.type ?? "left out"}`;
  return (
    <tr class={isWrong ? "wrong" : isOut ? "out" : undefined} data-column={name}>
      <th scope="row">{name}</th>
      <td>
        {isTarget ? (
          <b>what is learned</b>
        ) : (
          <select
            aria-label={`${name} taken as`}
            value={choice}
            onChange={({ currentTarget }) => onChoice(CHOICES[currentTarget.selectedIndex]!)}
          >
            {CHOICES.map((each) => (
              <option key={each} value={each}>
                {each === "auto" ? `by its cells${taken}` : each}
              </option>
            ))}
          </select>
        )}
      </td>
      <td>{!isTarget && schema?.missing.toLocaleString("en-US")}</td>
      <td>{schema !== undefined && !isTarget && distinctText(schema.distinct)}</td>
      <td>{!isTarget && schema?.range?.map((end) => numberText(end)).join(" to ")}</td>
      <td>{!isTarget && schema?.example}</td>
      <td>{isWrong ? "see above" : !isTarget && (schema?.note ?? "")}</td>
    </tr>
  );
}

function distinctText(distinct: number): string {
  return distinct > MOST_DISTINCT ? `over ${MOST_DISTINCT.toLocaleString("en-US")}` : distinct.toLocaleString("en-US");
}
