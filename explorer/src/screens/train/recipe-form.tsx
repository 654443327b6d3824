import { createNetwork, type Dataset } from "chainrule";
import { session } from "../../state/session.js";
import { recipe, type RecipeOptions } from "../../state/recipe.js";
import { isOpen } from "../../state/run-data.js";
import { spelledOut } from "../../state/start.js";
import { outputsFor } from "../../state/task.js";
import { DATA_FIELDS, type Field, NETWORK_FIELDS, SHAPE_FIELDS, STOP_FIELDS, TRAINING_FIELDS, VALUE_FIELDS } from "./fields.js";
import { problems, textOf, type as typeText } from "./form-state.js";
import { StartLine } from "./start-line.js";
import { counted } from "../../widgets/counted.js";

/** What the next run is made from. */
export function RecipeForm() {
  const general = problems.value[""];
  const options = spelledOut(recipe.value.options);
  const isGiven = options !== recipe.value.options;
  return (
    <form class="tr-recipe" aria-labelledby="tr-recipe-title" onSubmit={(event) => event.preventDefault()}>
      <h3 id="tr-recipe-title">Recipe</h3>
      <DataLine />
      <StartLine />
      <Group title="Network" fields={isGiven ? SHAPE_FIELDS : NETWORK_FIELDS} options={options} locked={isGiven} />
      <p class="tr-summary" role="status">
        {summary(recipe.value.options)}
      </p>
      <Group title="Training" fields={TRAINING_FIELDS} options={options} />
      <Group title="Rows held back" fields={DATA_FIELDS} options={options} />
      <Group title="Ends after" fields={STOP_FIELDS} options={options} />
      {general !== undefined && (
        <p class="problem" role="status">
          {general}
        </p>
      )}
    </form>
  );
}

function DataLine() {
  const { dataset } = session.value!;
  const { target } = dataset;
  const learned = target.kind === "classes" ? `${target.classes.length} classes` : `numbers to learn: ${target.names.join(", ")}`;
  return (
    <p class="tr-data">
      <b>{recipe.value.data}</b>
      {isOpen(recipe.value) && `: ${counted(dataset.rowCount, "row")}, ${counted(dataset.columns.length, "input")}, ${learned}`}
      {isOpen(recipe.value) && ownParts(dataset)}
    </p>
  );
}

/** The rows that the data themselves hold back: shares are of what is left. */
function ownParts({ rowCount, testFrom, validationFrom }: Dataset): string {
  const end = testFrom ?? rowCount;
  const parts = [
    ...(validationFrom === undefined ? [] : [`${(end - validationFrom).toLocaleString("en-US")} for validation`]),
    ...(testFrom === undefined ? [] : [`${(rowCount - testFrom).toLocaleString("en-US")} for the test`]),
  ];
  return parts.length === 0 ? "" : `; of the rows ${parts.join(" and ")} are held back by the data`;
}

interface GroupProps {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly options: RecipeOptions;
  readonly locked?: boolean;
}

function Group({ title, fields, options, locked = false }: GroupProps) {
  const ofValues = session.value!.model.task.kind === "regression";
  return (
    <fieldset disabled={locked}>
      <legend>{title}</legend>
      {fields.map((field) => (
        <Line key={field.id} field={(ofValues ? VALUE_FIELDS[field.id] : undefined) ?? field} options={options} />
      ))}
    </fieldset>
  );
}

function Line({ field, options }: { readonly field: Field; readonly options: RecipeOptions }) {
  const { id, label, hint, choices } = field;
  const problem = problems.value[id];
  const text = textOf(field, options);
  const described = {
    id: `tr-${id}`,
    "aria-invalid": problem !== undefined,
    "aria-describedby": `tr-${id}-said`,
  };
  // What a link brought and the list does not have can still be seen.
  const all = choices?.some(({ value }) => value === text) === false ? [{ value: text, text }, ...choices] : choices;
  // Label and choice would not fit beside each other.
  const isLong = label.length > 15 || all?.some((choice) => choice.text.length > 14) === true;
  return (
    <div class={isLong ? "tr-line long" : "tr-line"}>
      <label for={`tr-${id}`}>{label}</label>
      {all === undefined ? (
        <input
          {...described}
          value={text}
          autocomplete="off"
          spellcheck={false}
          inputMode={id === "hidden" ? "text" : "decimal"}
          onChange={({ currentTarget }) => void typeText(field, currentTarget.value)}
        />
      ) : (
        <select {...described} value={text} onChange={({ currentTarget }) => void typeText(field, currentTarget.value)}>
          {all.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.text}
            </option>
          ))}
        </select>
      )}
      <span id={`tr-${id}-said`} class={problem === undefined ? "tr-hint" : "problem"} role={problem === undefined ? undefined : "status"}>
        {problem ?? hint}
      </span>
    </div>
  );
}

/** "64-16-16-10, 1,482 parameters" */
function summary({ network, hidden = [] }: RecipeOptions): string {
  const { dataset } = session.value!;
  const layout = network && createNetwork(network).layout;
  const sizes = layout?.sizes.slice(1) ?? [dataset.columns.length, ...hidden, outputsFor(dataset.target)];
  const count = layout?.trained ?? sizes.slice(1).reduce((sum, size, l) => sum + size * (sizes[l]! + 1), 0);
  return `${sizes.join("-")}, ${count.toLocaleString("en-US")} parameters`;
}
