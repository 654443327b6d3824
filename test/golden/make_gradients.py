"""Writes gradients.json.gz: gradients of small networks by float64 PyTorch, for every allowed pair of output and cost.

    /usr/bin/python3 test/golden/make_gradients.py

Independent of the library: torch.nn.functional builds each network and autograd differentiates it. Needs Debian's
python3-torch (made with 1.13). Numbers are written as the shortest text that reads back as the same float64 (at most 17
significant digits). Each case holds

    network    the description as the library reads it, weights included: "w2" (n_2 x n_1), "b2" (n_2), ...
    x, y       inputs and targets, one row an example
    value      the mean of the examples' costs
    gradients  of that mean, by tensor
    inputs     of each example's own cost by its x, one row an example
"""

import gzip
import json
from pathlib import Path

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
GENERATOR = torch.Generator().manual_seed(64161610)

ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "softmax": lambda z: F.softmax(z, dim=1),
}
HIDDEN = ["identity", "sigmoid", "tanh", "relu"]
PAIRS = [("squared-error", output) for output in ACTIVATIONS] + [("cross-entropy", "sigmoid"), ("cross-entropy", "softmax")]
OUTPUTS = [1, 2, 5]
WIDTHS = [[4, 3, 5, 2], [3, 5, 1, 4], [7, 2, 3, 5], [2, 4, 3, 3]]
INPUTS = [3, 1, 5, 2]
EXAMPLES = [3, 5, 1, 2, 7]


def normal(*shape):
    return torch.randn(*shape, generator=GENERATOR)


def uniform(*shape):
    return torch.rand(*shape, generator=GENERATOR)


def targets(output, count, width):
    """Targets that the output can reach; for probabilities, hard ones in even rows and soft ones in odd rows."""
    if output == "softmax":
        hard = F.one_hot(torch.randint(width, (count,), generator=GENERATOR), width).double()
        soft = F.softmax(normal(count, width), dim=1)
        return torch.where((torch.arange(count) % 2 == 0)[:, None], hard, soft)
    if output == "sigmoid":
        soft = uniform(count, width)
        return torch.where((torch.arange(count) % 2 == 0)[:, None], soft.round(), soft)
    if output == "tanh":
        return 2 * uniform(count, width) - 1
    if output == "relu":
        return 3 * uniform(count, width)
    return normal(count, width)


def mean_cost(cost, output, z, y):
    if cost == "squared-error":
        return ((ACTIVATIONS[output](z) - y) ** 2).sum(1).mean()
    if output == "sigmoid":
        return F.binary_cross_entropy_with_logits(z, y, reduction="none").sum(1).mean()
    return F.cross_entropy(z, y)


def draw(sizes, scale, dead):
    """Weights of size 1 / sqrt(n_in), biases around 0.3; `dead` makes every weighted sum of layer 2 negative."""
    tensors = {}
    for layer in range(2, len(sizes) + 1):
        n_in, n_out = sizes[layer - 2], sizes[layer - 1]
        factor = scale if layer == len(sizes) else 1.0
        tensors[f"w{layer}"] = factor * normal(n_out, n_in) / n_in**0.5
        tensors[f"b{layer}"] = factor * (0.3 + 0.5 * normal(n_out))
    if dead:
        tensors["b2"] = -100.0 - uniform(sizes[1])
    return tensors


def run(cost, activations, tensors, x, y):
    """Mean cost, gradients, and whether some relu stands within 1e-4 of its kink."""
    parameters = {name: tensor.clone().requires_grad_(True) for name, tensor in tensors.items()}
    x = x.clone().requires_grad_(True)
    a, at_kink = x, False
    for index, name in enumerate(activations):
        z = F.linear(a, parameters[f"w{index + 2}"], parameters[f"b{index + 2}"])
        at_kink = at_kink or (name == "relu" and bool((z.abs() < 1e-4).any()))
        a = ACTIVATIONS[name](z)
    value = mean_cost(cost, activations[-1], z, y)
    value.backward()
    return value.item(), {name: tensor.grad for name, tensor in parameters.items()}, x.grad * len(x), at_kink


def lists(tensors):
    return {name: tensor.tolist() for name, tensor in tensors.items()}


def make(index, cost, hidden, output, outputs, scale=1.0, dead=False):
    sizes = [INPUTS[index % len(INPUTS)], *WIDTHS[index % len(WIDTHS)][: len(hidden)], outputs]
    count = EXAMPLES[index % len(EXAMPLES)]
    activations = [*hidden, output]
    zero = output == "softmax" and outputs == 1
    while True:
        tensors, x, y = draw(sizes, scale, dead), normal(count, sizes[0]), targets(output, count, outputs)
        value, gradients, inputs, at_kink = run(cost, activations, tensors, x, y)
        # Relus may silence a whole tensor by chance; zeros are kept for the cases that are about them.
        silent = any(bool((gradient == 0).all()) for gradient in gradients.values())
        if not at_kink and (silent == (zero or dead)):
            break
    layers = [{"units": units, "activation": name} for units, name in zip(sizes[1:], activations)]
    return {
        "network": {"inputs": sizes[0], "layers": layers, "cost": cost} | lists(tensors),
        "x": x.tolist(),
        "y": y.tolist(),
        "value": value,
        "gradients": lists(gradients),
        "inputs": inputs.tolist(),
    }


def cases():
    index = 0
    for cost, output in PAIRS:
        for outputs in OUTPUTS:
            for depth in range(2, 7):
                for hidden in HIDDEN if depth > 2 else [None]:
                    yield make(index, cost, [hidden] * (depth - 2), output, outputs)
                    index += 1
            # A different activation in each hidden layer.
            order = [HIDDEN[(index + i) % len(HIDDEN)] for i in range(4)]
            yield make(index, cost, order, output, outputs)
            index += 1
    # Every relu of layer 2 is off for every example: the derivatives by w2, b2 and w3 are exactly zero.
    for cost, output in PAIRS:
        for depth in (3, 4):
            yield make(index, cost, ["relu", "tanh"][: depth - 2], output, 2, dead=True)
            index += 1
    # Logits in the thousands, where a cost that takes the logarithm of a probability overflows.
    for output in ("sigmoid", "softmax"):
        for outputs in (2, 5):
            yield make(index, "cross-entropy", ["tanh"], output, outputs, scale=3000.0)
            index += 1


if __name__ == "__main__":
    lines = [json.dumps(case, separators=(",", ":")) for case in cases()]
    text = '{"torch":"' + torch.__version__ + '","cases":[\n' + ",\n".join(lines) + "\n]}\n"
    path = Path(__file__).with_name("gradients.json.gz")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(lines)} cases, {len(text)} bytes, {path.stat().st_size} packed")
