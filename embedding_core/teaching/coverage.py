"""How far a typed answer covers the key points of a question, by the sentence model.

Every statement of the answer is compared with every key point: with the ways it can be said, with
the ways it is typically got wrong, and with the question itself (an answer that only repeats the
question is near all of its points). A weighted sum of these similarities is cut at two thresholds;
``calibration.py`` holds weights and thresholds, and tells how they came about.

This measures coverage, not truth: a sentence near a key point counts whether or not it is right in
what no key point is about, and a right thought that no key point mentions counts for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.cache import OnceCache
from embedding_core.collection import Text
from embedding_core.embedding import load
from embedding_core.teaching import calibration
from embedding_core.teaching.languages import other_language
from embedding_core.teaching.polarity import is_denied
from embedding_core.teaching.questions import KeyPoint, Question
from embedding_core.teaching.statements import MAX_CHARACTERS, statements

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL = "minilm-l6"
STATUSES = ("covered", "partly", "missing")
_VECTORS: OnceCache[Mapping[str, NDArray[np.float32]]] = OnceCache(256)
_SHARPNESS = 12.0  # a form nearer by a cosine of 0.1 counts three times as much
_CLOSELY = 0.55  # to be told that it reads like the opposite, it has to be about the same thing
_ROUGHLY = 0.35  # a statement less similar to every form of a point is not about it at all


@dataclass(frozen=True)
class Match:
    """How far an answer covers one key point.

    Attributes
    ----------
    point : KeyPoint
    status : {"covered", "partly", "missing"}
    statement : str
        The sentence or clause of the answer that comes nearest to saying it; "" for none.
    similarity : float
        Its cosine with the nearest form of the point, -1 to 1.
    score : float
        What the thresholds cut.
    is_opposite : bool
        Whether it reads like the point denied, or as it is typically got wrong. Then it is not
        covered.
    """

    point: KeyPoint
    status: str
    statement: str = ""
    similarity: float = 0.0
    score: float = float("-inf")
    is_opposite: bool = False


@dataclass(frozen=True)
class Coverage:
    """How far an answer covers the key points of a question.

    Attributes
    ----------
    question : str
        Its name.
    matches : tuple of Match
        One a key point, in their order.
    notes : tuple of str
        What a person has to know of how the answer was read.
    """

    question: str
    matches: tuple[Match, ...]
    notes: tuple[str, ...] = ()

    def of(self, status: str) -> tuple[Match, ...]:
        """Return the matches of one status."""
        return tuple(match for match in self.matches if match.status == status)


def cover(question: Question, answer: str) -> Coverage:
    """Compare a typed answer with the key points of a question.

    Parameters
    ----------
    question : Question
    answer : str

    Returns
    -------
    Coverage
        Of an answer without words, or in another language than English, every point is missing,
        and a note says why.

    Raises
    ------
    ModelLoadError
        If the sentence model is not there.
    """
    language = other_language(answer)
    said = [] if language else statements(answer)
    notes = _notes(answer, said, language)
    if not said:
        return Coverage(question.name, tuple(Match(p, "missing") for p in question.points), notes)
    own = _own(question)
    vectors = embedded(said)
    asked = vectors @ own[question.question]
    matches = tuple(_match(point, own, said, vectors, asked) for point in question.points)
    return Coverage(question.name, matches, notes)


def combined(first: Coverage, then: Coverage) -> Coverage:
    """Return what two answers to the same question cover together: the better of each point."""
    pairs = zip(first.matches, then.matches, strict=True)
    better = tuple(min(pair, key=lambda match: STATUSES.index(match.status)) for pair in pairs)
    return Coverage(first.question, better, tuple(dict.fromkeys([*first.notes, *then.notes])))


def warm_up() -> None:
    """Load what the first answer would otherwise wait for."""
    other_language("Which language is this sentence written in?")
    embedded(["A first sentence."])


def embedded(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the sentence model's vectors, (n, dim), of length 1."""
    vectors = load(MODEL).embed([Text(text) for text in texts]).vectors
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def features(
    said: Sequence[str],
    vectors: NDArray[np.float32],
    asked: NDArray[np.float32],
    forms: Sequence[str],
    wrong: Sequence[str],
    compared: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return what the score of a statement for a key point is made of.

    Parameters
    ----------
    said : sequence of str, length n
        Statements.
    vectors : ndarray of shape (n, dim)
        Theirs, of length 1.
    asked : ndarray of shape (n,)
        Their cosine with the question.
    forms, wrong : sequence of str, lengths f and w
        Of the key point, as it can be said and as it is got wrong; there may be no wrong ones.
    compared : ndarray of shape (f + w, dim)
        The vectors of both.

    Returns
    -------
    ndarray of shape (n, 5)
        ``near``: cosine with the mean of the forms. ``asked``: as given. ``wrong``: largest cosine
        with a wrong form. ``lean``: where the statement lies between the means of the wrong (-0.5)
        and the right forms (0.5). ``sides``: how much it denies the wrong forms less how much it
        denies the right ones, -1 to 1.
    """
    right, off = compared[: len(forms)], compared[len(forms) :]
    center, to_right = _mean(right), vectors @ right.T
    found = np.zeros((len(said), 5), np.float32)
    found[:, 0], found[:, 1] = vectors @ center, asked
    found[:, 4] = [-_denies(s, forms, near) for s, near in zip(said, to_right, strict=True)]
    if len(wrong):
        other, to_wrong = _mean(off), vectors @ off.T
        step = center - other
        found[:, 2] = to_wrong.max(axis=1)
        found[:, 3] = (vectors - (center + other) / 2) @ step / max(float(step @ step), 1e-6)
        found[:, 4] += [_denies(s, wrong, near) for s, near in zip(said, to_wrong, strict=True)]
    return found


def _denies(statement: str, forms: Sequence[str], near: NDArray[np.float32]) -> float:
    """Return how much a statement denies some forms, 0 to 1, the nearest counting most."""
    weight = np.exp(_SHARPNESS * (near - near.max()))
    denied = np.array([is_denied(statement, form) for form in forms])
    return float((weight * denied).sum() / weight.sum())


def _match(
    point: KeyPoint,
    own: Mapping[str, NDArray[np.float32]],
    said: list[str],
    vectors: NDArray[np.float32],
    asked: NDArray[np.float32],
) -> Match:
    compared = np.stack([own[text] for text in (*point.forms, *point.must_not)])
    found = features(said, vectors, asked, point.forms, point.must_not, compared)
    near = vectors @ compared[: len(point.forms)].T
    similarity = near.max(axis=1)
    # In double precision, in which the threshold is given.
    scores = calibration.scores(found).astype(np.float64)
    # Forms differ from each other: one of them, said as it stands, can be far from their mean.
    for at in map(int, np.flatnonzero(similarity >= calibration.VERBATIM)):
        if not is_denied(said[at], point.forms[int(near[at].argmax())]):
            scores[at] = max(float(scores[at]), calibration.COVERED)
    best = int(scores.argmax())
    score = float(scores[best])
    # What is said the wrong way round is seldom the best, and yet what a person wants to know of.
    close = np.maximum(similarity, found[:, calibration.FEATURES.index("wrong")])
    opposite = calibration.is_opposite(found) & (close >= _CLOSELY)
    if score < calibration.COVERED and opposite.any():
        at = int(np.where(opposite, close, -1).argmax())
        if close[at] >= close[best] or opposite[best]:
            return Match(point, "missing", said[at], float(similarity[at]), score, True)
    status = (
        "covered" if score >= calibration.COVERED
        else "partly" if score >= calibration.PARTLY
        else "missing"
    )  # fmt: skip
    is_about = similarity[best] >= _ROUGHLY
    return Match(point, status, said[best] if is_about else "", float(similarity[best]), score)


def _own(question: Question) -> Mapping[str, NDArray[np.float32]]:
    """Return the vectors of a question and all forms of its points, computed once a process."""
    forms = [form for point in question.points for form in (*point.forms, *point.must_not)]
    texts = tuple(dict.fromkeys([question.question, *forms]))
    return _VECTORS.get(texts, lambda: dict(zip(texts, embedded(texts), strict=True)))


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    mean = vectors.mean(axis=0)
    unit: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-6)
    return unit


def _notes(answer: str, said: list[str], language: str) -> tuple[str, ...]:
    if language:
        return (
            f"This looks like {language}; the model that compares answers reads English only, so "
            "nothing of it was compared. Answer in English, or judge it by the key points.",
        )
    if not said:
        return ("Nothing was said, so every point is missing.",)
    if len(answer) > MAX_CHARACTERS:
        return (
            f"The answer has {len(answer):,} characters; the first {MAX_CHARACTERS:,} were read, "
            "which is more than anybody says in ten minutes.",
        )
    return ()
