import { useLayoutEffect, useRef } from "preact/hooks";
import "../style/math.css";

const NAMESPACE = "http://www.w3.org/1998/Math/MathML";

/** MathML that the library wrote, as an element of the page. */
export function mathElement(content: string, display: "block" | "inline"): Node {
  // The prime of the font stands high by itself.
  const close = content.replace(/<msup>(<mi>[^<]*<\/mi>)<mo>′<\/mo><\/msup>/g, '<mrow>$1<mo lspace="0" rspace="0">′</mo></mrow>');
  const text = `<math xmlns="${NAMESPACE}" displaystyle="true" display="${display}">${close}</math>`;
  const parsed = new DOMParser().parseFromString(text, "application/xml").documentElement;
  return document.importNode(parsed, true);
}

/** Native mathematics: what `expressionMathml` returns. */
export function MathText({ content, display = "inline" }: { readonly content: string; readonly display?: "block" | "inline" }) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => place.current!.replaceChildren(mathElement(content, display)), [content, display]);
  return <span class="eq-math" ref={place} />;
}
