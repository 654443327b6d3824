import "./share.css";
import { FilesPanel } from "./files-panel.js";
import { LinkPanel } from "./link-panel.js";
import { MakerPanel } from "./maker-panel.js";
import { PaperPanel } from "./paper-panel.js";
import { ProgramPanel } from "./program-panel.js";
import { said } from "./state.js";

/** What the page shows, to be taken along: as a link, as a program, as files, as an exercise. */
export function ShareScreen() {
  return (
    <div class="share">
      <h2 class="hidden">Share</h2>
      <div class="column">
        <LinkPanel />
        <FilesPanel />
      </div>
      <div class="column">
        <ProgramPanel />
        <MakerPanel />
        <PaperPanel />
      </div>
      <p class="said" role="status">
        {said.value}
      </p>
    </div>
  );
}
