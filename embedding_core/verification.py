"""Who is speaking: voices enrolled from clips, new clips compared with them, and how often it errs.

A voice is the mean of its clips' vectors, each of length one (d-vectors; Variani et al., 2014); a
clip is accepted as a voice where their cosine reaches a threshold. Nothing here is of sound alone:
vectors of any items with labels can be enrolled and verified.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.clusters import has_label
from embedding_core.errors import InputError, SpaceMismatchError
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding

# Scores of clips with voices that are held at once.
_SCORES = 50_000_000


@dataclass(frozen=True, eq=False)
class Voices:
    """Enrolled voices.

    Attributes
    ----------
    names : tuple of str
        In the order their first clip came.
    vectors : ndarray of shape (n_voices, dim), float32
        Of length one each.
    counts : ndarray of shape (n_voices,)
        How many clips each was made of.
    space : str
        Of the model; clips of another one cannot be compared.
    """

    names: tuple[str, ...]
    vectors: NDArray[np.float32] = field(repr=False)
    counts: NDArray[np.intp] = field(repr=False)
    space: str

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, eq=False)
class Verification:
    """Clips compared with voices.

    Attributes
    ----------
    ids : tuple of str
        The clips.
    names : tuple of str
        The voices.
    scores : ndarray of shape (n_clips, n_voices), float32
        Cosines, in [-1, 1].
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    scores: NDArray[np.float32] = field(repr=False)

    def ranked(self, clip: int = 0) -> list[tuple[str, float]]:
        """Return every voice with its score for one clip, the most alike first."""
        order = np.argsort(-self.scores[clip], kind="stable")
        return [(self.names[at], float(self.scores[clip, at])) for at in order]

    def accepted(self, threshold: float, clip: int = 0) -> list[str]:
        """Return the voices one clip passes for, the most alike first."""
        return [name for name, score in self.ranked(clip) if score >= threshold]


@dataclass(frozen=True, eq=False)
class Trials:
    """Every clip compared with every voice, its own made without it.

    Attributes
    ----------
    scores : ndarray of shape (n_trials,), float32
    same : ndarray of shape (n_trials,), bool
        Whether the clip is of the voice.
    clips : ndarray of shape (n_trials,)
        Which clip, as its place in the embedding.
    voices : ndarray of shape (n_trials,)
        Which voice, as its place in `names`.
    names : tuple of str
    n_clips : int
        Clips with a label.
    alone : tuple of str
        Voices with one clip, which can only be taken for another's.
    n_right : int
        Clips whose own voice is the most alike, of those `n_asked` that have one left.
    n_asked : int
    """

    scores: NDArray[np.float32] = field(repr=False)
    same: NDArray[np.bool_] = field(repr=False)
    clips: NDArray[np.intp] = field(repr=False)
    voices: NDArray[np.intp] = field(repr=False)
    names: tuple[str, ...]
    n_clips: int
    alone: tuple[str, ...]
    n_right: int
    n_asked: int

    def __len__(self) -> int:
        return len(self.scores)


@dataclass(frozen=True)
class Errors:
    """How often a threshold errs.

    Attributes
    ----------
    threshold : float
    false_accept, false_reject : float
        Share of the trials of another voice that pass, and of the own voice that do not.
    accept_interval, reject_interval : (float, float)
        Their 95% intervals (Wilson, 1927), as if trials were independent; clips appear in many of
        them, so that the truth is less certain.
    n_accepted, n_rejected : int
        How many trials that is.
    """

    threshold: float
    false_accept: float
    false_reject: float
    accept_interval: tuple[float, float]
    reject_interval: tuple[float, float]
    n_accepted: int
    n_rejected: int


@dataclass(frozen=True, eq=False)
class ErrorRates:
    """Both errors at every threshold that makes a difference.

    Attributes
    ----------
    thresholds : ndarray of shape (t,), float64
        Rising: every score that occurs, and one above them all. A trial passes where its score is
        at least the threshold.
    false_accept : ndarray of shape (t,), float64
        Share of the other voices' trials that pass; falling from 1 to 0.
    false_reject : ndarray of shape (t,), float64
        Share of the own voice's trials that do not; rising from 0 to 1.
    n_other, n_same : int
        How many trials of either kind they rest on.
    equal_error : float
        Where both curves cross, between two thresholds on straight lines.
    equal_threshold : float
        The threshold at which both are closest.
    """

    thresholds: NDArray[np.float64] = field(repr=False)
    false_accept: NDArray[np.float64] = field(repr=False)
    false_reject: NDArray[np.float64] = field(repr=False)
    n_other: int
    n_same: int
    equal_error: float
    equal_threshold: float

    def at(self, threshold: float) -> Errors:
        """Return both errors at any threshold."""
        place = int(np.searchsorted(self.thresholds, threshold, side="left"))
        place = min(place, len(self.thresholds) - 1)
        accept, reject = float(self.false_accept[place]), float(self.false_reject[place])
        n_accepted, n_rejected = round(accept * self.n_other), round(reject * self.n_same)
        return Errors(
            threshold,
            accept,
            reject,
            _interval(n_accepted, self.n_other),
            _interval(n_rejected, self.n_same),
            n_accepted,
            n_rejected,
        )

    def threshold_for(self, false_accept: float) -> float:
        """Return the lowest threshold that lets no more than a share of the others pass."""
        return float(self.thresholds[np.argmax(self.false_accept <= false_accept)])


