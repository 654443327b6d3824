import { numberText } from "chainrule/explain";
import { sign } from "./state.js";

/** A name in plain text with the sign that is chosen for derivatives: dCost/da4[3], or ∂Cost/∂a4[3]. */
export function named(text: string): string {
  return sign.value === "partial" ? text.replace(/\bd(?=Cost|[a-z]+\d)/g, "∂") : text;
}

/** "rises" and how far, for a derivative of the cost. */
export function direction(value: number): "rises" | "falls" | "stays" {
  return value > 0 ? "rises" : value < 0 ? "falls" : "stays";
}

/** A number with its sign always: +0.0042, -0.0042. */
export function signedText(value: number): string {
  return value > 0 ? `+${numberText(value)}` : numberText(value);
}
