"""Writes diagnosis.json: what a diagnosis measures, by PyTorch and NumPy.

    /usr/bin/python3 test/golden/make_diagnosis.py

Independent of the library. `passes`: a small network in float64 by PyTorch's own differentiation; root mean squares over rows and
weights of one example's dCost/dw and over rows and units of its dCost/da, by layer. `steps`: twenty steps of torch.optim on all rows, and
by layer the median of the last ten of RMS(change of w) / RMS(w before all of them). `labels`: rows of shares of classes with the
classes that they are said to be of, and the off-diagonal rows of the confident joint (Northcutt et al. 2021, equation 1) with their
margins, the largest first. Needs Debian's python3-torch (made with 1.13).
"""

import json
from pathlib import Path

import numpy as np
import torch

RANDOM = np.random.default_rng(20211014)
WIDTHS = [3, 5, 4, 2]
ACTIVATIONS = ["tanh", "relu", "sigmoid"]
ROWS = 12


def rms(values):
    return float(np.sqrt(np.mean(np.square(np.asarray(values)))))


def draw_network():
    return [
        (RANDOM.normal(size=(out, into)).astype(np.float32), (0.3 * RANDOM.normal(size=out)).astype(np.float32))
        for into, out in zip(WIDTHS, WIDTHS[1:])
    ]


def forward(parameters, x):
    activations = [x]
    for (w, b), name in zip(parameters, ACTIVATIONS):
        activations.append(getattr(torch, name)(activations[-1] @ w.T + b))
        activations[-1].retain_grad()
    return activations


def tensors(network):
    return [tuple(torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in layer) for layer in network]


def cost(output, y):
    return ((output - y) ** 2).sum(-1).mean()


def passes(network, x, y):
    dw, da = [[] for _ in network], [[] for _ in network]
    for row in range(ROWS):
        parameters = tensors(network)
        activations = forward(parameters, torch.tensor(x[row]))
        cost(activations[-1], torch.tensor(y[row])).backward()
        for index, (w, _) in enumerate(parameters):
            dw[index].append(w.grad.numpy())
            da[index].append(activations[index + 1].grad.numpy())
    return {"dCost_dw": [rms(list_) for list_ in dw], "dCost_da": [rms(list_) for list_ in da]}


def steps(network, x, y, make):
    parameters = tensors(network)
    optimizer = make([value for layer in parameters for value in layer])
    ratios = []
    sizes = [rms(w.detach().numpy()) for w, _ in parameters]
    for _ in range(20):
        before = [w.detach().numpy().copy() for w, _ in parameters]
        optimizer.zero_grad()
        cost(forward(parameters, torch.tensor(x))[-1], torch.tensor(y)).backward()
        optimizer.step()
        ratios.append([rms(w.detach().numpy() - old) / size for (w, _), old, size in zip(parameters, before, sizes)])
    return [float(value) for value in np.median(np.array(ratios[10:]), axis=0)]


def labels():
    rows, classes = 80, 4
    true = RANDOM.integers(classes, size=rows)
    given = np.where(RANDOM.random(rows) < 0.2, RANDOM.integers(classes, size=rows), true)
    shares = np.array([RANDOM.dirichlet(1 + 3 * (np.arange(classes) == c)) for c in true])
    thresholds = np.array([shares[given == c, c].mean() for c in range(classes)])
    reached = np.where(shares >= thresholds, shares, -1)
    looks = reached.argmax(1)
    wrong = [int(row) for row in range(rows) if reached[row].max() >= 0 and looks[row] != given[row]]
    margin = lambda row: float(shares[row, looks[row]] - shares[row, given[row]])
    wrong.sort(key=margin, reverse=True)
    return {
        "classes": classes,
        "given": given.tolist(),
        "shares": shares.ravel().tolist(),
        "suspicious": [{"row": row, "looksLike": int(looks[row]), "margin": margin(row)} for row in wrong],
    }


def main():
    network = draw_network()
    x = RANDOM.normal(size=(ROWS, WIDTHS[0]))
    y = np.eye(2)[RANDOM.integers(2, size=ROWS)]
    document = {
        "widths": WIDTHS,
        "activations": ACTIVATIONS,
        "parameters": [float(value) for w, b in network for value in [*w.ravel(), *b]],
        "x": x.tolist(),
        "labels01": y.argmax(1).tolist(),
        "passes": passes(network, x, y),
        "steps": {
            "sgd": steps(network, x, y, lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True)),
            "adam": steps(network, x, y, lambda p: torch.optim.Adam(p, lr=0.01)),
        },
        "labels": labels(),
    }
    path = Path(__file__).with_name("diagnosis.json")
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


main()
