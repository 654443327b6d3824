"""PyTorch on one workload: bench/lib/child.mjs starts it with a job as JSON and the threads of its libraries in the environment."""

import json
import sys
import time

import numpy as np
import torch

job = json.loads(sys.argv[1])
work, rows = job["workload"], job["rows"]
widths, batch = work["layers"], work["batch"]
torch.set_num_threads(job["threads"])

images = np.fromfile(job["images"], dtype=np.uint8, count=rows * job["pixels"]).reshape(rows, job["pixels"])
x = torch.from_numpy(images[:, : widths[0]].astype(np.float32) / 255).contiguous()
y = torch.from_numpy(np.fromfile(job["labels"], dtype=np.uint8, count=rows).astype(np.int64) % widths[-1])
target = torch.nn.functional.one_hot(y, widths[-1]).float()

ACTIVATIONS = {"sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU, "tanh": torch.nn.Tanh}
parts = []
for layer in range(len(widths) - 1):
    parts.append(torch.nn.Linear(widths[layer], widths[layer + 1]))
    kind = work["output"] if layer == len(widths) - 2 else work["hidden"]
    if kind != "softmax":  # CrossEntropyLoss has it inside
        parts.append(ACTIVATIONS[kind]())
net = torch.nn.Sequential(*parts)
optimizer = torch.optim.Adam(net.parameters()) if work["optimizer"] == "adam" else torch.optim.SGD(net.parameters(), lr=0.1)
cross_entropy = torch.nn.CrossEntropyLoss()


def epoch():
    order = torch.randperm(rows)
    for start in range(0, rows, batch):
        chosen = order[start : start + batch]
        out = net(x[chosen])
        if work["cost"] == "cross-entropy":
            cost = cross_entropy(out, y[chosen])
        else:
            cost = ((out - target[chosen]) ** 2).sum(1).mean()
        optimizer.zero_grad(set_to_none=True)
        cost.backward()
        optimizer.step()


print(json.dumps({"threads": job["threads"]}), flush=True)
for index in range(job["epochs"] + 1):
    begin = time.perf_counter()
    epoch()
    seconds = time.perf_counter() - begin
    if index > 0:  # the first one warms up
        print(json.dumps({"samplesPerSecond": rows / seconds}), flush=True)
