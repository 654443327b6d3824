import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "./root.mjs";
import { runNpm, secondsSince } from "./run.mjs";

const STAMP = inRoot("node_modules", ".chainrule-setup.json");
/** npm writes this file last, so that a broken installation has none. */
const INSTALLED = inRoot("node_modules", ".package-lock.json");

/** Installs what package-lock.json asks for, unless it is there already. Returns true where it worked. */
export async function install() {
  const lock = readFileSync(inRoot("package-lock.json"));
  const wanted = { lock: createHash("sha256").update(lock).digest("hex"), node: Number.parseInt(process.versions.node, 10) };
  const stamp = readJson(STAMP);
  if (existsSync(INSTALLED) && stamp?.lock === wanted.lock && stamp.node === wanted.node) return true;
  if (isInstalled(JSON.parse(lock)) && (stamp === undefined || stamp.node === wanted.node)) {
    console.log("setup: what the lock file asks for is installed");
  } else {
    console.log("setup: installing (npm ci) ...");
    const start = performance.now();
    // No package may run code while it is installed; none needs to.
    const { code } = await runNpm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (code !== 0) {
      console.error("setup: npm ci failed; its own message is above. It needs the npm registry once, later set-ups do not.");
      return false;
    }
    console.log(`setup: installed in ${secondsSince(start)}`);
  }
  writeFileSync(STAMP, `${JSON.stringify(wanted)}\n`);
  return true;
}

/** Whether somebody's `npm install` has put the locked versions there. Optional packages are for other platforms. */
function isInstalled(lock) {
  const installed = readJson(INSTALLED)?.packages;
  if (installed === undefined) return false;
  return Object.entries(lock.packages).every(
    ([path, { version, optional }]) => !path.startsWith("node_modules/") || optional === true || installed[path]?.version === version,
  );
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
