"""Writes parts.json: networks with normalisation, residual blocks and encoded columns, by float64 PyTorch.

    /usr/bin/python3 test/golden/make_parts.py

Independent of the library: torch.nn.functional builds each network (batch_norm, layer_norm, embedding), autograd differentiates it,
torch.optim steps. `checked` computes outputs and costs once more in NumPy from the formulas, and compares derivatives with central
differences of those. Needs Debian's python3-torch (made with 1.13). Numbers are the shortest text that reads back as the same float64.
Each case holds

    title       what it is about
    network     the description as a user writes it, with every tensor by its name (float32 numbers, as the library keeps them)
    x, y        columns of each row before any is encoded, and targets
    training    over all rows as one batch: `cost`, `gradient` of it by tensor, and `running` mean and variance after the step
    prediction  through the running statistics: `outputs`, their mean `cost`, and of row `row` alone the `gradient` of its cost by tensor
                and `inputs`, by its a1
    sgd, adam   every tensor after 20 steps along all rows: rate 0.1, and rate 0.01 with PyTorch's other settings of Adam

Where z is normalised by batches no bias of its layer changes the cost: what autograd's rounding leaves of that derivative is 0 here.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
GENERATOR = torch.Generator().manual_seed(20150211)
STEPS = 20
KINK = 1e-3

ACTIVATIONS = {
    "identity": lambda u: u,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "gelu": F.gelu,
    "softmax": lambda u: F.softmax(u, dim=1),
}


def dense(units, activation):
    return {"units": units, "activation": activation}


def batch_norm(**settings):
    return {"kind": "batch-norm", **settings}


def layer_norm(**settings):
    return {"kind": "layer-norm", **settings}


def residual(*layers):
    return {"kind": "residual", "layers": list(layers)}


def embedding(column, categories, width, **name):
    return {"kind": "embedding", "column": column, "categories": categories, "width": width, **name}


def periodic(column, frequencies, **more):
    return {"kind": "periodic", "column": column, "frequencies": frequencies, **more}


# Title, columns, layers, cost, rows.
CASES = [
    ("batch-norm of relu", 3, [dense(5, "relu"), batch_norm(), dense(2, "identity")], "squared-error", 8),
    ("batch-norm of tanh, twice, with other settings", 4,
     [dense(4, "tanh"), batch_norm(epsilon=0.01, momentum=0.3), dense(3, "tanh"), batch_norm(momentum=1), dense(2, "sigmoid")],
     "cross-entropy", 5),
    ("batch-norm of gelu, two rows", 3, [dense(4, "gelu"), batch_norm(epsilon=0.05), dense(3, "softmax")], "cross-entropy", 2),
    ("layer-norm of tanh, one row", 3, [dense(5, "tanh"), layer_norm(), dense(2, "identity")], "squared-error", 1),
    ("layer-norm of gelu and of relu", 4,
     [dense(5, "gelu"), layer_norm(epsilon=0.001), dense(4, "relu"), layer_norm(), dense(3, "softmax")], "cross-entropy", 5),
    ("both in one network", 4,
     [dense(5, "relu"), batch_norm(), dense(4, "gelu"), layer_norm(), dense(3, "tanh"), dense(3, "softmax")], "cross-entropy", 8),
    ("a residual block of two layers", 3,
     [dense(4, "tanh"), residual(dense(5, "relu"), dense(4, "identity")), dense(2, "identity")], "squared-error", 5),
    ("a residual block with layer-norm inside", 3,
     [dense(4, "gelu"), layer_norm(), residual(dense(5, "gelu"), layer_norm(), dense(4, "tanh"), layer_norm()), dense(3, "softmax")],
     "cross-entropy", 5),
    ("a residual block around the input", 4, [residual(dense(5, "tanh"), dense(4, "gelu")), dense(2, "sigmoid")], "squared-error", 8),
    ("blocks behind and inside each other, with batch-norm", 3,
     [dense(4, "tanh"), residual(dense(4, "relu"), batch_norm()),
      residual(dense(3, "tanh"), residual(dense(3, "gelu")), dense(4, "tanh"), batch_norm()), dense(2, "identity")], "squared-error", 8),
    ("an embedding with a name", 2,
     [embedding(1, 3, 2, name="colour"), dense(4, "tanh"), dense(2, "softmax")], "cross-entropy", 8),
    ("embeddings, periodic and numeric columns", 5,
     [periodic(3, 2), embedding(1, 4, 2, name="weekday"), embedding(4, 3, 3), periodic(0, 1, sigma=0.5, name="hour"),
      dense(4, "tanh"), dense(1, "identity")], "squared-error", 8),
    ("a residual block around encoded columns, two rows", 3,
     [embedding(0, 2, 2), residual(dense(3, "gelu"), dense(4, "tanh")), dense(1, "identity")], "squared-error", 2),
    ("everything together", 3,
     [embedding(2, 3, 2, name="kind"), periodic(0, 2), dense(6, "relu"), batch_norm(),
      residual(dense(4, "gelu"), layer_norm(), dense(6, "tanh"), batch_norm(epsilon=0.001)), dense(3, "softmax")], "cross-entropy", 8),
]  # fmt: skip


def read(inputs, written):
    """Columns in order, as their parts or None; dense layers in order, each with `norm` and `skip`."""
    columns, layers = [None] * inputs, []

    def walk(parts):
        for part in parts:
            kind = part.get("kind", "dense")
            if kind in ("embedding", "periodic"):
                columns[part["column"]] = part
            elif kind == "residual":
                entered = len(layers) + 1
                walk(part["layers"])
                layers[-1]["skip"] = entered
            elif kind == "dense":
                layers.append(dict(part))
            else:
                layers[-1]["norm"] = {"epsilon": 1e-5, "momentum": 0.1} | part

    walk(written)
    return columns, layers


def label(part):
    return f"{'e' if part['kind'] == 'embedding' else 'f'}1.{part.get('name', part['column'])}"


def normal(*shape):
    return torch.randn(*shape, generator=GENERATOR)


def draw(columns, layers, rows):
    """Tensors in the order of the library's vector, and rows."""
    tensors, running, width = {}, {}, 0
    x = normal(rows, len(columns))
    for index, part in enumerate(columns):
        if part is None:
            width += 1
        elif part["kind"] == "embedding":
            tensors[label(part)] = normal(part["categories"], part["width"])
            x[:, index] = torch.randint(part["categories"], (rows,), generator=GENERATOR).double()
            width += part["width"]
        else:
            tensors[label(part)] = part.get("sigma", 1) * normal(part["frequencies"])
            width += 2 * part["frequencies"]
    for l, layer in enumerate(layers, 2):
        n = layer["units"]
        tensors[f"w{l}"] = normal(n, width) / width**0.5
        tensors[f"b{l}"] = 0.3 * normal(n)
        if "norm" in layer:
            tensors[f"gamma{l}"] = 1 + 0.3 * normal(n)
            tensors[f"beta{l}"] = 0.3 * normal(n)
            if layer["norm"]["kind"] == "batch-norm":
                running[f"mean{l}"] = 0.5 * normal(n)
                running[f"var{l}"] = 0.5 + torch.rand(n, generator=GENERATOR)
        width = n
    return {name: t.float().double() for name, t in (tensors | running).items()}, x.float().double()


