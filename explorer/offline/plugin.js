import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const NAME = "offline.js";
/** Data beyond this many bytes are kept when somebody opens them. */
const LARGE = 32_000;

/** Writes the service worker (worker.js) with the list of the built files, and says in the page that it is there. */
export function offline() {
  let folder;
  return {
    name: "chainrule-offline",
    apply: "build",
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    transformIndexHtml: () => [{ tag: "meta", attrs: { name: "chainrule-offline", content: `./${NAME}` }, injectTo: "head" }],
    closeBundle: () => {
      nameBuild(folder);
      const source = readFileSync(join(import.meta.dirname, "worker.js"), "utf8");
      writeFileSync(join(folder, NAME), `const FILES = ${JSON.stringify(filesOf(folder), null, 1)};\n\n${source}`);
    },
  };
}

/** Another build has another address of its worker, so that a browser fetches it at once; at the same address it looks a minute later. */
function nameBuild(folder) {
  const page = join(folder, "index.html");
  const build = hashOf(JSON.stringify(filesOf(folder)));
  writeFileSync(page, readFileSync(page, "utf8").replace(`./${NAME}"`, `./${NAME}?${build}"`));
}

function hashOf(content) {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

function filesOf(folder) {
  const names = readdirSync(folder, { recursive: true }).map((name) => name.replaceAll("\\", "/"));
  const files = names.filter((name) => name !== NAME && !/(^\.|\.txt$)/.test(name) && statSync(join(folder, name)).isFile()).sort();
  return Object.fromEntries(
    files.map((name) => {
      const content = readFileSync(join(folder, name));
      const hash = hashOf(content);
      const atOnce = /^assets\/.*\.(js|css|woff2)$/.test(name) || content.length <= LARGE;
      // The page is asked for by its folder.
      return [name === "index.html" ? "" : name, { hash, atOnce }];
    }),
  );
}
