import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

const loaded = signal<ComponentType | undefined>(undefined);

/** The charts, which come with the library that draws them when the screen is first looked at. */
export function Charts() {
  useEffect(() => {
    if (loaded.peek() === undefined) void import("./charts.js").then(({ Charts: component }) => (loaded.value = component));
  }, []);
  const Loaded = loaded.value;
  return Loaded === undefined ? <div class="tr-charts-later" /> : <Loaded />;
}