def encode(columns, t, x):
    parts = []
    for index, part in enumerate(columns):
        if part is None:
            parts.append(x[:, index : index + 1])
        elif part["kind"] == "embedding":
            parts.append(F.embedding(x[:, index].long(), t[label(part)]))
        else:
            angle = 2 * torch.pi * torch.outer(x[:, index], t[label(part)])
            parts.append(torch.cat([torch.sin(angle), torch.cos(angle)], dim=1))
    return torch.cat(parts, dim=1)


def forward(layers, t, a1, training):
    """The last z and the smallest distance of a relu from its kink; in training the running statistics in t move."""
    handed, nearest = [None, a1], np.inf
    for l, layer in enumerate(layers, 2):
        u = F.linear(handed[l - 1], t[f"w{l}"], t[f"b{l}"])
        if "norm" in layer:
            norm, gamma, beta = layer["norm"], t[f"gamma{l}"], t[f"beta{l}"]
            if norm["kind"] == "batch-norm":
                u = F.batch_norm(u, t[f"mean{l}"], t[f"var{l}"], gamma, beta, training, norm["momentum"], norm["epsilon"])
            else:
                u = F.layer_norm(u, gamma.shape, gamma, beta, norm["epsilon"])
        if layer["activation"] == "relu":
            nearest = min(nearest, u.abs().min().item())
        h = ACTIVATIONS[layer["activation"]](u)
        handed.append(h + handed[layer["skip"]] if "skip" in layer else h)
    return u, nearest


def mean_cost(cost, output, z, y):
    if cost == "squared-error":
        return ((ACTIVATIONS[output](z) - y) ** 2).sum(1).mean()
    if output == "sigmoid":
        return F.binary_cross_entropy_with_logits(z, y, reduction="none").sum(1).mean()
    return F.cross_entropy(z, y)


def is_running(name):
    return name.startswith(("mean", "var"))


def zero_biases(layers):
    return [f"b{l}" for l, layer in enumerate(layers, 2) if layer.get("norm", {}).get("kind") == "batch-norm"]


