"""Writes derivations.json.gz: every factor of every derivative of small networks, by float64 PyTorch.

    /usr/bin/python3 test/golden/make_derivations.py

Independent of the library, as make_gradients.py beside it, whose networks, targets and costs these are: autograd
differentiates by each z, a and parameter. Depth 2 to 8, every classic pair of output and cost, every other activation as an
output and as a hidden one, every other cost with some outputs, one to three examples. A case
that starts with a soft target has soft, hard, soft; the others hard, soft, hard. Numbers are written as the shortest text that
reads back as the same float64. Each case holds

    network    the description as the library reads it, weights included: "w2" (n_2 x n_1), "b2" (n_2), ...
    x, y       inputs and targets, one row an example
    mean       the gradients of the mean of the examples' costs, by tensor

and, with one entry for each example, of that example's own cost

    cost       its value
    z, a       by layer: z of "2" to "L", a of "1" (which is x) to "L"
    dCost_dz   by layer, "2" to "L"
    dCost_da   by layer, "1" to "L"
    da_dz      by layer, "2" to "L": da_j/dz_j at [j]; for softmax the Jacobian, da_j/dz_i at [j][i]
    gradients  by tensor: "w2" (n_2 x n_1), "b2" (n_2), ...

Cross-entropy is computed from z, where it loses no digits; only dCost_da of the output layer is of the cost written in a. The
script stops unless both forms give the same derivatives.
"""

import gzip
import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

sys.dont_write_bytecode = True
from make_gradients import (  # noqa: E402
    ACTIVATIONS,
    ALL_HIDDEN,
    DIFFERENCES,
    FURTHER,
    GENERATOR,
    HIDDEN,
    OUTPUTS,
    PAIRS,
    described,
    draw,
    lists,
    mean_cost,
    normal,
    run,
    scale_of,
    targets,
)

GENERATOR.manual_seed(20816180)

WIDEST = 7
# 11 entries, beside three numbers of outputs and four hidden activations: no common factor, so that everything meets everything.
EXAMPLES = [1, 1, 3, 1, 1, 2, 1, 3, 1, 1, 3]
FIELDS = ["z", "a", "dCost_dz", "dCost_da", "da_dz", "gradients"]
TOLERANCE = 1e-9


def y_log(y, a):
    """y ln a, which is 0 with derivative 0 where y is 0, whatever a is."""
    return y * torch.where(y == 0, torch.ones_like(a), a).log()


def cost_of_z(cost, output, z, _a, y):
    return mean_cost(cost, output, z, y)


def cost_of_a(cost, output, _z, a, y):
    if cost in DIFFERENCES:
        return DIFFERENCES[cost](a, y).sum()
    if cost == "hinge":
        return F.relu(1 - (2 * y - 1) * a).sum()
    if cost == "poisson":
        return (a - y_log(y, a)).sum()
    if output == "sigmoid":
        return -(y_log(y, a) + y_log(1 - y, 1 - a)).sum()
    return -y_log(y, a).sum()


def differentiate(cost_of, cost, activations, tensors, x, y):
    """The cost of one example (x and y are 1 x n) and its derivatives by everything between x and the cost."""
    parameters = {name: tensor.clone().requires_grad_(True) for name, tensor in tensors.items()}
    z, a = {}, {1: x.clone().requires_grad_(True)}
    for layer, name in enumerate(activations, 2):
        z[layer] = F.linear(a[layer - 1], parameters[f"w{layer}"], parameters[f"b{layer}"])
        a[layer] = ACTIVATIONS[name](z[layer])
        z[layer].retain_grad()
        a[layer].retain_grad()
    value = cost_of(cost, activations[-1], z[layer], a[layer], y)
    value.backward()
    return {
        "cost": value.detach(),
        "z": {layer: tensor.detach()[0] for layer, tensor in z.items()},
        "a": {layer: tensor.detach()[0] for layer, tensor in a.items()},
        "dCost_dz": {layer: tensor.grad[0] for layer, tensor in z.items()},
        # The cost of z does not pass through the a of the output layer.
        "dCost_da": {layer: tensor.grad[0] for layer, tensor in a.items() if tensor.grad is not None},
        "gradients": {name: tensor.grad for name, tensor in parameters.items()},
    }


