"""Writes gradients.json.gz: gradients of small networks by float64 PyTorch, for every allowed pair of output and cost.

Each of the seven classic pairs is crossed with each of the four classic hidden activations, at depth 2 to 6; of the others every
cost meets every output and every hidden activation that it may have.

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
    "leaky-relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "softplus": F.softplus,
    "gelu": F.gelu,
    "gelu-tanh": lambda z: F.gelu(z, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "hard-swish": F.hardswish,
    "exponential": torch.exp,
    "softmax": lambda z: F.softmax(z, dim=1),
}
HIDDEN = ["identity", "sigmoid", "tanh", "relu"]
PAIRS = [("squared-error", output) for output in [*HIDDEN, "softmax"]] + [("cross-entropy", "sigmoid"), ("cross-entropy", "softmax")]
ALL_HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
KINKS = {"relu": [0], "leaky-relu": [0], "elu": [0], "selu": [0], "hard-swish": [-3, 3]}


def quantile_error(a, y, q):
    """Of y - a above 0 the share q, below it 1 - q."""
    return torch.maximum(q * (y - a), (q - 1) * (y - a))


# (cost of one output, n_L to divide by or 1, where a - y bends) by a and y; "huber" and "quantile" also with another setting.
DIFFERENCES = {
    "squared-error": lambda a, y: (a - y) ** 2,
    "half-squared-error": lambda a, y: 0.5 * F.mse_loss(a, y, reduction="none"),
    "mean-squared-error": lambda a, y: F.mse_loss(a, y, reduction="none") / a.shape[1],
    "mean-absolute-error": lambda a, y: F.l1_loss(a, y, reduction="none") / a.shape[1],
    "huber": lambda a, y: F.huber_loss(a, y, reduction="none", delta=1.0),
    "huber:0.25": lambda a, y: F.huber_loss(a, y, reduction="none", delta=0.25),
    "quantile": lambda a, y: quantile_error(a, y, 0.5),
    "quantile:0.9": lambda a, y: quantile_error(a, y, 0.9),
}
BENDS = {"mean-absolute-error": [0], "huber": [-1, 1], "huber:0.25": [-0.25, 0.25], "quantile": [0], "quantile:0.9": [0]}
OTHERS = {"cross-entropy": ["sigmoid", "softmax"], "hinge": ["identity", "tanh"], "poisson": ["softplus", "exponential"]}
FURTHER = {name: list(ACTIVATIONS) for name in DIFFERENCES} | OTHERS
OUTPUTS = [1, 2, 5]
WIDTHS = [[4, 3, 5, 2], [3, 5, 1, 4], [7, 2, 3, 5], [2, 4, 3, 3]]
INPUTS = [3, 1, 5, 2]
EXAMPLES = [3, 5, 1, 2, 7]


def normal(*shape):
    return torch.randn(*shape, generator=GENERATOR)


def uniform(*shape):
    return torch.rand(*shape, generator=GENERATOR)


def described(cost):
    """A cost as a description has it."""
    kind, _, setting = cost.partition(":")
    return {"kind": kind, {"huber": "delta", "quantile": "quantile"}[kind]: float(setting)} if setting else kind


def targets(output, count, width, cost="squared-error"):
    """Targets that the output can reach; for probabilities, hard ones in even rows and soft ones in odd rows."""
    if cost == "hinge":
        return uniform(count, width).round()
    if cost == "poisson":
        return torch.floor(4 * uniform(count, width))
    if output == "softmax":
        hard = F.one_hot(torch.randint(width, (count,), generator=GENERATOR), width).double()
        soft = F.softmax(normal(count, width), dim=1)
        return torch.where((torch.arange(count) % 2 == 0)[:, None], hard, soft)
    if output == "sigmoid":
        soft = uniform(count, width)
        return torch.where((torch.arange(count) % 2 == 0)[:, None], soft.round(), soft)
    if output == "tanh":
        return 2 * uniform(count, width) - 1
    if output in ("relu", "softplus", "exponential"):
        return 3 * uniform(count, width)
    return normal(count, width)


def mean_cost(cost, output, z, y):
    if cost in DIFFERENCES:
        return DIFFERENCES[cost](ACTIVATIONS[output](z), y).sum(1).mean()
    if cost == "hinge":
        return F.relu(1 - (2 * y - 1) * ACTIVATIONS[output](z)).sum(1).mean()
    if cost == "poisson":
        rate, is_logarithm = (z, True) if output == "exponential" else (F.softplus(z), False)
        return F.poisson_nll_loss(rate, y, log_input=is_logarithm, eps=0.0, reduction="none").sum(1).mean()
    if output == "sigmoid":
        return F.binary_cross_entropy_with_logits(z, y, reduction="none").sum(1).mean()
    return F.cross_entropy(z, y)


def scale_of(activations):
    """Exponentials of exponentials leave every range, unless weights are small."""
    return 0.3 if "exponential" in activations else 1.0


def draw(sizes, scale, dead, every=1.0):
    """
    Weights of size every / sqrt(n_in), biases around 0.3, those of the output times `scale`; `dead` makes every weighted sum of
    layer 2 negative.
    """
    tensors = {}
    for layer in range(2, len(sizes) + 1):
        n_in, n_out = sizes[layer - 2], sizes[layer - 1]
        factor = scale if layer == len(sizes) else 1.0
        tensors[f"w{layer}"] = factor * (every * normal(n_out, n_in)) / n_in**0.5
        tensors[f"b{layer}"] = factor * (0.3 + 0.5 * normal(n_out))
    if dead:
        tensors["b2"] = -100.0 - uniform(sizes[1])
    return tensors


def is_bent(cost, a, y):
    """Whether some output stands within 1e-4 of where its cost bends."""
    distances = 1 - (2 * y - 1) * a if cost == "hinge" else a - y
    bends = [0] if cost == "hinge" else BENDS.get(cost, [])
    return any(bool(((distances - bend).abs() < 1e-4).any()) for bend in bends)


def run(cost, activations, tensors, x, y):
    """Mean cost, gradients, and whether some z, or some output under its cost, stands within 1e-4 of a kink."""
    parameters = {name: tensor.clone().requires_grad_(True) for name, tensor in tensors.items()}
    x = x.clone().requires_grad_(True)
    a, at_kink = x, False
    for index, name in enumerate(activations):
        z = F.linear(a, parameters[f"w{index + 2}"], parameters[f"b{index + 2}"])
        at_kink = at_kink or any(bool(((z - kink).abs() < 1e-4).any()) for kink in KINKS.get(name, []))
        a = ACTIVATIONS[name](z)
    at_kink = at_kink or is_bent(cost, a, y)
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
        tensors, x, y = draw(sizes, scale, dead, scale_of(activations)), normal(count, sizes[0]), targets(output, count, outputs, cost)
        value, gradients, inputs, at_kink = run(cost, activations, tensors, x, y)
        # Relus may silence a whole tensor by chance; zeros are kept for the cases that are about them.
        silent = any(bool((gradient == 0).all()) for gradient in gradients.values())
        if not at_kink and (silent == (zero or dead)):
            break
    layers = [{"units": units, "activation": name} for units, name in zip(sizes[1:], activations)]
    return {
        "network": {"inputs": sizes[0], "layers": layers, "cost": described(cost)} | lists(tensors),
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
    # Every cost with every output and every hidden activation that it may have; depth and outputs take turns.
    for shift, (cost, outputs_of) in enumerate(FURTHER.items()):
        for at in range(max(len(outputs_of), len(ALL_HIDDEN))):
            hidden = ALL_HIDDEN[(at + shift + 1) % len(ALL_HIDDEN)]
            output = outputs_of[at % len(outputs_of)]
            if (cost, output) in PAIRS and hidden in HIDDEN:
                continue
            depth = 3 + (at + shift) % 4
            yield make(index, cost, [hidden] * (depth - 2), output, OUTPUTS[(index + 1) % len(OUTPUTS)])
            index += 1


if __name__ == "__main__":
    lines = [json.dumps(case, separators=(",", ":")) for case in cases()]
    text = '{"torch":"' + torch.__version__ + '","cases":[\n' + ",\n".join(lines) + "\n]}\n"
    path = Path(__file__).with_name("gradients.json.gz")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(lines)} cases, {len(text)} bytes, {path.stat().st_size} packed")
