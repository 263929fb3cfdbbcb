"""Probes: how much of a label is in the vectors, beside what guessing would give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from embedding_core.errors import Cancelled, InputError
from embedding_core.exact import top
from embedding_core.params import check_seed
from embedding_core.similarity import check_metric, pairwise
from embedding_core.threads import one_blas_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress

MAX_ITEMS = 10_000
MAX_CLASSES = 100
NEAR_DUPLICATE = 0.999
"""The cosine above which two items count as the same thing twice."""

_TWIN_NEIGHBORS = 15
_RIDGES = tuple(10.0**power for power in range(-2, 5))


@dataclass(frozen=True)
class Score:
    """One probe's figure.

    Attributes
    ----------
    value : float
        Accuracy of classes, from 0 to 1; of numbers R2, at most 1 and below 0 where a constant
        would do better. Of predictions for items the probe had not learned from.
    interval : (float, float)
        95% bootstrap interval over the items, or over their groups where there are some.
    """

    value: float
    interval: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Probe:
    """What can be read off the vectors about a label.

    Attributes
    ----------
    task : {"classes", "number"}
        The label holds categories, or numbers.
    linear : Score
        Of logistic regression (classes) or ridge regression (numbers) on standardised vectors.
    neighbors : Score
        Of the `k` nearest items, by the metric.
    baseline : float
        The same figure where the most frequent class, or the mean, is always guessed.
    k, folds : int
        As they were used.
    positions : ndarray of shape (m,)
        The items that were predicted, as places in the embedding.
    truth, predicted : ndarray of shape (m,)
        Their labels and the linear probe's predictions: places in `classes`, or numbers.
    classes : tuple of str
        The most frequent first; empty for numbers.
    groups : int
        How many groups items were kept together in; as many as items where each stood alone.
    notes : tuple of str
        What was left out, grouped or done otherwise, as sentences.
    """

    task: Literal["classes", "number"]
    linear: Score
    neighbors: Score
    baseline: float
    k: int
    folds: int
    positions: NDArray[np.intp] = field(repr=False)
    truth: NDArray[Any] = field(repr=False)
    predicted: NDArray[Any] = field(repr=False)
    classes: tuple[str, ...] = ()
    groups: int = 0
    notes: tuple[str, ...] = ()

    @property
    def confusion(self) -> NDArray[np.intp]:
        """How many items of each class (rows) were taken for each class (columns)."""
        many = len(self.classes)
        table = np.zeros((many, many), dtype=np.intp)
        if many:
            np.add.at(table, (self.truth, self.predicted), 1)
        return table

    @property
    def recalls(self) -> NDArray[np.float64]:
        """Share of each class's items that the linear probe recognised, (n_classes,)."""
        table = self.confusion
        found: NDArray[np.float64] = np.diag(table) / np.maximum(table.sum(axis=1), 1)
        return found

    @property
    def tells(self) -> bool:
        """Whether the linear or the neighbour probe is beyond the baseline by its interval."""
        return max(self.linear.interval[0], self.neighbors.interval[0]) > max(self.baseline, 0.0)

    def confused(self, most: int = 10) -> list[tuple[str, str, NDArray[np.intp]]]:
        """Return the pairs of classes taken for each other most often.

        Returns
        -------
        list of (str, str, ndarray)
            The true class, the one it was taken for, and the items' places in the embedding.
        """
        table = self.confusion.copy()
        np.fill_diagonal(table, 0)
        found = []
        for at in np.argsort(-table, axis=None, kind="stable")[:most]:
            true, taken = divmod(int(at), len(self.classes))
            if table[true, taken]:
                rows = (self.truth == true) & (self.predicted == taken)
                found.append((self.classes[true], self.classes[taken], self.positions[rows]))
        return found


