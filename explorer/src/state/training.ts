// Training is the largest part of the page: imported when it is first asked for, by import("../../state/training.js").
export { train } from "chainrule";
