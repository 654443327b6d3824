"""PyTorch with the recipe of cli/recipes/mnist-headline-98.json: python3 bench/peers/headline.py <recipe.json> <MNIST folder> <threads> <seed>.
Prints one line of JSON: seconds of training (the test is not among them), and the share of the 10,000 test rows that are right."""

import gzip
import json
import os
import sys
import time

recipe, folder, threads, seed = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3], int(sys.argv[4])
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = threads

import numpy as np  # noqa: E402
import torch  # noqa: E402

torch.set_num_threads(int(threads))
torch.manual_seed(seed)


def read(name, skip):
    path = os.path.join(folder, name)
    packed = path + ".gz"
    content = gzip.open(packed).read() if os.path.exists(packed) else open(path, "rb").read()
    return np.frombuffer(content[skip:], dtype=np.uint8)


def part(name):
    images = read(f"{name}-images-idx3-ubyte", 16).reshape(-1, 784).astype(np.float32) / 255
    return torch.from_numpy(images), torch.from_numpy(read(f"{name}-labels-idx1-ubyte", 8).astype(np.int64))


(x, y), (test_x, test_y) = part("train"), part("t10k")
network, training = recipe["network"], recipe["training"]
assert (network["activation"], network["outputActivation"], network["cost"]) == ("relu", "softmax", "cross-entropy")
assert (training["optimizer"]["kind"], training["schedule"]) == ("adam", {"kind": "one-cycle"})
widths = [784, *network["hidden"], 10]
layers = []
for index, (n_in, n_out) in enumerate(zip(widths, widths[1:])):
    layers.append(torch.nn.Linear(n_in, n_out))
    torch.nn.init.zeros_(layers[-1].bias)
    if index < len(widths) - 2:
        torch.nn.init.kaiming_normal_(layers[-1].weight, nonlinearity="relu")
        layers.append(torch.nn.ReLU())
    else:  # CrossEntropyLoss has the softmax inside
        torch.nn.init.xavier_uniform_(layers[-1].weight)
net = torch.nn.Sequential(*layers)
rate, epochs, batch = training["optimizer"]["learningRate"], training["epochs"], training["batchSize"]
optimizer = torch.optim.Adam(net.parameters(), lr=rate)
steps = epochs * -(-len(y) // batch)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=steps, cycle_momentum=False)
cross_entropy = torch.nn.CrossEntropyLoss()

begin = time.perf_counter()
for _ in range(epochs):
    order = torch.randperm(len(y))
    for start in range(0, len(y), batch):
        chosen = order[start : start + batch]
        cost = cross_entropy(net(x[chosen]), y[chosen])
        optimizer.zero_grad(set_to_none=True)
        cost.backward()
        optimizer.step()
        schedule.step()
seconds = time.perf_counter() - begin
with torch.no_grad():
    right = (net(test_x).argmax(1) == test_y).float().mean().item()
print(json.dumps({"torch": torch.__version__, "threads": int(threads), "seed": seed, "seconds": seconds, "error": 100 * (1 - right)}))
