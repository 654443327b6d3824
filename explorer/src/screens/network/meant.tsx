import { drawing, meant, session } from "../../state/session.js";

/** Which class a drawing is meant to be: without one there is no cost. */
export function MeantChoice() {
  if (drawing.value === undefined) return null;
  const { classes } = session.value!.dataset.target;
  return (
    <label class="group">
      It is meant as{" "}
      <select name="meant" value={String(meant.value)} onChange={({ currentTarget }) => (meant.value = Number(currentTarget.value))}>
        {classes.map((name, at) => (
          <option key={at} value={String(at)}>
            {String(name)}
          </option>
        ))}
      </select>
    </label>
  );
}
