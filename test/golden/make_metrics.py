"""Writes metrics.json: classification and regression metrics by scikit-learn.

    /usr/bin/python3 test/golden/make_metrics.py

Independent of the library: sklearn.metrics computes every number. Needs Debian's python3-sklearn (made with 1.2.1). Numbers
are written as the shortest text that reads back as the same float64. A classification case holds the positions of true and
predicted classes, of `classes` classes, and precision, recall, f1 and support by class; where a ratio has nothing below its
line it is 0. A regression case holds true and predicted values, and rmse, mae and r2.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics

warnings.filterwarnings("ignore")
RANDOM = np.random.default_rng(64161610)


def classification(classes, count, accuracy, never_predicted=(), absent=()):
    present = [c for c in range(classes) if c not in absent]
    actual = RANDOM.choice(present, count)
    guess = RANDOM.choice([c for c in range(classes) if c not in never_predicted], count)
    hit = (RANDOM.random(count) < accuracy) & ~np.isin(actual, never_predicted)
    predicted = np.where(hit, actual, guess)
    labels = list(range(classes))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(actual, predicted, labels=labels, zero_division=0)
    return {
        "classes": classes,
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "confusion": metrics.confusion_matrix(actual, predicted, labels=labels).tolist(),
        "accuracy": metrics.accuracy_score(actual, predicted),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
    }


def regression(count, scale, offset, noise):
    actual = offset + scale * RANDOM.standard_normal(count)
    predicted = actual + noise * RANDOM.standard_normal(count)
    return {
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "rmse": metrics.mean_squared_error(actual, predicted, squared=False),
        "mae": metrics.mean_absolute_error(actual, predicted),
        "r2": metrics.r2_score(actual, predicted),
    }


CLASSIFICATION = [
    classification(2, 50, 0.8),
    classification(3, 150, 0.95),
    classification(10, 360, 0.9),
    classification(4, 40, 0.5, never_predicted=(2,)),
    classification(5, 60, 0.7, absent=(0, 3)),
    classification(6, 80, 0.6, never_predicted=(1, 4), absent=(4, 5)),
    classification(3, 7, 0.0),
    classification(1, 5, 1.0),
]
REGRESSION = [
    regression(20, 1, 0, 0.1),
    regression(200, 5, 100, 5),
    regression(500, 1e-3, 0, 1e-3),
    regression(100, 1e6, 2e6, 1e5),
    regression(30, 1, 0, 10),
    regression(2, 1, 0, 1),
]

if __name__ == "__main__":
    lines = lambda cases: ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    text = '{"sklearn":"%s","classification":[\n%s\n],"regression":[\n%s\n]}\n'
    path = Path(__file__).with_name("metrics.json")
    path.write_text(text % (sklearn.__version__, lines(CLASSIFICATION), lines(REGRESSION)))
    print(len(CLASSIFICATION) + len(REGRESSION), "cases,", path.stat().st_size, "bytes")
