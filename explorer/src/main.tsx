import { render } from "preact";
import { keepOffline } from "./offline.js";
import { App } from "./shell/app.js";
import { keepAddress, readAddress } from "./state/address.js";
import { openDemo } from "./state/demo.js";
import { openGiven } from "./state/opened.js";
import { openSession, type Session, session } from "./state/session.js";
import { failure } from "./state/failure.js";
import "./style/theme.css";
import "./style/shell.css";
import "./style/controls.css";

/** What the page was opened with by `chainrule explore`; else the run of the link; else the first network. */
async function openFirst(): Promise<void> {
  const given = await openGiven();
  await openAt(location.hash, given);
  keepAddress(() => void openAt(location.hash, given).catch(fail));
}

async function openAt(hash: string, given: Session | undefined): Promise<void> {
  const otherwise = async (): Promise<Session> => given ?? (await openDemo());
  if (new URLSearchParams(hash.slice(1)).has("v")) {
    const { openLink } = await import("./share/open-link.js");
    return openLink(hash, otherwise, given === undefined);
  }
  if (session.value === undefined) openSession(await otherwise());
  readAddress();
}

function fail(error: unknown): void {
  failure.value = error instanceof Error ? error.message : String(error);
}

render(<App />, document.getElementById("app")!);

openFirst().then(keepOffline, fail);
