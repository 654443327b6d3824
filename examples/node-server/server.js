// Predictions over HTTP with nothing but Node: the model is loaded once, and every request asks it.
//
//   node server.js MODEL.safetensors      (PORT and HOST from the environment)
import { createServer } from "node:http";
import { ChainruleError, predict } from "chainrule";
import { loadModel } from "chainrule/node";

/** Bytes of a body; a row of numbers needs far fewer. */
const LARGEST_BODY = 64 * 1024;
/** Milliseconds that open requests get when the server is told to stop. */
const LAST_WORDS = 5_000;

/** Errors of a prediction that its input is to blame for: of the wrong kind, or too large to compute with. */
const CLIENTS_FAULT = ["E_DATA", "E_NON_FINITE"];

/** What a client did wrong, with the status that says so. */
class Refusal extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

const model = await loadModel(process.argv[2] ?? "iris.safetensors");

const server = createServer((request, response) => {
  answer(request).then(
    (value) => send(response, 200, value),
    (error) => {
      if (error instanceof Refusal) return send(response, error.status, { error: error.message }, error.headers);
      // The message names the input that is wrong, what was expected and what was got.
      if (error instanceof ChainruleError && CLIENTS_FAULT.includes(error.code)) return send(response, 400, { error: error.message });
      console.error(error);
      return send(response, 500, { error: "internal error" });
    },
  );
});

/** POST /predict with `{"input": [5.1, 3.5, 1.4, 0.2]}` or the inputs by name; GET /model says what they are. */
async function answer(request) {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/model") {
    allow(request, "GET");
    return { inputs: model.columns, kind: model.task.kind, parametersHash: model.parametersHash };
  }
  if (pathname !== "/predict") throw new Refusal(404, "there are POST /predict and GET /model");
  allow(request, "POST");
  return predict(model, checkInput(await readJson(request)));
}

function allow({ method }, allowed) {
  if (method !== allowed) throw new Refusal(405, `expected ${allowed}, got ${method}`, { Allow: allowed });
}

/** What stands in it, names, lengths and numbers, the library checks itself. */
function checkInput(body) {
  const input = typeof body === "object" && body !== null ? body.input : undefined;
  if (typeof input === "object" && input !== null) return input;
  throw new Refusal(400, 'expected {"input": [numbers]} or {"input": {name: number}}');
}

async function readJson(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    // The rest is read and dropped, so that the client gets to see the answer.
    if (bytes <= LARGEST_BODY) parts.push(part);
  }
  if (bytes > LARGEST_BODY) throw new Refusal(413, `expected a body of at most ${LARGEST_BODY} bytes`);
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new Refusal(400, "the body is not JSON");
  }
}

function send(response, status, value, headers = {}) {
  // A connection that was kept open would keep the server from ending.
  const last = server.listening ? {} : { Connection: "close" };
  response.writeHead(status, { "Content-Type": "application/json", ...last, ...headers }).end(`${JSON.stringify(value)}\n`);
}

server.requestTimeout = 10_000;

// Takes no new connections, lets open requests finish, and then ends by itself.
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), LAST_WORDS).unref();
  });
}

server.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? "127.0.0.1", () => {
  console.log(`listening on http://${server.address().address}:${server.address().port}`);
});
