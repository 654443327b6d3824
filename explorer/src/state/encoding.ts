// Preparing tables is more than the first screen needs: imported when a cell is first typed into, by import("../../state/encoding.js").
export { encodeTable } from "chainrule";