def derivatives(layers, cost, t, a1, y, training):
    """Mean cost and its gradients by tensor; sets those that the mean of a batch takes out to 0."""
    trained = {name: tensor for name, tensor in t.items() if not is_running(name)}
    z, nearest = forward(layers, t, a1, training)
    value = mean_cost(cost, layers[-1]["activation"], z, y)
    gradients = dict(zip(trained, torch.autograd.grad(value, trained.values(), retain_graph=True)))
    for name in zero_biases(layers) if training else []:
        assert gradients[name].abs().max() < 1e-13, name
        gradients[name] = torch.zeros_like(gradients[name])
    return value, gradients, z, nearest


def copies(tensors):
    return {name: t.clone().requires_grad_(not is_running(name)) for name, t in tensors.items()}


def path(columns, layers, cost, tensors, x, y, make):
    t = copies(tensors)
    stepper = make([tensor for tensor in t.values() if tensor.requires_grad])
    for _ in range(STEPS):
        _, gradients, _, _ = derivatives(layers, cost, t, encode(columns, t, x), y, True)
        for name, gradient in gradients.items():
            t[name].grad = gradient
        stepper.step()
    return lists(t)


def is_steady(columns, layers, cost, tensors, x, y):
    """Whether gradient descent from a start that is one rounding to float32 away ends near by, so that float32 engines can be compared."""
    ends = []
    for by in (0, 2**-24):
        start = {name: tensor * (1 + by * torch.sign(normal(*tensor.shape))) for name, tensor in tensors.items()}
        ends.append(path(columns, layers, cost, start, x, y, lambda p: torch.optim.SGD(p, lr=0.1)))
    return all(close(ends[1][name], ends[0][name], 0, 2e-6) for name in tensors)


def lists(tensors):
    return {name: t.tolist() for name, t in tensors.items()}


def numpy_cost(columns, layers, cost, t, x, y, training):
    """Outputs and mean cost once more, from the formulas."""
    erf = np.vectorize(math.erf)
    functions = {
        "identity": lambda u: u,
        "sigmoid": lambda u: 1 / (1 + np.exp(-u)),
        "tanh": np.tanh,
        "relu": lambda u: np.where(u > 0, u, 0),
        "gelu": lambda u: 0.5 * u * (1 + erf(u / np.sqrt(2))),
        "softmax": lambda u: np.exp(u) / np.exp(u).sum(1, keepdims=True),
    }
    a1 = []
    for index, part in enumerate(columns):
        column = x[:, index]
        if part is None:
            a1.append(column)
        elif part["kind"] == "embedding":
            a1 += [t[label(part)][column.astype(int), d] for d in range(part["width"])]
        else:
            a1 += [f(2 * np.pi * frequency * column) for f in (np.sin, np.cos) for frequency in t[label(part)]]
    h = {1: np.stack(a1, axis=1)}
    for l, layer in enumerate(layers, 2):
        u = h[l - 1] @ t[f"w{l}"].T + t[f"b{l}"]
        if "norm" in layer:
            kind = layer["norm"]["kind"]
            if kind == "batch-norm" and not training:
                mean, var = t[f"mean{l}"], t[f"var{l}"]
            else:
                axis = 0 if kind == "batch-norm" else 1
                mean = u.mean(axis, keepdims=True)
                var = ((u - mean) ** 2).mean(axis, keepdims=True)
            u = t[f"gamma{l}"] * (u - mean) / np.sqrt(var + layer["norm"]["epsilon"]) + t[f"beta{l}"]
        h[l] = functions[layer["activation"]](u) + (h[layer["skip"]] if "skip" in layer else 0)
    a = h[l]
    if cost == "squared-error":
        return a, ((a - y) ** 2).sum(1).mean()
    terms = -y * np.log(a) if layer["activation"] == "softmax" else -y * np.log(a) - (1 - y) * np.log(1 - a)
    return a, terms.sum(1).mean()


def close(a, b, relative, absolute=0.0):
    return bool(np.all(np.abs(np.asarray(a) - np.asarray(b)) <= relative * np.abs(np.asarray(b)) + absolute))


