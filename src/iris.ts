// The entry `chainrule/iris`.
export { iris, type Species } from "./data/iris.js";
