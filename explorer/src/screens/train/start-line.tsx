import { recipe } from "../../state/recipe.js";
import { isOffered, startFrom } from "./start-state.js";

/** What the next run starts from, where a network was opened with its weights. */
export function StartLine() {
  if (!isOffered()) return null;
  const isGiven = recipe.value.options.network !== undefined;
  return (
    <div class="tr-line long">
      <label for="tr-start">Start from</label>
      <select
        id="tr-start"
        value={isGiven ? "given" : "fresh"}
        aria-describedby="tr-start-said"
        onChange={({ currentTarget }) => startFrom(currentTarget.value === "given")}
      >
        <option value="given">this network's weights</option>
        <option value="fresh">fresh weights</option>
      </select>
      <span id="tr-start-said" class="tr-hint" role="status">
        {isGiven
          ? "Those that were opened, with changes by hand. Sizes, activations and cost are locked, since the weights belong to them; the seed sets the order of the rows alone."
          : "Drawn by the seed, for the network below."}
      </span>
    </div>
  );
}
