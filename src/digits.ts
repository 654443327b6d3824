// The entry `chainrule/digits`.
export { digits, type Digit } from "./data/digits.js";
