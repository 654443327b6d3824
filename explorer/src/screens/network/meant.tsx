import { drawing, meant, meantValues, row, session, shown } from "../../state/session.js";

/** Which class a drawing is meant to be, or which numbers an input is meant to have: without them there is no cost. */
export function MeantChoice() {
  if (drawing.value === undefined) return null;
  const { target } = session.value!.dataset;
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
  const values = shown.value!.values!;
  return (
    <>
      {names.map((name, j) => (
        <label key={name} class="group">
          It should be {name}{" "}
          <input
            type="number"
            name="meant"
            step="any"
            value={Number(values[j]!.toPrecision(7))}
            onChange={({ currentTarget: { valueAsNumber } }) => {
              if (Number.isFinite(valueAsNumber)) meantValues.value = { row: row.value, values: values.with(j, valueAsNumber) };
            }}
          />
        </label>
      ))}
    </>
  );
}
