import { batch } from "@preact/signals";
import { drawing, meant, meantValues, row, session, shown } from "../../state/session.js";

/** Which class a drawing is meant to be, or which numbers an input is meant to have: without them there is no cost. */
export function MeantChoice() {
  const { dataset, model } = session.value!;
  const { target } = dataset;
  // Numbers of a plain row can be changed alone, such as those of a textbook.
  if (drawing.value === undefined && (target.kind === "classes" || model.preparation !== undefined)) return null;
  if (target.kind === "values") return <MeantValues names={target.names} />;
  return (
    <label class="group">
      It is meant as{" "}
      <select name="meant" value={String(meant.value)} onChange={({ currentTarget }) => (meant.value = Number(currentTarget.value))}>
        {target.classes.map((name, at) => (
          <option key={at} value={String(at)}>
            {String(name)}
          </option>
        ))}
      </select>
    </label>
  );
}

function MeantValues({ names }: { readonly names: readonly string[] }) {
  const { inputs, values } = shown.value!;
  const set = (j: number, value: number): void => {
    if (!Number.isFinite(value)) return;
    batch(() => {
      meantValues.value = { row: row.value, values: values!.with(j, value) };
      drawing.value ??= inputs;
    });
  };
  return (
    <ul class="meant">
      {names.map((name, j) => (
        <li key={name}>
          <label for={`meant-${j}`}>It should be {name}</label>
          <input
            id={`meant-${j}`}
            type="number"
            name="meant"
            step="any"
            value={Number(values![j]!.toPrecision(7))}
            onChange={({ currentTarget: { valueAsNumber } }) => set(j, valueAsNumber)}
          />
        </li>
      ))}
    </ul>
  );
}
