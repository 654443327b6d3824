import { lesson } from "../share/slots.js";
import { type Screen, screen, SCREENS } from "../state/address.js";
import { OpenButton } from "./open/open-button.js";
import { ThemeSwitch } from "./theme-switch.js";

const TITLES: Readonly<Record<Screen, string>> = {
  train: "Train",
  network: "Network",
  equation: "Equation",
  diagnose: "Diagnose",
  compare: "Compare",
  share: "Share",
};

export function Header() {
  return (
    <header class="header">
      <a class="skip" href="#screen">
        To the screen
      </a>
      <h1>chainrule</h1>
      <nav aria-label="Screens">
        {SCREENS.map((name) => (
          <button
            key={name}
            type="button"
            class="tab"
            disabled={lesson.value !== undefined}
            aria-current={lesson.value === undefined && screen.value === name ? "page" : undefined}
            onClick={() => (screen.value = name)}
          >
            {TITLES[name]}
          </button>
        ))}
      </nav>
      <OpenButton />
      <ThemeSwitch />
    </header>
  );
}
