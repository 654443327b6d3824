import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../support/shared.js";

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: unknown;
  readonly peerDependencies?: unknown;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}

// The caller names the type, as it knows which file it reads.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(root, ...path), "utf8")) as T;
const library = readJson<Manifest>("package.json");
const cli = readJson<Manifest>("cli", "package.json");

/** What npm runs on the machine of somebody who installs a package. */
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare", "prepublish"];

describe("the packages", () => {
  test("of the library has no dependencies", () => {
    expect(library).not.toHaveProperty("dependencies");
    expect(library).not.toHaveProperty("optionalDependencies");
    expect(library).not.toHaveProperty("peerDependencies");
  });

  test("run nothing when they are installed, and neither does any package that they need", () => {
    for (const { scripts = {} } of [library, cli]) {
      expect(Object.keys(scripts).filter((name) => INSTALL_SCRIPTS.includes(name))).toEqual([]);
    }
    const { packages } = readJson<Lock>("package-lock.json");
    expect(Object.keys(packages).filter((path) => packages[path]?.hasInstallScript === true)).toEqual([]);
  });

  test("go together: one version, exact dependencies", () => {
    expect(cli.version).toBe(library.version);
    expect(cli.dependencies).toMatchObject({ chainrule: library.version });
    expect(Object.values(cli.dependencies ?? {}).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect([library.license, cli.license]).toEqual(["MIT", "MIT"]);
  });

  test("have scripts that need no shell", () => {
    for (const script of Object.values(library.scripts ?? {})) expect(script).not.toMatch(/[&|;<>$`*=]|\b(rm|cp|mv|mkdir) /);
  });
});
