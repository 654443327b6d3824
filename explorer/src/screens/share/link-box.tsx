import { MOST_CHARACTERS } from "../../share/link.js";
import { copyText } from "../../widgets/equation-copy.js";
import { say } from "./state.js";

/** A link with its length and a button that copies it as it is at that moment. */
export function LinkBox({ id, label, address }: { readonly id: string; readonly label: string; readonly address: () => string }) {
  const shown = address();
  const isLong = shown.length > MOST_CHARACTERS;
  const copy = async (): Promise<void> => {
    const now = address();
    if (now.length > MOST_CHARACTERS) say(refusal(now.length));
    else
      say(
        (await copyText(now)) ? `Link copied, ${now.length.toLocaleString("en-US")} characters.` : "The browser did not let the page copy.",
      );
  };
  return (
    <>
      <label for={id}>{label}</label>
      <div class="link">
        <textarea
          id={id}
          class="name"
          readOnly
          rows={Math.min(8, Math.max(2, Math.ceil(shown.length / 45)))}
          value={shown}
          aria-describedby={`${id}-length`}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <button type="button" class="primary" aria-disabled={isLong} onClick={() => void copy()}>
          Copy the link
        </button>
      </div>
      <p id={`${id}-length`} class={isLong ? "problem" : "note"}>
        {isLong
          ? refusal(shown.length)
          : `${shown.length.toLocaleString("en-US")} of at most ${MOST_CHARACTERS.toLocaleString("en-US")} characters.`}
      </p>
    </>
  );
}

function refusal(length: number): string {
  return `The link has ${length.toLocaleString("en-US")} characters. Programs cut links at about 2,000, so that more than ${MOST_CHARACTERS.toLocaleString("en-US")} are not copied: save the recipe below and send the file.`;
}
