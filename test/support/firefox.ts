import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterFile } from "./after-file.js";
import { requires } from "./requires.js";
import { temporaryFolder, writeFiles } from "./temporary.js";

const candidates = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];
const named = process.env["CHAINRULE_FIREFOX"];
const path = (named === undefined ? candidates : [named]).find((candidate) => existsSync(candidate));

export const firefox = requires(path !== undefined, "Firefox (apt-get install firefox-esr, or its path in CHAINRULE_FIREFOX)");

/** No look-ups, no updates, no first-run screens; the port is one that is free. */
const PREFERENCES = {
  "marionette.port": 0,
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.getAddons.cache.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,",
  "toolkit.telemetry.enabled": false,
};

/** A window of Firefox. */
export interface Window {
  goto(url: string): Promise<void>;
  /** Runs the body of a function of `given` in the page; a promise that it returns is waited for. */
  evaluate(body: string, ...given: readonly unknown[]): Promise<unknown>;
}

/**
 * Headless Firefox by its own protocol, Marionette, which Debian's Firefox has as it is; ended when the tests of the file have
 * run. For a suite that needs `firefox`.
 */
export async function openFirefox(): Promise<Window> {
  const profile = temporaryFolder();
  const lines = Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`);
  writeFiles(profile, { "user.js": lines.join("\n") });
  const child = spawn(path!, ["--headless", "--no-remote", "--marionette", "--profile", profile], { stdio: "ignore", detached: true });
  afterFile(() => endGroup(child));
  const command = await openSession(await waitForPort(child, join(profile, "MarionetteActivePort")));
  await command("WebDriver:NewSession", { capabilities: { alwaysMatch: { timeouts: { script: 60_000 } } } });
  return {
    goto: async (url) => {
      await command("WebDriver:Navigate", { url });
    },
    evaluate: async (body, ...given) => {
      const script = `const done = arguments[arguments.length - 1]; const given = [...arguments].slice(0, -1);
        (async () => { ${body} })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
      const { value } = (await command("WebDriver:ExecuteAsyncScript", { script, args: given, sandbox: null })) as {
        readonly value: { readonly value?: unknown; readonly error?: string };
      };
      if (value.error !== undefined) throw new Error(value.error);
      return value.value;
    },
  };
}

/** Firefox and the processes that it has started. */
function endGroup(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    else resolve();
  });
}

async function waitForPort(child: ChildProcess, file: string): Promise<number> {
  for (let tries = 0; tries < 600; tries++) {
    const port = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
    if (port > 0) return port;
    if (child.exitCode !== null) throw new Error(`Firefox ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("Firefox did not open its port within a minute");
}

type Command = (name: string, parameters: object) => Promise<unknown>;

/** Messages are JSON behind their length in bytes: [0, id, name, parameters] there, [1, id, error, result] back. */
async function openSession(port: number): Promise<Command> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let greeted = (): void => undefined;
  const greeting = new Promise<void>((resolve) => (greeted = resolve));
  const socket = connect(port, "127.0.0.1");
  afterFile(() => socket.destroy());
  readMessages(socket, (message) => {
    if (!Array.isArray(message)) {
      greeted();
      return;
    }
    const [, id, error, result] = message as [number, number, { message: string } | null, unknown];
    if (error === null) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(error.message));
  });
  await greeting;
  let id = 0;
  return (name, parameters) =>
    new Promise((resolve, reject) => {
      waiting.set(++id, { resolve, reject });
      const text = JSON.stringify([0, id, name, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}

function readMessages(socket: Socket, receive: (message: unknown) => void): void {
  let data = Buffer.alloc(0);
  socket.on("data", (part) => {
    data = Buffer.concat([data, part]);
    for (let colon = data.indexOf(":"); colon >= 0; colon = data.indexOf(":")) {
      const end = colon + 1 + Number(data.subarray(0, colon).toString());
      if (data.length < end) return;
      receive(JSON.parse(data.subarray(colon + 1, end).toString("utf8")));
      data = data.subarray(end);
    }
  });
}