def checked(columns, layers, case, cost, tensors, x, y):
    """Central differences of NumPy's cost for up to 8 entries of each tensor, in training and of one row in prediction."""
    numbers = {name: tensor.numpy() for name, tensor in tensors.items()}
    training, prediction = case["training"], case["prediction"]
    row = slice(prediction["row"], prediction["row"] + 1)
    outputs, value = numpy_cost(columns, layers, cost, numbers, x.numpy(), y.numpy(), False)
    assert close(prediction["outputs"], outputs, 1e-12, 1e-13) and close(prediction["cost"], value, 1e-12)
    assert close(training["cost"], numpy_cost(columns, layers, cost, numbers, x.numpy(), y.numpy(), True)[1], 1e-12)
    compared = 0
    for kind, rows in ((training, slice(None)), (prediction, row)):
        for name, gradient in kind["gradient"].items():
            flat = np.asarray(gradient).ravel()
            for i in range(0, flat.size, max(1, flat.size // 8)):
                ends = []
                for h in (1e-6, -1e-6):
                    moved = numbers[name].copy()
                    moved.ravel()[i] += h
                    changed = numbers | {name: moved}
                    ends.append(numpy_cost(columns, layers, cost, changed, x.numpy()[rows], y.numpy()[rows], kind is training)[1])
                assert close((ends[0] - ends[1]) / 2e-6, flat[i], 1e-6, 1e-8), (name, i, ends, flat[i])
                compared += 1
    # The running statistics by their formula: unbiased variance.
    for l, layer in enumerate(layers, 2):
        if f"mean{l}" in tensors:
            momentum, rows = layer["norm"]["momentum"], x.shape[0]
            z = normalised_sums(columns, layers, tensors, x, l)
            mean = (1 - momentum) * numbers[f"mean{l}"] + momentum * z.mean(0)
            var = (1 - momentum) * numbers[f"var{l}"] + momentum * z.var(0) * rows / (rows - 1)
            assert close(training["running"][f"mean{l}"], mean, 1e-12, 1e-13) and close(training["running"][f"var{l}"], var, 1e-12)
    return compared


def normalised_sums(columns, layers, tensors, x, l):
    """z of layer l in training."""
    plain = [dict(layer) for layer in layers[: l - 1]]
    plain[-1] = {"units": plain[-1]["units"], "activation": "identity"}
    return forward(plain, copies(tensors), encode(columns, tensors, x), True)[0].detach().numpy()


def targets(output, rows, n):
    if output == "softmax":
        return F.one_hot(torch.randint(n, (rows,), generator=GENERATOR), n).double()
    if output == "sigmoid":
        return torch.rand(rows, n, generator=GENERATOR).float().double()
    return normal(rows, n).float().double()


def make(title, inputs, written, cost, rows):
    columns, layers = read(inputs, written)
    output = layers[-1]
    while True:
        tensors, x = draw(columns, layers, rows)
        y = targets(output["activation"], rows, output["units"])
        t, row = copies(tensors), rows // 2
        a1 = encode(columns, t, x)
        _, _, z, nearest_row = derivatives(layers, cost, t, a1, y, False)
        own = encode(columns, t, x[row : row + 1])
        if not own.requires_grad:
            own.requires_grad_(True)
        of_row, row_gradients, _, _ = derivatives(layers, cost, t, own, y[row : row + 1], False)
        by_inputs = torch.autograd.grad(of_row, own)[0]
        value, gradients, _, nearest = derivatives(layers, cost, t, a1, y, True)
        # Nothing that is trained may be without a derivative here; categories that no row has, and rounding in place of a 0, aside.
        whole = all(bool((g != 0).any()) for name, g in gradients.items() if name not in zero_biases(layers))
        noise = any(bool(((g != 0) & (g.abs() < 1e-9)).any()) for g in gradients.values())
        if whole and not noise and min(nearest, nearest_row) > KINK and is_steady(columns, layers, cost, tensors, x, y):
            break
    network = {"inputs": inputs, "layers": written, "cost": cost} | lists(tensors)
    case = {
        "title": title,
        "network": network,
        "x": x.tolist(),
        "y": y.tolist(),
        "training": {
            "cost": value.item(),
            "gradient": lists(gradients),
            "running": {name: t[name].tolist() for name in t if is_running(name)},
        },
        "prediction": {
            "outputs": ACTIVATIONS[output["activation"]](z).tolist(),
            "cost": mean_cost(cost, output["activation"], z, y).item(),
            "row": row,
            "gradient": lists(row_gradients),
            "inputs": by_inputs[0].tolist(),
        },
        "sgd": path(columns, layers, cost, tensors, x, y, lambda p: torch.optim.SGD(p, lr=0.1)),
        "adam": path(columns, layers, cost, tensors, x, y, lambda p: torch.optim.Adam(p, lr=0.01)),
    }
    compared = checked(columns, layers, case, cost, tensors, x, y)
    print(f"{title}: {compared} derivatives compared with central differences")
    return case


if __name__ == "__main__":
    lines = [json.dumps(make(*case), separators=(",", ":")) for case in CASES]
    text = '{"torch":"' + torch.__version__ + '","cases":[\n' + ",\n".join(lines) + "\n]}\n"
    Path(__file__).with_name("parts.json").write_text(text)
    print(f"{len(lines)} cases, {len(text)} bytes")