def enroll(embedding: Embedding, labels: Sequence[object]) -> Voices:
    """Make a voice of the clips of each label.

    Parameters
    ----------
    embedding : Embedding
    labels : sequence of shape (n,)
        Whose voice each clip is, in the order of ``embedding.ids``; None, NaN or empty where
        unknown.

    Returns
    -------
    Voices

    Raises
    ------
    InputError
        If no clip has a label.
    """
    rows, codes, names = _labelled(embedding, labels)
    sums = _sums(unit(embedding.vectors[rows]), codes, len(names))
    return Voices(names, unit(sums.astype(np.float32)), np.bincount(codes), embedding.space)


def verify(voices: Voices, embedding: Embedding) -> Verification:
    """Compare clips with enrolled voices.

    Parameters
    ----------
    voices : Voices
    embedding : Embedding
        New clips, embedded by the same model.

    Returns
    -------
    Verification

    Raises
    ------
    SpaceMismatchError
        If another model made the vectors.
    """
    if embedding.space != voices.space:
        raise SpaceMismatchError(voices.space, embedding.space)
    scores = unit(embedding.vectors) @ voices.vectors.T
    return Verification(embedding.ids, voices.names, np.clip(scores, -1, 1))


def trials(embedding: Embedding, labels: Sequence[object]) -> Trials:
    """Compare every clip with every voice; its own is enrolled without it (leave one out).

    Parameters
    ----------
    embedding : Embedding
    labels : sequence of shape (n,)
        As for `enroll`.

    Returns
    -------
    Trials

    Raises
    ------
    InputError
        If there are fewer than two voices, or none of them has two clips, or too many of both.
    """
    rows, codes, names = _labelled(embedding, labels)
    n, k = len(rows), len(names)
    counts = np.bincount(codes)
    if k < 2 or counts.max() < 2:
        raise InputError(
            f"Got {n:,} clips of {k:,} {'voice' if k == 1 else 'voices'}; how often a threshold "
            "errs shows with two voices or more, one of them with two clips or more."
        )
    if n * k > _SCORES:
        raise InputError(
            f"{n:,} clips and {k:,} voices make {n * k:,} comparisons and the limit is "
            f"{_SCORES:,}; bring fewer."
        )
    clips = unit(embedding.vectors[rows])
    sums = _sums(clips, codes, k)
    scores = np.clip(clips @ unit(sums.astype(np.float32)).T, -1, 1)
    rest = unit((sums[codes] - clips).astype(np.float32))
    has_rest = counts[codes] > 1
    own = np.einsum("nd,nd->n", clips, rest)
    scores[np.arange(n), codes] = np.where(has_rest, np.clip(own, -1, 1), -np.inf)
    same = codes[:, None] == np.arange(k)
    asked = has_rest[:, None] | ~same
    at, voice = np.nonzero(asked)
    return Trials(
        scores=scores[asked],
        same=same[asked],
        clips=rows[at],
        voices=voice,
        names=names,
        n_clips=n,
        alone=tuple(names[voice] for voice in np.flatnonzero(counts == 1)),
        n_right=int((scores.argmax(axis=1) == codes)[has_rest].sum()),
        n_asked=int(has_rest.sum()),
    )


def error_rates(found: Trials) -> ErrorRates:
    """Return how often each threshold lets others pass and turns the right ones away.

    Parameters
    ----------
    found : Trials

    Returns
    -------
    ErrorRates
    """
    scores = found.scores.astype(np.float64)
    same, other = np.sort(scores[found.same]), np.sort(scores[~found.same])
    steps = np.unique(scores)
    steps = np.append(steps, np.nextafter(steps[-1], np.inf))
    accept = 1 - np.searchsorted(other, steps, side="left") / len(other)
    reject = np.searchsorted(same, steps, side="left") / len(same)
    gaps = reject - accept
    # At the first, all pass: the gap is -1; above the last, none: it is 1.
    after = int(np.argmax(gaps >= 0))
    before = after - 1
    share = -gaps[before] / (gaps[after] - gaps[before])
    equal = reject[before] + share * (reject[after] - reject[before])
    closest = after if abs(gaps[after]) <= abs(gaps[before]) else before
    return ErrorRates(
        thresholds=steps,
        false_accept=accept,
        false_reject=reject,
        n_other=len(other),
        n_same=len(same),
        equal_error=float(equal),
        equal_threshold=float(steps[closest]),
    )


def _labelled(
    embedding: Embedding, labels: Sequence[object]
) -> tuple[NDArray[np.intp], NDArray[np.intp], tuple[str, ...]]:
    """Return which clips have a label, each one's place among the voices, and their names."""
    import pandas as pd

    if len(labels) != len(embedding):
        raise InputError(
            f"Got {len(labels):,} labels for {len(embedding):,} items; give one an item."
        )
    rows = np.array([at for at, label in enumerate(labels) if has_label(label)], dtype=np.intp)
    if not len(rows):
        raise InputError("No clip says whose voice it is; name the voices of some.")
    codes, names = pd.factorize(np.array([str(labels[at]) for at in rows], dtype=object))
    return rows, codes.astype(np.intp), tuple(map(str, names))


def _sums(clips: NDArray[np.float32], codes: NDArray[np.intp], k: int) -> NDArray[np.float64]:
    """Return the sum of each voice's clips, (k, dim)."""
    sums = np.zeros((k, clips.shape[1]))
    np.add.at(sums, codes, clips)
    return sums


def _interval(k: int, n: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found: Any = binomtest(k, n).proportion_ci(method="wilson")
    return float(found.low), float(found.high)