def probe(
    embedding: Embedding,
    labels: Sequence[object],
    *,
    groups: Sequence[object] | None = None,
    task: Literal["auto", "classes", "number"] = "auto",
    metric: str = "cosine",
    k: int = 5,
    folds: int = 5,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Probe:
    """Measure how much of a label can be read off the vectors.

    A linear probe (Alain and Bengio, 2017) and a nearest-neighbour probe predict items they have
    not learned from: cross-validation, stratified by class. Scaling is learned from the training
    part alone. Items of one group are never in both parts; nor are near-duplicates (cosine above
    .999), which would otherwise be answered from memory.

    Parameters
    ----------
    embedding : Embedding
    labels : sequence of shape (n,)
        One an item, in the order of ``embedding.ids``; None, NaN or empty where unknown.
    groups : sequence of shape (n,), optional
        What belongs together, such as the speaker of a clip; None or empty for none.
    task : {"auto", "classes", "number"}
        Numbers of more than a few different values are predicted as numbers where nothing is said.
    metric : {"cosine", "dot", "euclidean", "manhattan"}
        Who the nearest are, for the neighbour probe.
    k : int
        Neighbours that vote.
    folds : int
        Parts of the cross-validation, from 2 to 20.
    seed : int
        Of the folds, the bootstrap, and the sample above 10,000 items.
    progress, cancel : callable, optional

    Returns
    -------
    Probe

    Raises
    ------
    InputError
        If there are too few items, fewer than two classes, or too many.
    Cancelled
        If `cancel` said so.
    """
    n = len(embedding)
    seed = check_seed(seed)
    check_metric(metric)
    for name, given in (("labels", labels), ("groups", groups)):
        if given is not None and len(given) != n:
            raise InputError(f"Got {len(given):,} {name} for {n:,} items; give one an item.")
    if k < 1 or not 2 <= folds <= 20:
        raise InputError(f"k got {k} and folds {folds}; k is 1 or more, folds are 2 to 20.")
    task, values = _read(labels, task)
    kept = np.flatnonzero(values >= 0 if values.dtype.kind == "i" else np.isfinite(values))
    notes: list[str] = []
    if len(kept) < n:
        notes.append(f"{n - len(kept):,} of {n:,} items have no label and are left out.")
    together, told = _groups(embedding, groups, folds, progress, cancel)
    notes += told
    classes: tuple[str, ...] = ()
    if task == "classes":
        kept, classes, values, told = _frequent(labels, values, kept, together, folds)
        notes += told
    rng = np.random.default_rng(seed)
    if len(kept) > MAX_ITEMS:
        notes.append(f"Measured on {MAX_ITEMS:,} of {len(kept):,} items, drawn at random.")
        kept = np.sort(rng.choice(kept, MAX_ITEMS, replace=False))
    truth, together = values[kept], together[kept]
    _check_enough(truth, together, folds, task)
    plan = _plan(truth, together, folds, task, seed)
    k = min(k, *(len(train) for train, _ in plan))
    guesses = _predict(embedding, kept, truth, plan, task, metric, k, progress, cancel)
    figure = _accuracy if task == "classes" else _explained
    scores = {}
    for name, guess in guesses.items():
        sums = _sums(truth, guess, together, task)
        whole = float(figure(sums.sum(axis=0, keepdims=True))[0])
        scores[name] = Score(whole, _interval(sums, figure, seed))
    return Probe(
        task=task,
        linear=scores["linear"],
        neighbors=scores["neighbors"],
        baseline=scores["baseline"].value,
        k=k,
        folds=folds,
        positions=kept,
        truth=truth,
        predicted=guesses["linear"],
        classes=classes,
        groups=len(np.unique(together)),
        notes=tuple(notes),
    )


# --- labels and groups -----------------------------------------------------------------------


def _read(labels: Sequence[object], task: str) -> tuple[Literal["classes", "number"], NDArray[Any]]:
    """Return what the labels are, and as numbers (NaN unknown) or codes (-1 unknown)."""
    import pandas as pd

    from embedding_core.columns import numbers_in

    if task not in ("auto", "classes", "number"):
        raise InputError(f"task got {task!r}; it takes auto, classes or number.")
    cells = pd.Series(list(labels), dtype=object)
    if task != "classes":
        numbers = numbers_in(cells)
        if numbers is not None:
            return "number", numbers.astype(np.float64)
        if task == "number":
            found = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan)
            return "number", np.where(np.isfinite(found), found, np.nan)
    return "classes", _codes(labels)


def _codes(labels: Sequence[object]) -> NDArray[np.int64]:
    """Return a number for each different label, -1 where there is none."""
    import pandas as pd

    from embedding_core.clusters import has_label

    names = [str(label) if has_label(label) else None for label in labels]
    found: NDArray[np.int64] = pd.factorize(np.array(names, dtype=object))[0].astype(np.int64)
    return found


