import { useSignal } from "@preact/signals";
import { inWords } from "../../share/in-words.js";
import { addressNow, linkNow } from "../../share/now.js";
import { lookedAt, type Screen, SCREENS } from "../../state/address.js";
import { session } from "../../state/session.js";
import { LinkBox } from "./link-box.js";

/** The link of what the page shows, and what is in it. */
export function LinkPanel() {
  const to = useSignal<Screen>(lookedAt.value);
  return (
    <section aria-labelledby="share-link">
      <h3 id="share-link">Link</h3>
      <LinkBox id="link" label="The link of what you see" address={() => addressNow(to.value)} />
      <p>
        <label>
          It opens at{" "}
          <select value={to.value} onChange={({ currentTarget }) => (to.value = currentTarget.value as Screen)}>
            {SCREENS.filter((name) => name !== "share").map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </p>
      <details>
        <summary>What it holds</summary>
        <ul>
          {inWords(linkNow(), session.value!.title).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
          <li>All of it stands behind the #, which browsers send to no server.</li>
        </ul>
      </details>
    </section>
  );
}
