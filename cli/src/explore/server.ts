import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ChainruleError } from "chainrule";

/** A file by the path under which it is asked for, `/index.html`. */
export interface ServedFile {
  readonly type: string;
  readonly content: Uint8Array;
}

/**
 * The page runs its own files and nothing else: no script, style or address from anywhere. Workers are started from the library's own
 * text, which needs blob:. The two isolation headers give it threads.
 */
const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; img-src 'self' data: blob:; " +
    "style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
} as const;

/**
 * Serves files from memory on 127.0.0.1, so that no path of a request ever reaches the disk. A request whose Host is not this server's own
 * is refused (421), as another page's name for this machine is; so is one from another origin (403), and anything but GET and HEAD (405).
 *
 * @param port 0 for any that is free
 * @throws ChainruleError `E_ENVIRONMENT` where the port is taken
 */
export async function serve(
  files: ReadonlyMap<string, ServedFile>,
  port: number,
): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((request, response) => {
    answer(request, response, files, (server.address() as AddressInfo).port);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const hint = error.code === "EADDRINUSE" ? { hint: "--port 0 takes any that is free." } : {};
      reject(new ChainruleError("E_ENVIRONMENT", { where: "--port", expected: `port ${port} to listen on`, got: error.message, ...hint }));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function answer(request: IncomingMessage, response: ServerResponse, files: ReadonlyMap<string, ServedFile>, port: number): void {
  const own = ["127.0.0.1", "localhost"].map((name) => `${name}:${port}`);
  const refuse = (status: number, text: string): void => {
    response.writeHead(status, { ...HEADERS, "Content-Type": "text/plain; charset=utf-8" }).end(`${text}\n`);
  };
  const { host, origin } = request.headers;
  if (host === undefined || !own.includes(host)) {
    refuse(421, "This server answers to its own address only.");
    return;
  }
  if (origin !== undefined && !own.some((name) => origin === `http://${name}`)) {
    refuse(403, "Another page may not ask this one.");
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    refuse(405, "Only reading is possible here.");
    return;
  }
  const path = (request.url ?? "/").replace(/[?#].*$/s, "");
  const file = files.get(path === "/" ? "/index.html" : path);
  if (file === undefined) {
    refuse(404, "There is no such file.");
    return;
  }
  response.writeHead(200, { ...HEADERS, "Content-Type": file.type, "Content-Length": file.content.length });
  response.end(request.method === "HEAD" ? undefined : file.content);
}
