"""Writes optimizers.json: the path of small networks under optimizers and rules in float64.

    /usr/bin/python3 test/golden/make_optimizers.py

Independent of the library: torch.nn.functional builds each network, autograd differentiates it, torch.optim steps (SGD, Adagrad,
RMSprop, Adam, AdamW, NAdam); torch.nn.utils clips. Lion, which PyTorch lacks, is written from its paper's listing (Chen et al.
2023); L1, largest norms and the running mean of the parameters are a line each. Biases are in a group of their own without decay.
Needs Debian's python3-torch (made with 1.13). Numbers are the shortest text that reads back as the same float64. Each case holds

    network    the description as the library reads it, weights included; these are float32 numbers, as the library keeps them
    optimizer  the settings of the optimizer
    rules      what is done around its step
    rates      the learning rate of each step, where it changes
    x, y       inputs and targets, one row an example
    batches    the rows of each step
    path       [step, parameters after it in the order w2, b2, w3, b3, ..., row-major], for some steps
    average    the running mean after the last step, where the rules ask for one
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
GENERATOR = torch.Generator().manual_seed(20230213)

STEPS = 20
KEPT = [1, 2, 3, 5, 10, 20]
ROWS = 9
WIDTHS = [4, 5, 3]


class Lion(torch.optim.Optimizer):
    def __init__(self, groups, lr, betas):
        super().__init__(groups, {"lr": lr, "betas": betas, "weight_decay": 0})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for w in group["params"]:
                m = self.state[w].setdefault("m", torch.zeros_like(w))
                w.mul_(1 - group["lr"] * group["weight_decay"])
                w.sub_(group["lr"] * torch.sign(beta1 * m + (1 - beta1) * w.grad))
                m.copy_(beta2 * m + (1 - beta2) * w.grad)


def adam_like(**more):
    return {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8} | more


CASES = [
    ({"kind": "sgd", "learningRate": 0.5, "momentum": 0, "nesterov": False}, {}),
    ({"kind": "sgd", "learningRate": 0.2, "momentum": 0.9, "nesterov": False}, {}),
    ({"kind": "sgd", "learningRate": 0.2, "momentum": 0.8, "nesterov": True}, {}),
    ({"kind": "adagrad", "learningRate": 0.1, "epsilon": 1e-10, "initial": 0}, {}),
    ({"kind": "adagrad", "learningRate": 0.3, "epsilon": 1e-3, "initial": 0.1}, {}),
    ({"kind": "rmsprop", "learningRate": 0.01, "rho": 0.99, "epsilon": 1e-8, "momentum": 0}, {}),
    ({"kind": "rmsprop", "learningRate": 0.01, "rho": 0.9, "epsilon": 1e-4, "momentum": 0.7}, {}),
    ({"kind": "adam"} | adam_like(), {}),
    ({"kind": "adamw"} | adam_like(), {"weightDecay": 0.1}),
    ({"kind": "nadam"} | adam_like(), {}),
    ({"kind": "nadam"} | adam_like(beta1=0.8, beta2=0.95, epsilon=1e-3), {}),
    ({"kind": "lion", "learningRate": 0.003, "beta1": 0.9, "beta2": 0.99}, {}),
    ({"kind": "lion", "learningRate": 0.003, "beta1": 0.95, "beta2": 0.98}, {"weightDecay": 1}),
    ({"kind": "sgd", "learningRate": 0.5, "momentum": 0.5, "nesterov": False}, {"l2": 0.05}),
    ({"kind": "adam"} | adam_like(), {"l2": 0.03}),
    ({"kind": "rmsprop", "learningRate": 0.01, "rho": 0.9, "epsilon": 1e-4, "momentum": 0}, {"l1": 0.02}),
    ({"kind": "sgd", "learningRate": 0.5, "momentum": 0.9, "nesterov": True}, {"clipNorm": 0.1}),
    ({"kind": "sgd", "learningRate": 1.5, "momentum": 0, "nesterov": False}, {"clipValue": 0.02}),
    ({"kind": "adam"} | adam_like(learningRate=0.1), {"maxNorm": 1}),
    ({"kind": "adam"} | adam_like(learningRate=0.05), {"average": 0.8}),
    ({"kind": "sgd", "learningRate": 1, "momentum": 0.5, "nesterov": False},
     {"clipValue": 0.05, "clipNorm": 0.1, "l1": 0.01, "l2": 0.02, "weightDecay": 0.03, "maxNorm": 1.2, "average": 0.6}),
]


def build(optimizer, rules, weights, biases):
    o = dict(optimizer)
    kind, rate = o.pop("kind"), o.pop("learningRate")
    decay = rules.get("weightDecay", 0)
    l2 = rules.get("l2", 0)
    # PyTorch's decay is decoupled in AdamW, and L2 in the others; what a class lacks is done by hand in `make`.
    own = decay if kind in ("adamw", "lion") else l2
    groups = [{"params": weights, "weight_decay": own}, {"params": biases, "weight_decay": 0}]
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=rate, momentum=o["momentum"], nesterov=o["nesterov"])
    if kind == "adagrad":
        return torch.optim.Adagrad(groups, lr=rate, eps=o["epsilon"], initial_accumulator_value=o["initial"])
    if kind == "rmsprop":
        return torch.optim.RMSprop(groups, lr=rate, alpha=o["rho"], eps=o["epsilon"], momentum=o["momentum"])
    betas = (o["beta1"], o["beta2"])
    if kind == "lion":
        return Lion(groups, rate, betas)
    classes = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "nadam": torch.optim.NAdam}
    # PyTorch 1.13 multiplies the product of the means by mu_t once too often where it steps tensor by tensor; all at once it is the
    # formula of its own page.
    more = {"foreach": True} if kind == "nadam" else {}
    return classes[kind](groups, lr=rate, betas=betas, eps=o["epsilon"], **more)


def normal(*shape):
    return torch.randn(*shape, generator=GENERATOR)


def make(index, optimizer, rules):
    parameters = []
    for n_in, n_out in zip(WIDTHS, WIDTHS[1:]):
        parameters += [normal(n_out, n_in) / n_in**0.5, 0.3 * normal(n_out)]
    parameters = [tensor.float().double().requires_grad_(True) for tensor in parameters]
    weights, biases = parameters[::2], parameters[1::2]
    start = {name: tensor.tolist() for name, tensor in zip(["w2", "b2", "w3", "b3"], parameters)}
    x = normal(ROWS, WIDTHS[0])
    y = F.one_hot(torch.randint(WIDTHS[-1], (ROWS,), generator=GENERATOR), WIDTHS[-1]).double()
    stepper = build(optimizer, rules, weights, biases)
    rate = optimizer["learningRate"]
    rates = [rate * (1 - step / 30) for step in range(STEPS)] if index % 2 == 1 else None
    average = [w.detach().clone() for w in parameters] if "average" in rules else None
    batches, path = [], []
    for step in range(1, STEPS + 1):
        rows = torch.randperm(ROWS, generator=GENERATOR)[: 4 if index % 3 else ROWS]
        now = rates[step - 1] if rates else rate
        for group in stepper.param_groups:
            group["lr"] = now
        stepper.zero_grad()
        a = torch.tanh(F.linear(x[rows], *parameters[:2]))
        F.cross_entropy(F.linear(a, *parameters[2:]), y[rows]).backward()
        if "clipValue" in rules:
            torch.nn.utils.clip_grad_value_(parameters, rules["clipValue"])
        if "clipNorm" in rules:
            torch.nn.utils.clip_grad_norm_(parameters, rules["clipNorm"])
        with torch.no_grad():
            for w in weights:
                if "l1" in rules:
                    w.grad += rules["l1"] * torch.sign(w)
            if "weightDecay" in rules and optimizer["kind"] not in ("adamw", "lion"):
                # Its L2 is added by the optimizer from the weights that it finds, so it has to be added before they decay.
                for w in weights:
                    w.grad += rules.get("l2", 0) * w
                    w.mul_(1 - now * rules["weightDecay"])
                stepper.param_groups[0]["weight_decay"] = 0
        stepper.step()
        with torch.no_grad():
            for w in weights:
                if "maxNorm" in rules:
                    norms = w.norm(dim=1, keepdim=True)
                    w.copy_(torch.where(norms > rules["maxNorm"], w * rules["maxNorm"] / norms, w))
            if average is not None:
                kept = min(rules["average"], (1 + step) / (10 + step))
                for mean, w in zip(average, parameters):
                    mean.copy_(kept * mean + (1 - kept) * w)
        batches.append(rows.tolist())
        if step in KEPT:
            path.append([step, torch.cat([tensor.detach().flatten() for tensor in parameters]).tolist()])
    layers = [{"units": WIDTHS[1], "activation": "tanh"}, {"units": WIDTHS[2], "activation": "softmax"}]
    case = {
        "network": {"inputs": WIDTHS[0], "layers": layers, "cost": "cross-entropy"} | start,
        "optimizer": optimizer,
        "rules": rules,
        "x": x.tolist(),
        "y": y.tolist(),
        "batches": batches,
        "path": path,
    }
    if rates:
        case["rates"] = rates
    if average is not None:
        case["average"] = torch.cat([mean.flatten() for mean in average]).tolist()
    return case


if __name__ == "__main__":
    lines = [json.dumps(make(index, *case), separators=(",", ":")) for index, case in enumerate(CASES)]
    text = '{"torch":"' + torch.__version__ + '","cases":[\n' + ",\n".join(lines) + "\n]}\n"
    path = Path(__file__).with_name("optimizers.json")
    path.write_text(text)
    print(f"{len(lines)} cases, {len(text)} bytes")
