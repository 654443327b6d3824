"""Writes lbfgs.json: the path of small networks under torch.optim.LBFGS with line_search_fn="strong_wolfe", in float64.

    /usr/bin/python3 test/golden/make_lbfgs.py

Needs Debian's python3-torch (made with 1.13). A case holds the network with its weights (float32 numbers), x, y, the rate, how many pairs
are kept, l2 (added to the cost as l2 / 2 * sum w^2 over the weights), and the parameters after each of 20 steps.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
GENERATOR = torch.Generator().manual_seed(19800503)
STEPS = 20
ROWS = 24
CASES = [([4, 6, 3], 1, 10, 0), ([3, 5, 4, 2], 1, 3, 0.01), ([5, 3], 0.5, 100, 0), ([2, 8, 1], 1, 5, 0)]


def normal(*shape):
    return torch.randn(*shape, generator=GENERATOR)


def make(widths, rate, history, l2):
    parameters = []
    for n_in, n_out in zip(widths, widths[1:]):
        parameters += [normal(n_out, n_in) / n_in**0.5, 0.3 * normal(n_out)]
    parameters = [p.float().double().requires_grad_(True) for p in parameters]
    names = [f"{kind}{layer}" for layer in range(2, len(widths) + 1) for kind in "wb"]
    start = {name: p.tolist() for name, p in zip(names, parameters)}
    x = normal(ROWS, widths[0])
    single = widths[-1] == 1
    y = torch.sin(x[:, :1]) if single else F.one_hot(torch.randint(widths[-1], (ROWS,), generator=GENERATOR), widths[-1]).double()
    optimizer = torch.optim.LBFGS(parameters, lr=rate, max_iter=1, history_size=history, tolerance_grad=0, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        a = x
        for index in range(0, len(parameters) - 2, 2):
            a = torch.tanh(F.linear(a, parameters[index], parameters[index + 1]))
        z = F.linear(a, parameters[-2], parameters[-1])
        cost = ((z - y) ** 2).sum(1).mean() if single else F.cross_entropy(z, y)
        cost = cost + l2 / 2 * sum((w**2).sum() for w in parameters[::2])
        cost.backward()
        return cost

    path = []
    for _ in range(STEPS):
        optimizer.step(closure)
        path.append(torch.cat([p.detach().flatten() for p in parameters]).tolist())
    output, cost = ("identity", "squared-error") if single else ("softmax", "cross-entropy")
    layers = [{"units": n, "activation": "tanh"} for n in widths[1:-1]] + [{"units": widths[-1], "activation": output}]
    network = {"inputs": widths[0], "layers": layers, "cost": cost} | start
    return {"network": network, "rate": rate, "history": history, "l2": l2, "x": x.tolist(), "y": y.tolist(), "path": path}


if __name__ == "__main__":
    lines = [json.dumps(make(*case), separators=(",", ":")) for case in CASES]
    text = '{"torch":"' + torch.__version__ + '","cases":[\n' + ",\n".join(lines) + "\n]}\n"
    Path(__file__).with_name("lbfgs.json").write_text(text)
    print(f"{len(lines)} cases, {len(text)} bytes")
