import { useEffect } from "preact/hooks";
import "../../style/equation.css";
import "../../style/equation-tree.css";
import "../../style/equation-panels.css";
import { selection } from "../../state/session.js";
import { Panel } from "../../widgets/equation-panel.js";
import { isCalm, Waiting } from "./calm.js";
import { CopyBar } from "./copy.js";
import { Graph } from "./graph.js";
import { Headline } from "./headline.js";
import { Learning } from "./learning.js";
import { Paths } from "./paths.js";
import { ProofPanel } from "./proof.js";
import { ScopePanel, ScopeSwitch } from "./scope.js";
import { explanation, isSlow, said } from "./state.js";
import { Stepper } from "./stepper.js";
import { followAddress, isAskedFor } from "./stepper-state.js";
import { Trail } from "./trail.js";
import { Tree } from "./tree.js";
import { WhyPanel } from "./why.js";

/** One derivative of the cost: written down, on its way through the network, taken apart, and held against the cost itself. */
export function EquationScreen() {
  useEffect(followAddress, []);
  const waits = !isCalm.value && isSlow();
  return (
    <div class="eq">
      <div class="eq-bar-top">
        <Trail />
        <ScopeSwitch />
        {!waits && <CopyBar />}
      </div>
      {waits ? <Waiting /> : <Panes />}
      <p class="hidden" aria-live="polite">
        {said.value}
      </p>
    </div>
  );
}

function Panes() {
  const { value, problem } = explanation.value;
  if (value === undefined) {
    return (
      <p role="alert">
        {selection.value} has no derivation here: {problem}
      </p>
    );
  }
  return (
    <div class="eq-panes">
      <div class="eq-main">
        <Graph />
        <Headline explanation={value} />
        <Tree />
      </div>
      <div class="eq-side">
        <Panel title="Why is it small or large?" id="eq-why" content={WhyPanel} />
        <Panel title="All paths" id="eq-paths" content={Paths} />
        <Panel title="Proof" id="eq-proof" content={ProofPanel} />
        <Panel title="Example by example" id="eq-scope" content={ScopePanel} />
        <Panel title="From derivative to learning" id="eq-learning" content={Learning} />
        <Panel title="Step by step" id="eq-steps" open={isAskedFor()} content={Stepper} />
      </div>
    </div>
  );
}
