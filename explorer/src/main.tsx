import { render } from "preact";
import { App } from "./shell/app.js";
import { keepAddress, readAddress } from "./state/address.js";
import { openDemo } from "./state/demo.js";
import { openGiven } from "./state/opened.js";
import { openSession, type Session } from "./state/session.js";
import { failure } from "./state/failure.js";
import "./style/theme.css";
import "./style/shell.css";
import "./style/controls.css";

async function openFirst(): Promise<Session> {
  return (await openGiven()) ?? openDemo();
}

render(<App />, document.getElementById("app")!);

openFirst().then(
  (session) => {
    openSession(session);
    readAddress();
    keepAddress();
  },
  (error: unknown) => (failure.value = error instanceof Error ? error.message : String(error)),
);
