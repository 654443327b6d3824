import { filesNow, save } from "./files.js";
import { say } from "./state.js";

/** Everything that can be saved as a file; nothing leaves the machine. */
export function FilesPanel() {
  return (
    <section aria-labelledby="share-files">
      <h3 id="share-files">Files</h3>
      <ul class="files">
        {filesNow().map(({ title, about, ending }) => (
          <li key={ending}>
            <button type="button" onClick={() => void saveNow(ending, title)}>
              {title}
            </button>
            <span class="note">
              <span class="name">{ending}</span>, {about}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What stands there now may be another file than the one that was drawn. */
async function saveNow(ending: string, title: string): Promise<void> {
  const file = filesNow().find((one) => one.ending === ending);
  if (file === undefined) return;
  try {
    await save(file);
    say(`${title} saved.`);
  } catch (error) {
    say(`${title}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
