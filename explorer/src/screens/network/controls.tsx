import { session } from "../../state/session.js";
import { DIRECTIONS, EDGE_QUANTITIES, edgeLimit, edgesBy, MOST_EDGES, UNIT_QUANTITIES, unitsBy } from "./view.js";

/** What colours the units and the edges, and how many edges there are. */
export function Controls() {
  const { layers } = session.value!.model.network.layout;
  const most = Math.min(Math.max(...layers.slice(2).map(({ w }) => w.rows * w.columns)), MOST_EDGES);
  return (
    <div class="controls" role="group" aria-label="Colour by">
      <span class="group">
        {(Object.keys(DIRECTIONS) as (keyof typeof DIRECTIONS)[]).map((name) => {
          const { units, edges } = DIRECTIONS[name];
          return (
            <button
              key={name}
              type="button"
              aria-pressed={unitsBy.value === units && edgesBy.value === edges}
              onClick={() => {
                unitsBy.value = units;
                edgesBy.value = edges;
              }}
            >
              {name}
            </button>
          );
        })}
      </span>
      <label>
        units{" "}
        <select value={unitsBy.value} onChange={({ currentTarget }) => (unitsBy.value = UNIT_QUANTITIES[currentTarget.selectedIndex]!)}>
          {UNIT_QUANTITIES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        edges{" "}
        <select value={edgesBy.value} onChange={({ currentTarget }) => (edgesBy.value = EDGE_QUANTITIES[currentTarget.selectedIndex]!)}>
          {EDGE_QUANTITIES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label class="group">
        the{" "}
        <input
          type="range"
          min={0}
          max={most}
          value={Math.min(edgeLimit.value, most)}
          aria-label="Edges between two layers"
          onInput={({ currentTarget }) => (edgeLimit.value = Number(currentTarget.value))}
        />{" "}
        <output>{Math.min(edgeLimit.value, most)}</output> largest |{edgesBy.value === "dCost/dw" ? "dCost/dw" : "w·a"}| of each layer
      </label>
    </div>
  );
}

/** How colours and dashes are to be read. */
export function Legend() {
  return (
    <p class="legend">
      <span class="swatch positive">positive</span> <span class="swatch negative">negative: dashed edges, units with a minus</span>
      <span>
        The stronger, the nearer to the largest |{unitsBy}| of its layer and |{edgesBy}| between two, which are printed below. Thin and
        grey: all other edges.
      </span>
    </p>
  );
}
