import { explain, explanationLatex, explanationMathml } from "chainrule/explain";
import { encodeModel } from "chainrule/formats";
import { download, fileName } from "../../share/download.js";
import { networkFile } from "../../share/network-file.js";
import { networkPng } from "../../share/network-png.js";
import { selection, session, shown } from "../../state/session.js";
import { runFiles } from "./run-files.js";
import type { SavedFile } from "./saved-file.js";

/** The files that there are now. */
export function filesNow(): SavedFile[] {
  return [...networkFiles(), ...equationFiles(), ...runFiles()];
}

export async function save({ ending, type, content }: SavedFile): Promise<void> {
  download(fileName(session.value!.title, ending), await content(), type);
}

function networkFiles(): SavedFile[] {
  const { model } = session.value!;
  return [
    {
      title: "Model",
      about: "everything that prediction needs; this page, the library and the command line open it",
      ending: ".safetensors",
      type: "application/octet-stream",
      content: () => encodeModel(model),
    },
    {
      title: "Network as JSON",
      about: "description and weights as a textbook has them, for --network of the command line and createNetwork",
      ending: "-network.json",
      type: "application/json",
      content: () => networkFile(model.network),
    },
    {
      title: "Picture of the network",
      about: "as it is set on the Network screen",
      ending: ".png",
      type: "image/png",
      content: networkPng,
    },
  ];
}

function equationFiles(): SavedFile[] {
  const derived = () => explain(session.value!.model, shown.value!.example, selection.value);
  const options = { open: 2, top: 5 };
  try {
    derived();
  } catch {
    return [];
  }
  const about = `dCost/d${selection.value} of ${shown.value!.name}, opened two levels deep`;
  return [
    { title: "Equation as LaTeX", about, ending: ".tex", type: "text/plain", content: () => explanationLatex(derived(), options) },
    {
      title: "Equation as MathML",
      about,
      ending: ".mml",
      type: "application/mathml+xml",
      content: () => explanationMathml(derived(), options),
    },
  ];
}
