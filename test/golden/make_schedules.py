"""Writes schedules.json: learning rates step by step by torch.optim.lr_scheduler.

    /usr/bin/python3 test/golden/make_schedules.py

Needs Debian's python3-torch (made with 1.13). A case holds the settings of a schedule as the library takes them, the rate, epochs and
steps in an epoch, and the rate of every step. The warm-up is LinearLR's, from 1 / (steps + 1); polynomial decay, which 1.13 lacks, is a
LambdaLR of its formula; cosine restarts are stepped by fractions of an epoch.
"""

import json
from pathlib import Path

import torch
from torch.optim import lr_scheduler as schedulers


def rates(make, epochs, per_epoch, rate, by_epoch=False, fraction=False):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    scheduler = make(optimizer)
    out = []
    for step in range(epochs * per_epoch):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if fraction:
            scheduler.step((step + 1) / per_epoch)
        elif not by_epoch or (step + 1) % per_epoch == 0:
            scheduler.step()
    return out


def case(settings, make, epochs=6, per_epoch=5, rate=0.3, **how):
    return {"schedule": settings, "rate": rate, "epochs": epochs, "stepsPerEpoch": per_epoch,
            "rates": rates(make, epochs, per_epoch, rate, **how)}


CASES = [
    case({"kind": "constant"}, lambda o: schedulers.ConstantLR(o, factor=1)),
    case({"kind": "step", "every": 2, "factor": 0.3}, lambda o: schedulers.StepLR(o, 2, 0.3), by_epoch=True),
    case({"kind": "exponential", "factor": 0.7}, lambda o: schedulers.ExponentialLR(o, 0.7), by_epoch=True),
    case({"kind": "polynomial", "end": 0.1, "power": 1.7},
         lambda o: schedulers.LambdaLR(o, lambda s: 0.1 + 0.9 * (1 - s / 30) ** 1.7)),
    case({"kind": "polynomial"}, lambda o: schedulers.LinearLR(o, 1, 0, 30)),
    case({"kind": "cosine", "end": 0.1}, lambda o: schedulers.CosineAnnealingLR(o, 30, 0.03)),
    case({"kind": "cosine", "end": 0.05, "period": 2}, lambda o: schedulers.CosineAnnealingWarmRestarts(o, 2, 1, 0.015), fraction=True),
    case({"kind": "cosine", "end": 0, "period": 1, "growth": 2}, lambda o: schedulers.CosineAnnealingWarmRestarts(o, 1, 2, 0), epochs=8,
         fraction=True),
    case({"kind": "one-cycle"}, lambda o: schedulers.OneCycleLR(o, 0.3, total_steps=30, cycle_momentum=False)),
    case({"kind": "one-cycle", "start": 0.1, "end": 0.001, "rise": 0.45},
         lambda o: schedulers.OneCycleLR(o, 0.3, total_steps=70, pct_start=0.45, div_factor=10, final_div_factor=100, cycle_momentum=False),
         epochs=10, per_epoch=7),
    case({"kind": "cosine", "warmUp": 2},
         lambda o: schedulers.SequentialLR(o, [schedulers.LinearLR(o, 1 / 11, 1, 10), schedulers.CosineAnnealingLR(o, 20)], [10])),
    case({"kind": "constant", "warmUp": 1.4}, lambda o: schedulers.LinearLR(o, 1 / 8, 1, 7)),
]

if __name__ == "__main__":
    path = Path(__file__).with_name("schedules.json")
    lines = [json.dumps(c, separators=(",", ":")) for c in CASES]
    path.write_text('{"torch":"' + torch.__version__ + '","cases":[\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{len(lines)} cases")