def _groups(
    embedding: Embedding,
    groups: Sequence[object] | None,
    folds: int,
    progress: Progress | None,
    cancel: Cancel | None,
) -> tuple[NDArray[np.int64], list[str]]:
    """Return which items must stay together: those of one group, and near-duplicates."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(embedding)
    left, right, notes = _twins(embedding, folds, progress, cancel)
    if groups is not None:
        codes = _codes(groups)
        named = np.flatnonzero(codes >= 0)
        # Each group is a node of its own, to which its items are joined.
        left, right = np.append(left, named), np.append(right, n + codes[named])
        many = len(np.unique(codes[named]))
        notes.insert(0, f"Items of one group are never learned from and asked about: {many:,} "
                        "groups.")  # fmt: skip
    size = int(max(n, right.max(initial=0) + 1))
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(size, size))
    found: NDArray[np.int64] = connected_components(graph, directed=False)[1][:n].astype(np.int64)
    return found, notes


def _twins(
    embedding: Embedding, folds: int, progress: Progress | None, cancel: Cancel | None
) -> tuple[NDArray[np.intp], NDArray[np.intp], list[str]]:
    """Return the pairs of near-duplicates, and a note where there are some."""
    from embedding_core.neighbors import neighbor_graph

    graph = neighbor_graph(
        embedding, min(_TWIN_NEIGHBORS, len(embedding) - 1), progress=progress, cancel=cancel
    )
    near = graph.distances <= 1 - NEAR_DUPLICATE
    if _largest_chain(graph.indices, near) <= len(embedding) / (2 * folds):
        rows, columns = np.nonzero(near)
        others = graph.indices[rows, columns].astype(np.intp)
        what = f"a near-duplicate (cosine above {NEAR_DUPLICATE})"
    else:
        # In few dimensions everybody has such neighbours: there, only copies are twins.
        _, first, place = np.unique(
            embedding.vectors, axis=0, return_index=True, return_inverse=True
        )
        others = first[place.ravel()]
        rows = np.flatnonzero(others != np.arange(len(embedding)))
        others = others[rows]
        what = "a copy"
    if not len(rows):
        return rows, others, []
    items = len(np.unique(np.append(rows, others)))
    note = (
        f"{items:,} items have {what}; such items are kept together, so that none is answered from "
        "memory."
    )
    return rows, others, [note]


def _largest_chain(indices: NDArray[np.int32], near: NDArray[np.bool_]) -> int:
    """Return the size of the largest group that near neighbours chain together."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = np.nonzero(near)
    n = len(indices)
    graph = coo_array((np.ones(len(rows)), (rows, indices[rows, columns])), shape=(n, n))
    return int(np.bincount(connected_components(graph, directed=False)[1]).max())


