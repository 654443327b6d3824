import { screen } from "../../state/address.js";
import { fault, restoreGood, status } from "../../state/run.js";
import { attempt } from "./control-state.js";

/** What ended the run, and the ways on. */
export function FaultBanner() {
  const found = fault.value;
  if (found === undefined || status.value !== "failed") return null;
  return (
    <section class="tr-fault" role="alert">
      <p>
        <b>{found.message}</b> The run stands.
      </p>
      <p>
        {found.good !== undefined && (
          <button type="button" class="primary" onClick={() => void attempt(restoreGood)}>
            Restore step {found.good.step.toLocaleString("en-US")}
          </button>
        )}{" "}
        <button type="button" onClick={() => (screen.value = "diagnose")}>
          Open Diagnose
        </button>{" "}
        A lower learning rate is the first thing to try.
      </p>
    </section>
  );
}
