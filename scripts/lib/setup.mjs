import { build } from "./build.mjs";
import { install } from "./install.mjs";

/** Makes a checkout ready to use: installs and builds what is not there yet. Returns true where it worked. */
export async function setup() {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major < 20) {
    console.error(`setup: expected Node 20 or newer, got ${process.versions.node}`);
    return false;
  }
  return (await install()) && (await build());
}
