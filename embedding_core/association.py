"""Do two groups of words lean to different attributes? WEAT, with its permutation test."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import InputError, UnknownNameError
from embedding_core.params import check_seed
from embedding_core.samples import samples_dir
from embedding_core.similarity import unit
from embedding_core.wordvectors import vectors_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT_UP_TO = 20_000
"""So many ways to divide the targets are gone through; of more, a sample is drawn."""
_SAMPLED = 20_000
_BLOCK = 2_000


@dataclass(frozen=True, eq=False)
class Association:
    """What a Word-Embedding Association Test found.

    Attributes
    ----------
    words : tuple of str
        The targets, those of the first group first.
    leanings : ndarray of shape (n,), float64
        Of each target: its mean cosine to the first attributes less that to the second, in [-2, 2].
    n_first : int
        How many targets are of the first group.
    effect : float
        How far the groups' mean leanings lie apart, in standard deviations of all leanings
        (Cohen's d with the sample standard deviation), in [-2, 2] about.
    p_value : float
        Share of the ways to divide the targets into two groups of these sizes whose means lie at
        least so far apart, in the same direction; in (0, 1].
    null : ndarray of float64
        The effects of those divisions, of all or of the sample.
    is_exact : bool
        Whether every division was gone through.
    left_out : tuple of str
        Words the model does not know.
    """

    words: tuple[str, ...]
    leanings: NDArray[np.float64]
    n_first: int
    effect: float
    p_value: float
    null: NDArray[np.float64]
    is_exact: bool
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.leanings.setflags(write=False)
        self.null.setflags(write=False)


@dataclass(frozen=True)
class WordSets:
    """The words of one published test.

    Attributes
    ----------
    name, label : str
    target_names, attribute_names : (str, str)
    targets, attributes : (tuple of str, tuple of str)
        The first targets are expected to lean to the first attributes.
    """

    name: str
    label: str
    target_names: tuple[str, str]
    attribute_names: tuple[str, str]
    targets: tuple[tuple[str, ...], tuple[str, ...]]
    attributes: tuple[tuple[str, ...], tuple[str, ...]]


@cache
def word_sets() -> dict[str, WordSets]:
    """Return the published word sets by name (Caliskan et al., 2017)."""
    text = (samples_dir() / "associations" / "weat.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    words = {name: tuple(line.split()) for name, line in content.pop("words").items()}
    found = {}
    for name, each in content.items():
        (x, y), (a, b) = each["targets"], each["attributes"]
        found[name] = WordSets(
            name, each["label"], (x, y), (a, b), (words[x], words[y]), (words[a], words[b])
        )
    return found


def word_set(name: str) -> WordSets:
    """Return published word sets. Raises UnknownNameError where there are none of that name."""
    found = word_sets().get(name)
    if found is None:
        raise UnknownNameError("association test", name, word_sets())
    return found


def weat(
    model: object,
    targets: tuple[Sequence[str], Sequence[str]],
    attributes: tuple[Sequence[str], Sequence[str]],
    *,
    seed: int = 0,
) -> Association:
    """Test whether two groups of targets lean to different attributes.

    The Word-Embedding Association Test (Caliskan, Bryson and Narayanan, Science, 2017). Every
    division counts that is at least as far apart as the given one, the given one among them, so
    that p is never 0 (Phipson and Smyth, 2010).

    Parameters
    ----------
    model : TextQuery
        A model that takes typed words.
    targets : two sequences of str
        Such as flowers and insects; those the model does not know are left out.
    attributes : two sequences of str
        Such as pleasant and unpleasant words.
    seed : int
        Of the sample, where there are too many divisions to go through.

    Raises
    ------
    InputError
        If a group has fewer than two words that the model knows, if a target is in both groups, or
        if all targets lean alike.
    """
    groups = [_known(model, group) for group in (*targets, *attributes)]
    names = ("first targets", "second targets", "first attributes", "second attributes")
    for what, (words, _, _) in zip(names, groups, strict=True):
        if len(words) < 2:
            raise InputError(f"The model knows {len(words)} of the {what}; give at least two.")
    (first, x, _), (second, y, _), (_, a, _), (_, b, _) = groups
    if twice := set(first) & set(second):
        raise InputError(f"“{min(twice)}” is a target of both groups; give it to one.")
    both = np.vstack([x, y])
    leanings = (both @ a.T).mean(axis=1) - (both @ b.T).mean(axis=1)
    effect, p_value, null, is_exact = permutation_test(leanings, len(first), seed=seed)
    left_out = tuple(word for _, _, unknown in groups for word in unknown)
    return Association(
        (*first, *second), leanings, len(first), effect, p_value, null, is_exact, left_out
    )


def permutation_test(
    values: NDArray[np.float64], n_first: int, *, seed: int = 0
) -> tuple[float, float, NDArray[np.float64], bool]:
    """Compare the means of two groups with those of all divisions into groups of these sizes.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Those of the first group first.
    n_first : int
        At least 1, and fewer than n.
    seed : int

    Returns
    -------
    effect : float
        The difference of the means in sample standard deviations of all values.
    p_value : float
        One-sided, in (0, 1].
    null : ndarray
        The effects of the divisions.
    is_exact : bool
    """
    check_seed(seed)
    n = len(values)
    spread = float(values.std(ddof=1))
    if not spread > 1e-12:
        raise InputError("All targets lean alike, so there is nothing to test; choose others.")
    total = float(values.sum())
    is_exact = comb(n, n_first) <= EXACT_UP_TO
    sums = _all_sums(values, n_first) if is_exact else _some_sums(values, n_first, seed)
    null = (sums / n_first - (total - sums) / (n - n_first)) / spread
    effect = float(values[:n_first].mean() - values[n_first:].mean()) / spread
    # Rounding must not make the given division smaller than itself.
    as_far = int((null >= effect - 1e-9).sum())
    p_value = as_far / len(null) if is_exact else (as_far + 1) / (len(null) + 1)
    return effect, p_value, null, is_exact


def _all_sums(values: NDArray[np.float64], n_first: int) -> NDArray[np.float64]:
    chosen = np.array(list(combinations(range(len(values)), n_first)))
    return np.asarray(values[chosen].sum(axis=1))


def _some_sums(values: NDArray[np.float64], n_first: int, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    sums = [
        rng.permuted(np.tile(values, (_BLOCK, 1)), axis=1)[:, :n_first].sum(axis=1)
        for _ in range(_SAMPLED // _BLOCK)
    ]
    return np.concatenate(sums)


def _known(model: object, words: Sequence[str]) -> tuple[list[str], NDArray[np.float64], list[str]]:
    """Return the words a model knows, each once, their directions, and those it does not."""
    known, rows, unknown = [], [], []
    for word in dict.fromkeys(words):
        try:
            rows.append(vectors_of(model, [word])[0])
            known.append(word)
        except InputError:
            unknown.append(word)
    if not rows:
        return [], np.empty((0, 0)), unknown
    return known, unit(np.stack(rows)).astype(np.float64), unknown