def check(actual, expected):
    """Stops unless the two agree, relative to the largest magnitude of the tensor; a NaN does not agree."""
    if not bool((actual - expected).abs().max() <= TOLERANCE * expected.abs().max()):
        raise SystemExit(f"{actual} is not {expected}")


def da_dz(name, z):
    jacobian = torch.autograd.functional.jacobian(lambda row: ACTIVATIONS[name](row[None])[0], z)
    return jacobian if name == "softmax" else jacobian.diagonal()


def example(cost, activations, tensors, x, y):
    of_z = differentiate(cost_of_z, cost, activations, tensors, x, y)
    of_a = differentiate(cost_of_a, cost, activations, tensors, x, y)
    check(of_a["cost"], of_z["cost"])
    for field in ("dCost_dz", "dCost_da", "gradients"):
        for key, expected in of_z[field].items():
            check(of_a[field][key], expected)
    output = len(activations) + 1
    of_z["dCost_da"][output] = of_a["dCost_da"][output]
    slopes = {layer: da_dz(name, of_z["z"][layer]) for layer, name in enumerate(activations, 2)}
    return of_z | {"da_dz": slopes}


def make(index, cost, hidden, output):
    outputs, count = OUTPUTS[index % len(OUTPUTS)], EXAMPLES[index % len(EXAMPLES)]
    sizes = torch.randint(1, WIDEST + 1, (len(hidden) + 1,), generator=GENERATOR).tolist() + [outputs]
    activations = [*hidden, output]
    zero = output == "softmax" and outputs == 1
    soft = index // 3 % 2
    while True:
        tensors, x = draw(sizes, 1.0, False, scale_of(activations)), normal(count, sizes[0])
        y = targets(output, count + soft, outputs, cost)[soft:]
        _value, mean, _inputs, at_kink = run(cost, activations, tensors, x, y)
        # Relus may silence a whole tensor by chance; one example of several may be silent, their mean is not.
        silent = any(bool((gradient == 0).all()) for gradient in mean.values())
        if not at_kink and silent == zero:
            break
    examples = [example(cost, activations, tensors, x[e : e + 1], y[e : e + 1]) for e in range(count)]
    layers = [{"units": units, "activation": name} for units, name in zip(sizes[1:], activations)]
    return {
        "network": {"inputs": sizes[0], "layers": layers, "cost": described(cost)} | lists(tensors),
        "x": x.tolist(),
        "y": y.tolist(),
        "cost": [own["cost"].item() for own in examples],
        **{field: [lists(own[field]) for own in examples] for field in FIELDS},
        "mean": lists(mean),
    }


def cases():
    index = 0
    for cost, output in PAIRS:
        for depth in range(2, 9):
            for name in HIDDEN if depth > 2 else [None]:
                yield make(index, cost, [name] * (depth - 2), output)
                index += 1
        # A different activation in each hidden layer, as far as the four go.
        for depth in range(4, 9):
            order = [HIDDEN[(index + i) % len(HIDDEN)] for i in range(depth - 2)]
            yield make(index, cost, order, output)
            index += 1
    # Under squared error every other output; of every other cost some, and of the rest all; hidden activations take turns.
    turn = len(HIDDEN)
    for cost, outputs_of in FURTHER.items():
        known = [output for name, output in PAIRS if name == cost]
        others = [output for output in outputs_of if output not in known]
        chosen = others if cost == "squared-error" else (others[turn % 3 :: 3] if len(others) > 2 else 5 * outputs_of)
        for output in chosen:
            hidden = ALL_HIDDEN[turn % len(ALL_HIDDEN)]
            if cost == "cross-entropy" and hidden in HIDDEN:
                turn += 1
                hidden = ALL_HIDDEN[turn % len(ALL_HIDDEN)]
            yield make(index, cost, [hidden] * (1 + turn % 2), output)
            index += 1
            turn += 1


if __name__ == "__main__":
    lines = [json.dumps(case, separators=(",", ":")) for case in cases()]
    text = '{"torch":"' + torch.__version__ + '","cases":[\n' + ",\n".join(lines) + "\n]}\n"
    path = Path(__file__).with_name("derivations.json.gz")
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(lines)} cases, {len(text)} bytes, {path.stat().st_size} packed")
