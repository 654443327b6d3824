"""Writes adam.json: the path of small networks under torch.optim.Adam in float64.

    /usr/bin/python3 test/golden/make_adam.py

Independent of the library: torch.nn.functional builds each network, autograd differentiates it, torch.optim.Adam steps. Needs
Debian's python3-torch (made with 1.13). Numbers are written as the shortest text that reads back as the same float64 (at most
17 significant digits). Each case holds

    network    the description as the library reads it, weights included; these are float32 numbers, as the library keeps them
    optimizer  the settings of Adam
    x, y       inputs and targets, one row an example; the last input is always 0, and so are the derivatives of its weights
    batches    the rows of each step
    path       [step, parameters after it in the order w2, b2, w3, b3, ..., row-major], for some steps
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
GENERATOR = torch.Generator().manual_seed(20141222)

STEPS = 50
KEPT = [1, 2, 3, 5, 10, 20, 35, 50]
ROWS = 11
ACTIVATIONS = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "identity": lambda z: z}

CASES = [
    # hidden, output, cost, widths, rows a step, Adam
    ("tanh", "softmax", "cross-entropy", [4, 5, 3], 4, {"learningRate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
    ("sigmoid", "sigmoid", "squared-error", [3, 4, 3, 2], 11, {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("tanh", "identity", "squared-error", [5, 6, 2], 3, {"learningRate": 0.003, "beta1": 0.0, "beta2": 0.5, "epsilon": 0.1}),
]


def normal(*shape):
    return torch.randn(*shape, generator=GENERATOR)


def targets(output, width):
    if output == "softmax":
        return F.one_hot(torch.randint(width, (ROWS,), generator=GENERATOR), width).double()
    return torch.rand(ROWS, width, generator=GENERATOR)


def mean_cost(cost, activations, parameters, x, y):
    a = x
    for index, name in enumerate(activations):
        z = F.linear(a, parameters[2 * index], parameters[2 * index + 1])
        if name == "softmax":
            return F.cross_entropy(z, y)
        a = ACTIVATIONS[name](z)
    return ((a - y) ** 2).sum(1).mean()


def make(hidden, output, cost, widths, size, settings):
    activations = [hidden] * (len(widths) - 2) + [output]
    parameters = []
    for n_in, n_out in zip(widths, widths[1:]):
        parameters += [normal(n_out, n_in) / n_in**0.5, 0.3 * normal(n_out)]
    parameters = [tensor.float().double().requires_grad_(True) for tensor in parameters]
    names = [f"{kind}{layer}" for layer in range(2, len(widths) + 1) for kind in "wb"]
    start = {name: tensor.tolist() for name, tensor in zip(names, parameters)}
    x, y = normal(ROWS, widths[0]), targets(output, widths[-1])
    x[:, -1] = 0
    optimizer = torch.optim.Adam(
        parameters, lr=settings["learningRate"], betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"]
    )
    batches, path = [], []
    for step in range(1, STEPS + 1):
        rows = torch.randperm(ROWS, generator=GENERATOR)[:size]
        optimizer.zero_grad()
        mean_cost(cost, activations, parameters, x[rows], y[rows]).backward()
        optimizer.step()
        batches.append(rows.tolist())
        if step in KEPT:
            path.append([step, torch.cat([tensor.detach().flatten() for tensor in parameters]).tolist()])
    layers = [{"units": units, "activation": name} for units, name in zip(widths[1:], activations)]
    return {
        "network": {"inputs": widths[0], "layers": layers, "cost": cost} | start,
        "optimizer": {"kind": "adam"} | settings,
        "x": x.tolist(),
        "y": y.tolist(),
        "batches": batches,
        "path": path,
    }


if __name__ == "__main__":
    lines = [json.dumps(make(*case), separators=(",", ":")) for case in CASES]
    text = '{"torch":"' + torch.__version__ + '","cases":[\n' + ",\n".join(lines) + "\n]}\n"
    path = Path(__file__).with_name("adam.json")
    path.write_text(text)
    print(f"{len(lines)} cases, {len(text)} bytes")
