import type { Delimiter } from "chainrule/tables";
import type { TableState } from "./table-state.js";

const DELIMITERS: readonly (readonly [Delimiter, string])[] = [
  [",", "comma"],
  [";", "semicolon"],
  ["\t", "tab"],
  ["|", "bar"],
];
/** Of the rows, that can be held back. */
const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5];

interface Props {
  readonly state: TableState;
}

/** How the file is written: as it was found, or as the reader knows better. */
export function ReadingSettings({ state: { reading, written, read } }: Props) {
  const found = written.value;
  const { delimiter = found?.dialect?.delimiter ?? ",", mark = found?.dialect?.mark ?? "." } = reading.value;
  if (found !== undefined && found.dialect === undefined) return <p class="counts">JSON lines, {found.encoding}</p>;
  return (
    <div class="wizard-settings">
      <label>
        Delimiter{" "}
        <select
          value={delimiter}
          onChange={({ currentTarget }) =>
            void read({ delimiter: DELIMITERS[currentTarget.selectedIndex]![0], header: undefined, mark: undefined })
          }
        >
          {DELIMITERS.map(([sign, title]) => (
            <option key={sign} value={sign}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        Decimals{" "}
        <select value={mark} onChange={({ currentTarget }) => void read({ mark: currentTarget.selectedIndex === 0 ? "." : "," })}>
          <option value=".">1.5</option>
          <option value=",">1,5</option>
        </select>
      </label>
      {found !== undefined && (
        <>
          <label>
            <input
              type="checkbox"
              checked={found.dialect!.header}
              onChange={({ currentTarget }) => void read({ header: currentTarget.checked })}
            />{" "}
            Line 1 names the columns
          </label>
          <span class="quiet">{found.encoding}</span>
        </>
      )}
    </div>
  );
}

/** What is learned, and which rows are held back. */
export function LearningSettings({ state: { learning, written, learn } }: Props) {
  const { target, task, test, validation, group, time } = learning.value!;
  const { columns } = written.value!;
  return (
    <div class="wizard-settings">
      <label>
        Learn{" "}
        <select
          name="target"
          value={target}
          onChange={({ currentTarget }) => void learn({ target: columns[currentTarget.selectedIndex]! })}
        >
          {columns.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        as{" "}
        <select
          name="task"
          value={task ?? ""}
          onChange={({ currentTarget }) =>
            void learn({ task: ([undefined, "classification", "regression"] as const)[currentTarget.selectedIndex] })
          }
        >
          <option value="">its values say</option>
          <option value="classification">classes</option>
          <option value="regression">numbers</option>
        </select>
      </label>
      <Share label="Test" name="test" value={test} onShare={(share) => void learn({ test: share })} />
      <Share label="Validation" name="validation" value={validation} onShare={(share) => void learn({ validation: share })} />
      <Column
        label="Keep together rows of one"
        name="group"
        value={group}
        {...{ columns }}
        onColumn={(column) => void learn({ group: column })}
      />
      <Column
        label="The latest for the test, by"
        name="time"
        value={time}
        {...{ columns }}
        onColumn={(column) => void learn({ time: column })}
      />
    </div>
  );
}

function Share({
  label,
  name,
  value,
  onShare,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: number;
  readonly onShare: (share: number) => void;
}) {
  return (
    <label>
      {label}{" "}
      <select name={name} value={String(value)} onChange={({ currentTarget }) => onShare(SHARES[currentTarget.selectedIndex]!)}>
        {SHARES.map((share) => (
          <option key={share} value={String(share)}>
            {share === 0 ? "none" : `${Math.round(100 * share)} %`}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ColumnProps {
  readonly label: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly columns: readonly string[];
  readonly onColumn: (column: string | undefined) => void;
}

function Column({ label, name, value, columns, onColumn }: ColumnProps) {
  return (
    <label>
      {label}{" "}
      <select name={name} value={value ?? ""} onChange={({ currentTarget }) => onColumn(columns[currentTarget.selectedIndex - 1])}>
        <option value="">–</option>
        {columns.map((column) => (
          <option key={column} value={column}>
            {column}
          </option>
        ))}
      </select>
    </label>
  );
}
