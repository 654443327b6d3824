"""Reads the model files of test/fixtures/models without the library, and writes models.json: their outputs by PyTorch.

    /usr/bin/python3 test/golden/check_model_with_torch.py [model.safetensors inputs.json]

`read` below is all that a program needs to read a model file: struct, json and numpy. The forward pass is torch's, in float64,
of raw inputs scaled as the file says; outputs are in the units of the source for regression. With arguments it prints the outputs
of any model file for a JSON list of raw inputs instead. Needs Debian's python3-torch and python3-numpy (made with 1.13 and 1.24).
"""

import hashlib
import json
import struct
import sys
from pathlib import Path

import numpy as np
import torch


def read(path):
    """The tensors of a safetensors file by name, and the model's description."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    description = json.loads(header.pop("__metadata__")["chainrule"])
    dtypes = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        part = data[8 + length + begin : 8 + length + end]
        tensors[name] = np.frombuffer(part, dtypes[entry["dtype"]]).reshape(entry["shape"])
    return tensors, description


ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "softmax": lambda z: torch.softmax(z, dim=1),
}


def scaled(x, scaling):
    if scaling["kind"] == "factor":
        return x / scaling["factor"]
    if scaling["kind"] == "standard":
        return (x - torch.tensor(scaling["mean"])) / torch.tensor(scaling["deviation"])
    if scaling["kind"] == "minmax":
        return (x - torch.tensor(scaling["minimum"])) / torch.tensor(scaling["range"])
    return x


def outputs(path, inputs):
    tensors, description = read(path)
    a = scaled(torch.tensor(inputs), description["scaling"])
    for index, layer in enumerate(description["network"]["layers"]):
        linear = torch.nn.Linear(a.shape[1], layer["units"])
        linear.load_state_dict({"weight": torch.tensor(tensors[f"w{index + 2}"]), "bias": torch.tensor(tensors[f"b{index + 2}"])})
        a = ACTIVATIONS[layer["activation"]](linear(a))
    task = description["task"]
    if task["kind"] == "regression":
        a = a * torch.tensor(task["deviation"]) + torch.tensor(task["mean"])
    return a.detach().tolist()


def parameters_hash(path):
    tensors, description = read(path)
    names = [f"{kind}{index + 2}" for index in range(len(description["network"]["layers"])) for kind in "wb"]
    return hashlib.sha256(b"".join(tensors[name].tobytes() for name in names)).hexdigest()


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    if len(sys.argv) == 3:
        print(json.dumps(outputs(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()))))
        sys.exit()
    folder = Path(__file__).parent.parent / "fixtures" / "models"
    expected = json.loads((folder / "expected.json").read_text())
    golden = {}
    for name, entry in expected.items():
        path = folder / f"{name}.safetensors"
        golden[name] = {"parametersHash": parameters_hash(path), "outputs": outputs(path, [[float(x) for x in row] for row in entry["inputs"]])}
        ours = [prediction.get("outputs", prediction.get("values")) for prediction in entry["predictions"]]
        error = np.max(np.abs(np.array(ours) - np.array(golden[name]["outputs"]))) / np.max(np.abs(ours))
        assert golden[name]["parametersHash"] == entry["parametersHash"], name
        assert error < 1e-6, (name, error)
        print(name, "agrees with the library, relative error", error)
    lines = [json.dumps(name) + ":" + json.dumps(value, separators=(",", ":")) for name, value in golden.items()]
    Path(__file__).with_name("models.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
