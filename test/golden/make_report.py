"""Writes report.json: what a report of two small models says, by scikit-learn.

    /usr/bin/python3 test/golden/make_report.py

Independent of the library: sklearn encodes the raw cells, measures, and trains the linear models; NumPy does the calibration. Needs Debian's
python3-sklearn (made with 1.2.1). Numbers are written as the shortest text that reads back as the same float64.

Rows have two numbers and a category. The weights of both models are given; permutations of the raw cells are drawn here and handed over, by raw
column and repeat, so that the importance of the category is that of a whole column and not of one of its three inputs. The linear models have no
penalty: that of the library is too small to be seen in four digits.
"""

import json
from pathlib import Path

import numpy as np
from sklearn import metrics
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import OneHotEncoder

RANDOM = np.random.default_rng(90210)
ROWS, REPEATS, BINS = 120, 3, 15
KINDS = ["ant", "bee", "cat"]

x = RANDOM.integers(-40, 41, ROWS) / 16
y = RANDOM.integers(-40, 41, ROWS) / 16
kind = RANDOM.integers(0, 3, ROWS)
encoder = OneHotEncoder(categories=[KINDS], sparse_output=False)


def encode(x, y, kind):
    return np.column_stack([x, y, encoder.fit_transform(np.array(KINDS)[kind].reshape(-1, 1))])


permutations = [[RANDOM.permutation(ROWS) for _ in range(REPEATS)] for _ in range(3)]


def importance(score):
    raw = [x, y, kind]
    before = score(encode(*raw))
    drops = []
    for column in range(3):
        values = []
        for order in permutations[column]:
            moved = list(raw)
            moved[column] = raw[column][order]
            values.append(before - score(encode(*moved)))
        drops.append({"mean": float(np.mean(values)), "deviation": float(np.std(values)), "values": [float(v) for v in values]})
    return {"baseline": float(abs(before)), "columns": drops}


def floats(values):
    return [float(v) for v in values]


# Two classes: softmax of W x + b, shape (classes x inputs).
weights = np.array([[-1.0, 0.5, 0.75, -0.25, 0.0], [1.25, -0.5, -0.5, 0.5, 1.5]])
bias = np.array([0.25, -0.51])


def shares(inputs):
    z = inputs @ weights.T + bias
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


p = shares(encode(x, y, kind))
actual = (RANDOM.random(ROWS) < 0.7 * p[:, 1] + 0.15).astype(int)
for at in range(3):
    for order in permutations[at]:
        moved = [x, y, kind]
        moved[at] = moved[at][order]
        assert np.abs(shares(encode(*moved))[:, 1] - 0.5).min() > 1e-4
predicted = p.argmax(axis=1)
confidence = p.max(axis=1)
assert np.abs(confidence * BINS - np.round(confidence * BINS)).min() > 1e-4
places = np.ceil(confidence * BINS).astype(int) - 1
bins = []
for place in range(BINS):
    inside = places == place
    if inside.any():
        bins.append({"rows": int(inside.sum()), "confidence": float(confidence[inside].mean()), "accuracy": float((predicted == actual)[inside].mean())})
thresholds = []
for threshold in np.arange(1, 20) / 20:
    assert np.abs(p[:, 1] - threshold).min() > 1e-6
    said = (p[:, 1] >= threshold).astype(int)
    (tn, fp), (fn, tp) = metrics.confusion_matrix(actual, said, labels=[0, 1])
    options = {"zero_division": 0}
    thresholds.append(
        {
            "threshold": float(threshold),
            "truePositives": int(tp),
            "falsePositives": int(fp),
            "falseNegatives": int(fn),
            "trueNegatives": int(tn),
            "accuracy": float(metrics.accuracy_score(actual, said)),
            "precision": float(metrics.precision_score(actual, said, **options)),
            "recall": float(metrics.recall_score(actual, said, **options)),
            "f1": float(metrics.f1_score(actual, said, **options)),
        }
    )
half = ROWS // 2
linear = LogisticRegression(penalty=None, tol=1e-10, max_iter=10000).fit(encode(x, y, kind)[:half, :4], actual[:half])
linear_shares = linear.predict_proba(encode(x, y, kind)[half:, :4])
constant = np.tile([1 - actual[:half].mean(), actual[:half].mean()], (ROWS - half, 1))
classification = {
    "weights": weights.tolist(),
    "bias": bias.tolist(),
    "actual": actual.tolist(),
    "scores": {
        "accuracy": float(metrics.accuracy_score(actual, predicted)),
        "rocAuc": float(metrics.roc_auc_score(actual, p[:, 1])),
        "logLoss": float(metrics.log_loss(actual, p)),
        "brier": float(metrics.brier_score_loss(actual, p[:, 1])),
    },
    "calibrationError": float(sum(b["rows"] * abs(b["confidence"] - b["accuracy"]) for b in bins) / ROWS),
    "bins": bins,
    "thresholds": thresholds,
    "importance": importance(lambda inputs: metrics.accuracy_score(actual, shares(inputs).argmax(axis=1))),
    # Trained on the first half of the rows, measured on the second.
    "linear": {"logLoss": float(metrics.log_loss(actual[half:], linear_shares)), "accuracy": float(metrics.accuracy_score(actual[half:], linear_shares.argmax(axis=1)))},
    "constant": {"logLoss": float(metrics.log_loss(actual[half:], constant)), "accuracy": float(metrics.accuracy_score(actual[half:], constant.argmax(axis=1)))},
}

# A number: w x + b.
row = np.array([2.0, -1.5, 0.5, 3.0, -2.0])


def value(inputs):
    return inputs @ row + 10


true = np.round(value(encode(x, y, kind)) * 64 + RANDOM.normal(0, 64, ROWS)) / 64
answers = value(encode(x, y, kind))
lines = LinearRegression().fit(encode(x, y, kind)[:half], true[:half]).predict(encode(x, y, kind)[half:])
regression = {
    "weights": [row.tolist()],
    "bias": [10.0],
    "actual": floats(true),
    "scores": {
        "rmse": float(np.sqrt(metrics.mean_squared_error(true, answers))),
        "mae": float(metrics.mean_absolute_error(true, answers)),
        "r2": float(metrics.r2_score(true, answers)),
    },
    "residuals": {
        "mean": float(np.mean(true - answers)),
        "deviation": float(np.std(true - answers)),
        "quantiles": floats(np.quantile(true - answers, [0.05, 0.25, 0.5, 0.75, 0.95])),
        "bins": [int(n) for n in np.histogram(true - answers, bins=21)[0]],
    },
    "importance": importance(lambda inputs: -np.sqrt(metrics.mean_squared_error(true, value(inputs)))),
    "linear": {"rmse": float(np.sqrt(metrics.mean_squared_error(true[half:], lines))), "r2": float(metrics.r2_score(true[half:], lines))},
    "constant": {"rmse": float(np.sqrt(metrics.mean_squared_error(true[half:], np.full(ROWS - half, true[:half].mean()))))},
}

golden = {
    "kinds": KINDS,
    "x": floats(x),
    "y": floats(y),
    "kind": kind.tolist(),
    "permutations": [[order.tolist() for order in orders] for orders in permutations],
    "classification": classification,
    "regression": regression,
}
Path(__file__).with_name("report.json").write_text(json.dumps(golden) + "\n")
