"""Writes multilabel.json: networks with one sigmoid a label, trained by PyTorch in float64 and measured by scikit-learn.

    /usr/bin/python3 test/golden/make_multilabel.py

Needs Debian's python3-torch and python3-sklearn (made with 1.13 and 1.2.1). A case holds the network with its weights (float32 numbers), x,
the rows' labels as 0 and 1, the smoothing s of the targets, y (1 - s) + s / 2, and the rate; then, of gradient descent along all rows, the
cost of each step, how many rows had every label right before it, the parameters after the last, and what scikit-learn says of the outputs
then (binary_cross_entropy summed over labels; a label is there from 0.5 on).
"""

import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn import metrics

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
GENERATOR = torch.Generator().manual_seed(19851010)
STEPS = 30
ROWS = 40
CASES = [([3, 6, 3], "cross-entropy", 0.0, 0.5), ([4, 5, 3], "cross-entropy", 0.2, 0.5), ([2, 4, 5], "squared-error", 0.0, 0.4)]


def normal(*shape):
    return torch.randn(*shape, generator=GENERATOR)


def measured(y, p, probabilities):
    said = (p >= 0.5).astype(int)
    names = ("precision", "recall", "f1")
    shares = lambda average: dict(
        zip(names, metrics.precision_recall_fscore_support(y, said, average=average, zero_division=0)[:3])
    )
    columns = range(y.shape[1])
    return {
        "subsetAccuracy": metrics.accuracy_score(y, said),
        "hammingLoss": metrics.hamming_loss(y, said),
        **{average: shares(average) for average in ("macro", "micro", "weighted", "samples")},
        "rocAuc": metrics.roc_auc_score(y, p, average="macro"),
        "averagePrecision": metrics.average_precision_score(y, p, average="macro"),
        "logLoss": float(np.mean([metrics.log_loss(y[:, j], p[:, j]) for j in columns])) if probabilities else None,
        "brier": float(np.mean([metrics.brier_score_loss(y[:, j], p[:, j]) for j in columns])) if probabilities else None,
    }


def make(widths, cost, smoothing, rate):
    parameters = []
    for n_in, n_out in zip(widths, widths[1:]):
        parameters += [normal(n_out, n_in) / n_in**0.5, 0.3 * normal(n_out)]
    parameters = [p.float().double().requires_grad_(True) for p in parameters]
    names = [f"{kind}{layer}" for layer in range(2, len(widths) + 1) for kind in "wb"]
    start = {name: p.tolist() for name, p in zip(names, parameters)}
    x = normal(ROWS, widths[0]).float().double()
    bits = (torch.sin(2 * x @ normal(widths[0], widths[-1])) + 0.3 * normal(ROWS, widths[-1]) > 0.2).double()
    target = bits * (1 - smoothing) + smoothing / 2

    def outputs():
        a = x
        for index in range(0, len(parameters) - 2, 2):
            a = torch.tanh(F.linear(a, parameters[index], parameters[index + 1]))
        return F.linear(a, parameters[-2], parameters[-1])

    def cost_of(z):
        if cost == "squared-error":
            return ((torch.sigmoid(z) - target) ** 2).sum(1).mean()
        return F.binary_cross_entropy_with_logits(z, target, reduction="none").sum(1).mean()

    costs, correct = [], []
    for _ in range(STEPS):
        z = outputs()
        value = cost_of(z)
        costs.append(value.item())
        correct.append(int(((torch.sigmoid(z) >= 0.5) == (bits == 1)).all(1).sum()))
        gradients = torch.autograd.grad(value, parameters)
        with torch.no_grad():
            for p, g in zip(parameters, gradients):
                p -= rate * g
    p = torch.sigmoid(outputs()).detach().numpy()
    layers = [{"units": n, "activation": "tanh"} for n in widths[1:-1]] + [{"units": widths[-1], "activation": "sigmoid"}]
    return {
        "network": {"inputs": widths[0], "layers": layers, "cost": cost} | start,
        "smoothing": smoothing,
        "rate": rate,
        "x": x.tolist(),
        "labels": bits.int().tolist(),
        "costs": costs,
        "correct": correct,
        "parameters": torch.cat([q.detach().flatten() for q in parameters]).tolist(),
        "measured": measured(bits.numpy().astype(int), p, cost == "cross-entropy"),
    }


if __name__ == "__main__":
    path = Path(__file__).with_name("multilabel.json")
    path.write_text(json.dumps([make(*case) for case in CASES], indent=1) + "\n")
