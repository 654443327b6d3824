import { digits } from "chainrule/digits";
import { decodeModel } from "chainrule/formats";
import type { Session } from "./session.js";
import { shownModel } from "./task.js";

/** The digits and the network of the equations, trained on them (scripts/explorer-demo.mjs). */
export async function openDemo(): Promise<Session> {
  const answer = await fetch("./digits-64-16-16-10.safetensors");
  if (!answer.ok) throw new Error(`The network that the page opens with did not come: ${answer.status} ${answer.statusText}.`);
  const model = decodeModel(new Uint8Array(await answer.arrayBuffer()), "the first network");
  return { model: shownModel(model, "the first network"), dataset: digits(), title: "digits, 64-16-16-10", step: undefined };
}
