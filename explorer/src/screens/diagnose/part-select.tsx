import { type Part, PARTS } from "./confusion-data.js";

interface Props {
  /** Those that have rows. */
  readonly parts: readonly Part[];
  readonly part: Part;
  readonly onPart: (part: Part) => void;
}

/** Which rows are measured. */
export function PartSelect({ parts, part, onPart }: Props) {
  return (
    <label>
      Rows{" "}
      <select name="part" value={part} onChange={({ currentTarget }) => onPart(currentTarget.value as Part)}>
        {parts.map((name) => (
          <option key={name} value={name}>
            {PARTS[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
