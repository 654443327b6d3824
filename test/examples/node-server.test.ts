import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { iris } from "../../src/iris.js";
import { predict, train } from "../../src/index.js";
import { saveModel } from "../../src/node/node.js";
import { installPacked, pack } from "../package/packed.js";
import { afterFile } from "../support/after-file.js";
import { temporaryFolder } from "../support/temporary.js";
import { copyExample, readManifest } from "./copy.js";
import { root } from "../support/shared.js";

const folder = copyExample("node-server");
const { model } = await train(iris(), { epochs: 60, seed: 1 }).result;

beforeAll(async () => {
  await installPacked(folder, [await pack(".", temporaryFolder())], true);
  await saveModel(join(folder, "iris.safetensors"), model);
});

interface Server {
  readonly origin: string;
  readonly child: ChildProcess;
  /** Resolves to the code with which it ended. */
  readonly ended: Promise<number | null>;
}

async function start(): Promise<Server> {
  const child = spawn(process.execPath, ["server.js", "iris.safetensors"], { cwd: folder, env: { ...process.env, PORT: "0" } });
  afterFile(() => child.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let said = "";
  const origin = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (text: Buffer) => (said += text.toString()));
    child.stdout.on("data", (text: Buffer) => {
      const [, address] = /listening on (\S+)/.exec((said += text.toString())) ?? [];
      if (address !== undefined) resolve(address);
    });
    void ended.then((code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
  return { origin, child, ended };
}

const post = (origin: string, body: string): Promise<Response> => fetch(`${origin}/predict`, { method: "POST", body });

describe("examples/node-server", () => {
  let server: Server;

  beforeAll(async () => {
    server = await start();
  });

  test("names the version that it goes with", () => {
    // Installing has put the packed file in its place in the copy.
    expect(readManifest(join(root, "examples", "node-server")).dependencies).toEqual({ chainrule: readManifest(root).version });
  });

  test("answers a hundred requests at once, each with its own prediction", async () => {
    const rows = Array.from({ length: 100 }, (_, row) => Array.from(iris().inputs.slice(row * 4, row * 4 + 4)));
    const answers = await Promise.all(rows.map(async (input) => (await post(server.origin, JSON.stringify({ input }))).json()));
    expect(answers).toEqual(rows.map((input) => predict(model, input)));
    expect(new Set(answers.map((answer) => (answer as { label: string }).label)).size).toBeGreaterThan(1);
  });

  test("takes inputs by name", async () => {
    const { inputs } = (await (await fetch(`${server.origin}/model`)).json()) as { inputs: string[] };
    const input = Object.fromEntries(inputs.map((name, k) => [name, [5.1, 3.5, 1.4, 0.2][k]]));
    expect(await (await post(server.origin, JSON.stringify({ input }))).json()).toMatchObject({ label: "setosa" });
  });

  test.each([
    ["half a body", "{", 400, "the body is not JSON"],
    ["a list", "[1, 2]", 400, 'expected {"input": [numbers]} or {"input": {name: number}}'],
    ["null", "null", 400, 'expected {"input": [numbers]} or {"input": {name: number}}'],
    ["too few inputs", '{"input": [5.1, 3.5]}', 400, "input: expected 4 numbers, one a column of the model, got 2."],
    ["a text", '{"input": [5.1, 3.5, "1.4", 0.2]}', 400, 'input "petal_length": expected a finite number, got "1.4".'],
    ["a number too large for float32", '{"input": [5.1, 3.5, 1e308, 0.2]}', 400, "expected finite outputs"],
    ["a large body", `{"input": [${"1,".repeat(40_000)}1]}`, 413, "expected a body of at most 65536 bytes"],
  ])("refuses %s", async (_, body, status, message) => {
    const response = await post(server.origin, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.stringContaining(message) as string });
  });

  test("refuses other methods and paths", async () => {
    const get = await fetch(`${server.origin}/predict`);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await fetch(`${server.origin}/`)).status).toBe(404);
  });

  test("told to stop, it finishes what it has begun and ends", async () => {
    const { origin, child, ended } = await start();
    const headers = { Expect: "100-continue", "Transfer-Encoding": "chunked" };
    const open = request(`${origin}/predict`, { method: "POST", headers });
    const answer = once(open, "response") as Promise<[IncomingMessage]>;
    open.flushHeaders();
    // The server has begun.
    await once(open, "continue");
    child.kill("SIGTERM");
    await expect
      .poll(
        () =>
          fetch(`${origin}/model`)
            .then(({ ok }) => ok)
            .catch(() => "refused"),
        { timeout: 10_000 },
      )
      .toBe("refused");
    open.end('{"input": [5.1, 3.5, 1.4, 0.2]}');
    const [response] = await answer;
    expect(await json(response)).toMatchObject({ label: "setosa" });
    expect(await ended).toBe(0);
  });
});
