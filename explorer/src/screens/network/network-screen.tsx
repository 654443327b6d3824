import { shownCells } from "../../state/raw-rows.js";
import { session } from "../../state/session.js";
import { Surface } from "../../widgets/surface.js";
import { Card } from "./card.js";
import { Cells } from "./cells.js";
import { Columns } from "./columns.js";
import { Controls, Legend } from "./controls.js";
import { EditPanel } from "./edit.js";
import { NetworkView } from "./network-view.js";
import { Outputs } from "./outputs.js";
import { Pad } from "./pad.js";
import { ReasonsPanel } from "./reasons.js";
import { Samples } from "./samples.js";
import { Tables } from "./tables.js";
import "./network.css";
import "./inputs.css";
import "./numbers.css";
import "./picture.css";
import "./reasons.css";

/** What the network is given, what it makes of it unit by unit, and what it answers. */
export function NetworkScreen() {
  const { model, title } = session.value!;
  const { image, columns } = model;
  const isImage = image !== undefined && image.width * image.height === columns.length;
  const hasCells = model.preparation !== undefined && shownCells.value !== undefined;
  return (
    <div class="network-screen">
      <h2 class="hidden">Network</h2>
      <div class="inputs">
        <Surface />
        {isImage ? <Pad key={`${image.width}x${image.height}`} /> : hasCells ? <Cells key={title} /> : <Columns />}
        <Samples />
      </div>
      <section class="middle" aria-labelledby="picture-title">
        <h3 id="picture-title" class="hidden">
          Units and edges
        </h3>
        <Controls />
        <NetworkView />
        <Legend />
        <Card />
      </section>
      <div class="answers">
        <Outputs />
        {hasCells && <ReasonsPanel />}
        <EditPanel />
      </div>
      <div class="tables">
        <Tables />
      </div>
    </div>
  );
}