def _frequent(
    labels: Sequence[object],
    codes: NDArray[np.int64],
    kept: NDArray[np.intp],
    together: NDArray[np.int64],
    folds: int,
) -> tuple[NDArray[np.intp], tuple[str, ...], NDArray[np.int64], list[str]]:
    """Leave out classes too rare for every fold to have some; number the rest by frequency."""
    many = int(codes.max(initial=-1)) + 1
    pairs = np.unique(np.column_stack((codes[kept], together[kept])), axis=0)
    separate = np.bincount(pairs[:, 0], minlength=many)
    sizes = np.bincount(codes[kept], minlength=many)
    order = [int(code) for code in np.argsort(-sizes, kind="stable") if separate[code] >= folds]
    rare = many - len(order)
    notes = []
    if rare:
        lost = int(sizes.sum() - sizes[order].sum())
        named, are = ("1 class has", "is") if rare == 1 else (f"{rare:,} classes have", "are")
        notes.append(
            f"{named} fewer than {folds} items, or groups of items, and {are} left out: "
            f" {lost:,} of {len(kept):,} items."
        )
    if len(order) < 2:
        what = "one class" if len(order) == 1 else "no class"
        raise InputError(
            f"The labels leave {what} with {folds} or more separate items; two are needed, so "
            "choose another column or bring more items."
        )
    if len(order) > MAX_CLASSES:
        raise InputError(
            f"The labels have {len(order):,} classes and a probe takes at most {MAX_CLASSES}; "
            "choose a column of fewer."
        )
    place = np.full(many, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    renumbered = np.where(codes >= 0, place[codes], -1)
    first = {int(code): at for at, code in reversed(list(enumerate(codes)))}
    names = tuple(str(labels[first[code]]) for code in order)
    return np.flatnonzero(renumbered >= 0), names, renumbered, notes


def _check_enough(truth: NDArray[Any], together: NDArray[np.int64], folds: int, task: str) -> None:
    groups = len(np.unique(together))
    if groups < 2 * folds:
        raise InputError(
            f"Got {len(truth):,} items with a label in {groups:,} separate groups; {2 * folds} or "
            "more are needed, so bring more items."
        )
    if task == "number" and np.ptp(truth) == 0:
        raise InputError("Every item has the same number, so there is nothing to predict.")


# --- learning and asking ---------------------------------------------------------------------

_Plan = list[tuple["NDArray[np.intp]", "NDArray[np.intp]"]]


def _plan(
    truth: NDArray[Any], together: NDArray[np.int64], folds: int, task: str, seed: int
) -> _Plan:
    """Return what is learned from and what is asked about, fold by fold."""
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    grouped = len(np.unique(together)) < len(together)
    if task == "classes":
        kind = StratifiedGroupKFold if grouped else StratifiedKFold
    else:
        kind = GroupKFold if grouped else KFold
    split = kind(folds, shuffle=True, random_state=seed)
    labels = truth if task == "classes" else None
    return list(split.split(truth, labels, together if grouped else None))


def _predict(
    embedding: Embedding,
    kept: NDArray[np.intp],
    truth: NDArray[Any],
    plan: _Plan,
    task: str,
    metric: str,
    k: int,
    progress: Progress | None,
    cancel: Cancel | None,
) -> dict[str, NDArray[Any]]:
    """Return each probe's predictions for the items it did not learn from."""
    vectors = embedding.vectors[kept]
    guesses: dict[str, NDArray[Any]] = {}
    done = 0
    # Many small problems: BLAS's threads would only wait for each other.
    with one_blas_thread():
        for name in ("baseline", "neighbors", "linear"):
            guesses[name] = np.zeros_like(truth)
            for train, test in plan:
                if cancel is not None and cancel():
                    raise Cancelled
                if name == "neighbors":
                    found = _by_neighbors(vectors, truth, train, test, task, metric, k)
                else:
                    learner = _learner(name, task).fit(vectors[train], truth[train])
                    found = learner.predict(vectors[test])
                guesses[name][test] = found
                done += 1
                if progress is not None:
                    progress(done, 3 * len(plan), "probes fitted")
    return guesses


def _learner(name: str, task: str) -> Any:
    from sklearn.dummy import DummyClassifier, DummyRegressor
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classes = task == "classes"
    if name == "baseline":
        return DummyClassifier(strategy="most_frequent") if classes else DummyRegressor()
    # Ridge chooses its strength within the training part.
    model = LogisticRegression(max_iter=2_000, tol=1e-3) if classes else RidgeCV(_RIDGES)
    return make_pipeline(StandardScaler(), model)


def _by_neighbors(
    vectors: NDArray[np.float32],
    truth: NDArray[Any],
    train: NDArray[np.intp],
    test: NDArray[np.intp],
    task: str,
    metric: str,
    k: int,
) -> NDArray[Any]:
    """Return the mean of the k nearest numbers, or the class with most votes among them.

    Of classes with as many votes, the one with the nearest item.
    """
    nearest = top(pairwise(vectors[test], vectors[train], metric), k)[0]
    near = truth[train][nearest]
    if task == "number":
        mean: NDArray[np.float64] = near.mean(axis=1)
        return mean
    votes = (near[:, :, None] == near[:, None, :]).sum(axis=2)
    first = votes.argmax(axis=1)
    voted: NDArray[np.int64] = near[np.arange(len(near)), first]
    return voted


# --- figures ---------------------------------------------------------------------------------


def _sums(
    truth: NDArray[Any], guess: NDArray[Any], together: NDArray[np.int64], task: str
) -> NDArray[np.float64]:
    """Return, a row a group, the sums that a figure is made of: groups are drawn as a whole."""
    if task == "classes":
        parts = [np.ones(len(truth)), truth == guess]
    else:
        # Around the mean, where squares lose no digits.
        centred = truth - truth.mean()
        parts = [np.ones(len(truth)), centred, centred**2, (truth - guess) ** 2]
    _, rows = np.unique(together, return_inverse=True)
    return np.column_stack([np.bincount(rows, weights=part) for part in parts])


def _accuracy(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = sums[:, 1] / sums[:, 0]
    return found


def _explained(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return R2: the share of the variance that the predictions explain."""
    count, total, squares, errors = sums.T
    spread = squares - total**2 / count
    found: NDArray[np.float64] = 1 - np.divide(
        errors, spread, out=np.full_like(errors, np.nan), where=spread > 0
    )
    return found


def _interval(
    sums: NDArray[np.float64],
    figure: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    seed: int,
) -> tuple[float, float]:
    from embedding_core.quality import bootstrap

    def statistic(drawn: NDArray[np.floating]) -> NDArray[np.floating]:
        return figure(drawn.sum(axis=1))

    return bootstrap(sums, np.random.default_rng(seed), statistic=statistic)
