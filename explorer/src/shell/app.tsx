import { type Signal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { banner, lesson } from "../share/slots.js";
import { type Screen, screen, SCREENS } from "../state/address.js";
import { failure } from "../state/failure.js";
import { session } from "../state/session.js";
import { ContextBar } from "./context-bar.js";
import { Header } from "./header.js";

/** Each screen comes when it is first looked at, and the others once the page has nothing else to do. */
const LOADERS: Readonly<Record<Screen, () => Promise<ComponentType>>> = {
  train: async () => (await import("../screens/train/train-screen.js")).TrainScreen,
  network: async () => (await import("../screens/network/network-screen.js")).NetworkScreen,
  equation: async () => (await import("../screens/equation/equation-screen.js")).EquationScreen,
  diagnose: async () => (await import("../screens/diagnose/diagnose-screen.js")).DiagnoseScreen,
  compare: async () => (await import("../screens/compare/compare-screen.js")).CompareScreen,
  share: async () => (await import("../screens/share/share-screen.js")).ShareScreen,
};

const loaded = Object.fromEntries(SCREENS.map((name) => [name, signal<ComponentType | undefined>(undefined)])) as Readonly<
  Record<Screen, Signal<ComponentType | undefined>>
>;
const asked = new Set<Screen>();

function load(name: Screen): void {
  if (asked.has(name)) return;
  asked.add(name);
  LOADERS[name]().then(
    (component) => (loaded[name].value = component),
    () => {
      asked.delete(name);
      failure.value = `The screen "${name}" did not come; is the page still there? Load it again.`;
    },
  );
}

/** Fetches the screens that nobody has asked for yet. */
function loadOthers(): void {
  const all = (): void => SCREENS.forEach(load);
  // Safari has no such callback.
  if ("requestIdleCallback" in globalThis) requestIdleCallback(all);
  else setTimeout(all, 500);
}

export function App() {
  const name = screen.value;
  load(name);
  const Current = loaded[name].value;
  const [Banner, Lesson] = [banner.value, lesson.value];
  if (Current !== undefined && session.value !== undefined) loadOthers();
  return (
    <>
      <Header />
      {failure.value !== undefined && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {Banner !== undefined && <Banner />}
      {session.value !== undefined && Lesson !== undefined ? (
        <main id="screen">
          <Lesson />
        </main>
      ) : session.value === undefined || Current === undefined ? (
        <main aria-busy={failure.value === undefined} />
      ) : (
        <>
          <ContextBar />
          <main id="screen">
            <Current />
          </main>
        </>
      )}
    </>
  );
}
