import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { inRoot } from "../../scripts/lib/root.mjs";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript" };

/** Of the project, only the page, what it shares with Node, and the built library. */
const SERVED = /^\/(dist|bench\/page|bench\/lib)\/[\w/.-]+\.(js|mjs|html)$/;

/** Only in a page that is isolated may threads share memory. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

/** Serves the page, the library and the rows (`/rows/images`, `/rows/labels`) on this machine only, on a port that is free. */
export async function startServer(files) {
  const server = createServer((request, response) => {
    void answer(request, response, files).catch(() => refuse(response));
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function answer({ method, url }, response, files) {
  // A URL object has taken every ".." out of the path.
  const { pathname } = new URL(url, "http://localhost");
  const rows = /^\/rows\/(images|labels)$/.exec(pathname)?.[1];
  const path = rows !== undefined ? files[rows] : SERVED.test(pathname) ? inRoot(...pathname.split("/")) : undefined;
  if (method !== "GET" || path === undefined) return refuse(response);
  const { size } = await stat(path);
  response.writeHead(200, { ...ISOLATED, "Content-Type": TYPES[extname(path)] ?? "application/octet-stream", "Content-Length": size });
  createReadStream(path).pipe(response);
}

function refuse(response) {
  if (!response.headersSent) response.writeHead(404, ISOLATED);
  response.end();
}
