import { type Screen, screen, SCREENS } from "../state/address.js";
import { ThemeSwitch } from "./theme-switch.js";

const TITLES: Readonly<Record<Screen, string>> = { network: "Network", equation: "Equation" };

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
            aria-current={screen.value === name ? "page" : undefined}
            onClick={() => (screen.value = name)}
          >
            {TITLES[name]}
          </button>
        ))}
      </nav>
      <ThemeSwitch />
    </header>
  );
}
