"""Writes metrics.json: metrics by scikit-learn.

    /usr/bin/python3 test/golden/make_metrics.py

Independent of the library: sklearn.metrics computes every number but two, which it does not have and NumPy computes here by
their definitions: the Brier score of several classes and the calibration. Needs Debian's python3-sklearn (made with 1.2.1).
Numbers are written as the shortest text that reads back as the same float64; null stands for a number that is not defined.

A classification case holds the positions of true and predicted classes, of `classes` classes, and precision, recall, f1 and
support by class; where a ratio has nothing below its line it is 0. A regression case holds true and predicted values. A
scores case holds true classes and `width` scores a row, flat: one a class, or a single one, of the second of two. `rank` is
there for scores of any size, `probabilities` only where the scores are such. A labels case holds rows of `labels` times 0 or 1,
flat. `weighed` in a case is the same once more, with `weights` of the rows.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics
from sklearn.preprocessing import label_binarize

warnings.filterwarnings("ignore")
RANDOM = np.random.default_rng(64161610)
# Later cases and all weights are drawn by a generator of their own, so that the first ones stay what they are.
MORE = np.random.default_rng(1797150)


def shares(average, actual, predicted, weights, **options):
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        actual, predicted, average=average, sample_weight=weights, zero_division=0, **options
    )
    return {"precision": float(precision), "recall": float(recall), "f1": float(f1)}


def class_metrics(classes, actual, predicted, weights):
    labels = list(range(classes))
    with_weights = {"sample_weight": weights}
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        actual, predicted, labels=labels, zero_division=0, **with_weights
    )
    # The averages are over the classes that occur or are predicted: scikit-learn's own choice where it is given no labels.
    return {
        "confusion": metrics.confusion_matrix(actual, predicted, labels=labels, **with_weights).tolist(),
        "accuracy": float(metrics.accuracy_score(actual, predicted, **with_weights)),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "balancedAccuracy": float(metrics.balanced_accuracy_score(actual, predicted, **with_weights)),
        "matthews": float(metrics.matthews_corrcoef(actual, predicted, **with_weights)),
        **{average: shares(average, actual, predicted, weights) for average in ("macro", "micro", "weighted")},
    }


def weigh(count):
    """Weights between 0 and 4, in eighths; some rows of more than three weigh nothing."""
    weights = MORE.integers(1, 33, count) / 8
    if count > 3:
        weights[MORE.random(count) < 0.1] = 0
    return weights


def both(compute, count):
    """What `compute(weights)` gives without and with weights."""
    weights = weigh(count)
    return {**compute(None), "weighed": {"weights": weights.tolist(), **compute(weights)}}


def classification(classes, count, accuracy, never_predicted=(), absent=()):
    present = [c for c in range(classes) if c not in absent]
    actual = RANDOM.choice(present, count)
    guess = RANDOM.choice([c for c in range(classes) if c not in never_predicted], count)
    hit = (RANDOM.random(count) < accuracy) & ~np.isin(actual, never_predicted)
    predicted = np.where(hit, actual, guess)
    return given_classes(classes, actual, predicted)


def given_classes(classes, actual, predicted):
    actual, predicted = np.array(actual), np.array(predicted)
    return {
        "classes": classes,
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        **both(lambda weights: class_metrics(classes, actual, predicted, weights), len(actual)),
    }


def regression(count, scale, offset, noise):
    actual = offset + scale * RANDOM.standard_normal(count)
    predicted = actual + noise * RANDOM.standard_normal(count)
    return given_values(actual, predicted)


def defined(value):
    return None if np.isnan(value) else float(value)


def given_values(actual, predicted):
    actual, predicted = np.array(actual, float), np.array(predicted, float)
    compute = lambda weights: {
        "rmse": metrics.mean_squared_error(actual, predicted, squared=False, sample_weight=weights),
        "mae": metrics.mean_absolute_error(actual, predicted, sample_weight=weights),
        "r2": defined(metrics.r2_score(actual, predicted, sample_weight=weights)),
        "medianError": float(metrics.median_absolute_error(actual, predicted, sample_weight=weights)),
        "explainedVariance": float(metrics.explained_variance_score(actual, predicted, sample_weight=weights)),
        "mape": float(metrics.mean_absolute_percentage_error(actual, predicted, sample_weight=weights)),
    }
    return {"actual": actual.tolist(), "predicted": predicted.tolist(), **both(compute, len(actual))}


def top_k(actual, scores, weights):
    """Of a single column scikit-learn wants no labels, and of two columns it knows nothing: a third class that never is."""
    classes = max(2, scores.shape[1])
    if scores.shape[1] == 1:
        fixed = lambda k: metrics.top_k_accuracy_score(actual, scores[:, 0], k=k, sample_weight=weights, labels=[0, 1])
    elif classes == 2:
        wide = np.hstack([scores, np.full((len(scores), 1), scores.min() - 1)])
        fixed = lambda k: metrics.top_k_accuracy_score(actual, wide, k=k, sample_weight=weights, labels=[0, 1, 2])
    else:
        fixed = lambda k: metrics.top_k_accuracy_score(actual, scores, k=k, sample_weight=weights, labels=list(range(classes)))
    return [float(fixed(k)) for k in range(1, classes + 1)]


def rank(actual, scores, weights):
    classes = scores.shape[1]
    if classes <= 2:
        truth, columns = (actual == 1).astype(int), scores[:, -1]
    else:
        truth, columns = label_binarize(actual, classes=list(range(classes))), scores
    area = {}
    for name, average in (("rocAuc", "macro"), ("rocAucWeighted", "weighted")):
        try:
            area[name] = defined(metrics.roc_auc_score(truth, columns, average=average, sample_weight=weights))
        except ValueError:  # a class without rows, or with all of them
            area[name] = None
    if classes > 2 and area["rocAuc"] is not None and np.allclose(scores.sum(axis=1), 1):
        options = {"multi_class": "ovr", "sample_weight": weights, "labels": list(range(classes))}
        assert metrics.roc_auc_score(actual, scores, average="macro", **options) == area["rocAuc"]
        assert metrics.roc_auc_score(actual, scores, average="weighted", **options) == area["rocAucWeighted"]
    if classes > 2 and area["rocAucWeighted"] is None:
        # Later versions leave out the classes without rows; here they are left out by hand.
        total = truth.sum(axis=0) if weights is None else weights @ truth
        some = [c for c in range(classes) if 0 < total[c]]
        if all(truth[:, c].min() == 0 for c in some):
            one = lambda c: metrics.roc_auc_score(truth[:, c], columns[:, c], sample_weight=weights)
            area["rocAucWeighted"] = defined(np.average([one(c) for c in some], weights=[total[c] for c in some]))
    precision = metrics.average_precision_score(truth, columns, average="macro", sample_weight=weights)
    return {"topK": top_k(actual, scores, weights), **area, "averagePrecision": float(precision) + 0.0}


BINS = 15


def probabilities(actual, scores, weights):
    single = scores.shape[1] == 1
    table = np.hstack([1 - scores, scores]) if single else scores
    classes = table.shape[1]
    truth = np.eye(classes)[actual]
    loss = metrics.log_loss(actual, scores[:, 0] if single else scores, labels=list(range(classes)), sample_weight=weights)
    if classes > 2:
        brier = np.average(((table - truth) ** 2).sum(axis=1), weights=weights)
    elif len(set(actual)) == 2:
        brier = metrics.brier_score_loss(actual, table[:, 1], sample_weight=weights)
    else:  # it asks for both classes, unless it is told which one is the second
        brier = metrics.brier_score_loss(actual, table[:, 1], sample_weight=weights, pos_label=1)
    predicted = (table[:, 1] >= 0.5).astype(int) if single else table.argmax(axis=1)
    confidence = table[np.arange(len(table)), predicted]
    weight = np.ones(len(actual)) if weights is None else weights
    place = np.clip(np.digitize(confidence, np.arange(BINS + 1) / BINS, right=True) - 1, 0, BINS - 1)
    bins = []
    for b in range(BINS):
        inside = place == b
        total = weight[inside].sum()
        mean = lambda values: None if total == 0 else float(np.average(values[inside], weights=weight[inside]))
        row = {"from": b / BINS, "to": (b + 1) / BINS, "rows": float(total)}
        bins.append({**row, "confidence": mean(confidence), "accuracy": mean(predicted == actual)})
    full = [b for b in bins if b["rows"] > 0]
    error = sum(b["rows"] * abs(b["accuracy"] - b["confidence"]) for b in full) / weight.sum()
    return {"logLoss": float(loss), "brier": float(brier), "calibrationError": float(error), "calibration": bins}


def given_scores(actual, scores):
    actual, scores = np.array(actual), np.array(scores, float)
    if scores.ndim == 1:
        scores = scores[:, None]
    kinds = [("rank", rank)]
    if scores.min() >= 0 and (scores.max() <= 1 if scores.shape[1] == 1 else np.allclose(scores.sum(axis=1), 1)):
        kinds.append(("probabilities", probabilities))
    compute = lambda weights: {name: kind(actual, scores, weights) for name, kind in kinds}
    case = {"width": scores.shape[1], "actual": actual.tolist(), "scores": scores.ravel().tolist()}
    return {**case, **both(compute, len(actual))}


def softmax(classes, count, skill, step=None, absent=()):
    """Probabilities of six digits, or in steps where one is given so that many are equal."""
    actual = MORE.choice([c for c in range(classes) if c not in absent], count)
    z = MORE.standard_normal((count, classes)) + skill * np.eye(classes)[actual]
    p = np.round(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True), 6)
    if step is not None:
        p = np.floor(p / step) * step
        p[:, 0] += 1 - p.sum(axis=1)
    return given_scores(actual, p)


def single(count, skill, step=None):
    actual = MORE.integers(0, 2, count)
    p = 1 / (1 + np.exp(-MORE.standard_normal(count) - skill * (2 * actual - 1)))
    return given_scores(actual, np.round(p, 6) if step is None else np.round(p / step) * step)


def given_labels(actual, predicted):
    actual, predicted = np.array(actual), np.array(predicted)
    labels = actual.shape[1]

    def compute(weights):
        columns = [
            metrics.precision_recall_fscore_support(
                actual[:, j], predicted[:, j], pos_label=1, average="binary", sample_weight=weights, zero_division=0
            )[:3]
            for j in range(labels)
        ]
        if labels > 1:
            columns = np.array(
                metrics.precision_recall_fscore_support(actual, predicted, sample_weight=weights, zero_division=0)[:3]
            ).T.tolist()
        support = actual.sum(axis=0) if weights is None else weights @ actual
        several = ("macro", "micro", "weighted", "samples")
        return {
            "subsetAccuracy": float(metrics.accuracy_score(actual, predicted, sample_weight=weights)),
            "hammingLoss": float(metrics.hamming_loss(actual, predicted, sample_weight=weights)),
            "perLabel": [
                {"precision": float(p), "recall": float(r), "f1": float(f), "support": float(s)}
                for (p, r, f), s in zip(columns, support)
            ],
            **{average: shares(average, actual, predicted, weights) for average in several},
        }

    flat = {"labels": labels, "actual": actual.ravel().tolist(), "predicted": predicted.ravel().tolist()}
    return {**flat, **both(compute, len(actual))}


def labels(count, width, share, noise, never=()):
    actual = (MORE.random((count, width)) < share).astype(int)
    predicted = np.where(MORE.random((count, width)) < noise, 1 - actual, actual)
    predicted[:, list(never)] = 0
    return given_labels(actual, predicted)


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
CLASSIFICATION += [
    given_classes(3, [1], [1]),
    given_classes(3, [1], [2]),
    given_classes(2, [0, 0, 0, 0], [0, 1, 0, 1]),
    given_classes(2, [0, 1, 0, 1], [1, 1, 1, 1]),
    given_classes(3, [0, 1, 2, 2, 1], [1, 2, 0, 0, 0]),
]
REGRESSION += [
    given_values([3.5], [3.25]),
    given_values([3.5], [3.5]),
    given_values([2, 2, 2, 2], [2, 2, 2, 2]),
    given_values([2, 2, 2, 2], [3, 3, 3, 3]),
    given_values([2, 2, 2, 2], [1, 2, 3, 3]),
    given_values([1, 2, 3, 4, 5], [3, 4, 5, 6, 7]),
    given_values([1, 2, 3, 4, 5], [3, 3, 3, 3, 3]),
    given_values([0, 1, 0, -2], [0, 1.5, 0.25, -1]),
    given_values([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5]),
]
SCORES = [
    # two classes by a single number
    single(80, 1),
    single(120, 0.5, step=0.125),
    given_scores([0, 1, 1, 0, 1], [0.5, 0.5, 0.5, 0.5, 0.5]),
    given_scores([0, 0, 1, 1], [0, 0.25, 0.75, 1]),
    given_scores([1, 1, 0, 0], [0, 0.25, 0.75, 1]),
    given_scores([1], [0.75]),
    given_scores([0, 0, 0], [0.25, 0.5, 0.75]),
    given_scores([1, 1, 1], [0.25, 0.5, 0.75]),
    # the edges of the bins
    given_scores([0, 1] * 8, [k / 15 for k in range(16)]),
    # scores that are no probabilities; of several columns, since of one scikit-learn would compare with 0
    given_scores([0, 1, 2, 0, 1, 2, 2, 0], MORE.integers(-3, 4, (8, 3))),
    given_scores([0, 1, 1, 0, 1, 1, 0, 0], MORE.integers(-3, 4, (8, 2)) * 1e3),
    # two columns
    softmax(2, 60, 1),
    softmax(2, 60, 1, step=1 / 8),
    # several
    softmax(3, 90, 1),
    softmax(5, 120, 1.5, step=1 / 16),
    softmax(10, 100, 3),
    softmax(4, 60, 1, absent=(2,)),
    softmax(4, 60, 1, step=1 / 8, absent=(0, 3)),
    softmax(3, 1, 1),
    given_scores([2, 0, 1, 1], np.full((4, 3), 1 / 3)),
    given_scores([0, 1, 2, 1], [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]]),
]
LABELS = [
    labels(60, 4, 0.4, 0.2),
    labels(40, 3, 0.2, 0.1, never=(1,)),
    labels(20, 6, 0.05, 0.3),
    given_labels([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
    given_labels([[1, 0, 1]], [[1, 1, 0]]),
    given_labels([[1, 1], [0, 0], [1, 0]], [[1, 1], [0, 0], [1, 0]]),
]

if __name__ == "__main__":
    lines = lambda cases: ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    parts = {"classification": CLASSIFICATION, "regression": REGRESSION, "scores": SCORES, "labels": LABELS}
    body = ",".join('"%s":[\n%s\n]' % (name, lines(cases)) for name, cases in parts.items())
    path = Path(__file__).with_name("metrics.json")
    path.write_text('{"sklearn":"%s",%s}\n' % (sklearn.__version__, body))
    print(sum(map(len, parts.values())), "cases,", path.stat().st_size, "bytes")
