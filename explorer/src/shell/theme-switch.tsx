import { effect, signal } from "@preact/signals";

type Theme = "auto" | "light" | "dark";
const NEXT: Readonly<Record<Theme, Theme>> = { auto: "light", light: "dark", dark: "auto" };
const SIGNS: Readonly<Record<Theme, string>> = { auto: "◐", light: "☀", dark: "☾" };
const KEY = "chainrule-theme";

function kept(): Theme {
  const value = localStorage.getItem(KEY);
  return value === "light" || value === "dark" ? value : "auto";
}

const theme = signal<Theme>(kept());

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  if (theme.value === "auto") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme.value);
});

/** As the system has it, light, or dark. */
export function ThemeSwitch() {
  return (
    <button type="button" class="icon" aria-label={`Theme: ${theme.value}`} onClick={() => (theme.value = NEXT[theme.value])}>
      <span aria-hidden="true">{SIGNS[theme.value]}</span>
    </button>
  );
}
