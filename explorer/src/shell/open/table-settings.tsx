import type { Signal } from "@preact/signals";
import type { Reading, Summary } from "./table-reader.js";
import type { Delimiter } from "./table-text.js";

const DELIMITERS: readonly (readonly [Delimiter, string])[] = [
  [",", "comma"],
  [";", "semicolon"],
  ["\t", "tab"],
  ["|", "bar"],
];
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5];

interface Props {
  readonly delimiter: Delimiter;
  /** Undefined where it cannot be read so. */
  readonly summary: Summary | undefined;
  readonly label: number;
  /** Of the rows, kept for the test; undefined where a model comes with them. */
  readonly share: Signal<number> | undefined;
  readonly onRead: (changes: Reading) => void;
  readonly onLabel: (column: number) => void;
}

/** How the lines are to be taken apart, and which column is learned. */
export function TableSettings({ delimiter, summary, label, share, onRead, onLabel }: Props) {
  return (
    <div class="wizard-settings">
      <label>
        Delimiter{" "}
        <select
          value={delimiter}
          onChange={({ currentTarget }) => onRead({ delimiter: DELIMITERS[currentTarget.selectedIndex]![0], hasHeader: undefined })}
        >
          {DELIMITERS.map(([sign, title]) => (
            <option key={sign} value={sign}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {summary !== undefined && (
        <>
          <label>
            <input
              type="checkbox"
              checked={summary.hasHeader}
              onChange={({ currentTarget }) => onRead({ hasHeader: currentTarget.checked })}
            />{" "}
            Line 1 names the columns
          </label>
          <label>
            Class of a row: column{" "}
            <select name="label" value={String(label)} onChange={({ currentTarget }) => onLabel(currentTarget.selectedIndex)}>
              {summary.header.map((title, at) => (
                <option key={at} value={String(at)}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          {share !== undefined && (
            <label>
              Kept for the test{" "}
              <select
                name="share"
                value={String(share.value)}
                onChange={({ currentTarget }) => (share.value = SHARES[currentTarget.selectedIndex]!)}
              >
                {SHARES.map((value) => (
                  <option key={value} value={String(value)}>
                    {Math.round(100 * value)} %
                  </option>
                ))}
              </select>
            </label>
          )}
        </>
      )}
    </div>
  );
}
