"""What makes some items different from all others: their columns and their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from embedding_core.cache import OnceCache
from embedding_core.columns import Column, columns, texts
from embedding_core.errors import InputError
from embedding_core.terms import Terms, count_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding

FEWEST_ITEMS = 3
"""Fewer selected items, or fewer others, are no distribution to compare."""

_LEVEL = 0.01
_DRAWS = 999
_WORDS = 8
# Values and words that are tested exactly, of those most ahead.
_TRIED = 60
# Numbers drawn at once: fewer draws where a column has very many values.
_DRAWN = 1_000_000
# Weight of the prior, in words: that of a long text.
_PRIOR = 500.0


@dataclass(frozen=True)
class Contrast:
    """One way in which a selection differs from the rest.

    Attributes
    ----------
    column : str
        The column; for words of the items themselves, empty.
    kind : {"number", "category", "missing", "words"}
    score : float
        From 0, no difference, to 1, nothing in common; comparable between columns. For numbers the
        Kolmogorov-Smirnov distance; for categories the Jensen-Shannon distance beyond what a
        random selection of the size shows; for what is missing and for words the difference in
        share.
    p : float
        The chance that a random selection of this size differs as much, corrected for how many
        columns, values and words were looked at.
    effect : float
        Numbers: the standardised difference of means, positive where the selection's is higher.
        Categories: how many times as frequent the value is (infinite where no other has it).
        Words: the z-score of the log-odds ratio of the first word. Missing: the difference of the
        shares.
    detail : str
        How it differs, in few words: "higher: median 30 against 12".
    value : str
        The value, or the words, that stand out; empty for numbers.
    """

    column: str
    kind: Literal["number", "category", "missing", "words"]
    score: float
    p: float
    effect: float
    detail: str
    value: str = ""

    @property
    def sentence(self) -> str:
        """The difference as one plain sentence."""
        if self.kind == "words":
            where = f" in {self.column}" if self.column else ""
            return f"Words that stand out{where}: {self.detail}."
        return f"{self.column} is {self.detail}."


@dataclass(frozen=True, eq=False)
class _Read:
    """A collection's columns and words, read once for all selections."""

    columns: list[Column]
    text_column: str
    terms: Terms | None


_READ: OnceCache[_Read] = OnceCache(4)


def contrasts(
    collection: Collection,
    embedding: Embedding,
    positions: Sequence[int] | NDArray[np.integer],
    most: int = 10,
    *,
    seed: int = 0,
) -> list[Contrast]:
    """Return what makes some items different from all others, the largest difference first.

    Noise is not sold as difference: each column, value and word is tested against random selections
    of the same size: numbers by the two-sample Kolmogorov-Smirnov test; categories by up to 999
    draws without replacement, and each value on its own; words and what is missing by the
    hypergeometric distribution. Only those are returned that stay below 1% false discoveries among
    all that were looked at (Benjamini and Hochberg, 1995). A person who selects by a column will of
    course find that column here.

    Parameters
    ----------
    collection : Collection
    embedding : Embedding
        Of items of the collection.
    positions : sequence of int
        The selected items, as places in ``embedding.ids``.
    most : int
        How many differences at most.
    seed : int
        Of the draws.

    Returns
    -------
    list of Contrast
        Empty where nothing differs more than chance would have it.

    Raises
    ------
    InputError
        If fewer than three items are selected, or fewer than three are not.
    """
    n = len(embedding)
    chosen = np.zeros(n, dtype=bool)
    chosen[np.asarray(positions, dtype=np.intp)] = True
    inside = int(chosen.sum())
    if min(inside, n - inside) < FEWEST_ITEMS:
        raise InputError(
            f"Got {inside:,} selected of {n:,} items; select {FEWEST_ITEMS} or more, and leave as "
            "many to compare them with."
        )
    read = _READ.get(
        (collection.fingerprint, embedding.fingerprint), lambda: _read(collection, embedding)
    )
    rng = np.random.default_rng(seed)
    found: list[Contrast] = []
    for column in read.columns:
        missing = column.is_missing
        if column.is_numeric:
            found += _numbers(column, chosen & ~missing, ~chosen & ~missing)
        else:
            found += _categories(column, chosen & ~missing, ~chosen & ~missing, rng)
        if missing.any():
            found.append(_missing(column.name, missing, chosen))
    if read.terms is not None and len(read.terms.names):
        found += _words(read.text_column, read.terms, chosen)
    real = _discoveries(found)
    return sorted(real, key=lambda contrast: (-contrast.score, contrast.p))[:most]


def _read(collection: Collection, embedding: Embedding) -> _Read:
    running = texts(collection, embedding.ids)
    return _Read(
        columns(collection, embedding.ids),
        running[0] if running else "",
        count_terms(running[1]) if running else None,
    )


def _discoveries(found: list[Contrast]) -> list[Contrast]:
    """Keep what stays below the level of false discoveries (Benjamini and Hochberg, 1995)."""
    ranked = sorted(found, key=lambda contrast: contrast.p)
    passed = [rank for rank, each in enumerate(ranked, 1) if each.p <= _LEVEL * rank / len(ranked)]
    return ranked[: max(passed, default=0)]


def _numbers(
    column: Column, inside: NDArray[np.bool_], outside: NDArray[np.bool_]
) -> list[Contrast]:
    from scipy.stats import ks_2samp

    own, rest = column.values[inside].astype(float), column.values[outside].astype(float)
    if min(len(own), len(rest)) < FEWEST_ITEMS:
        return []
    # By their exact distribution where few were selected, which is where the other one is off.
    few = len(own) <= 100 and len(rest) <= 10_000
    test = ks_2samp(own, rest, method="exact" if few else "asymp")
    spread = float(np.sqrt((own.var() + rest.var()) / 2))
    effect = float(own.mean() - rest.mean()) / spread if spread > 0 else 0.0
    return [
        Contrast(
            column.name,
            "number",
            float(test.statistic),
            float(test.pvalue),
            effect,
            _shift(own, rest),
        )
    ]


def _shift(own: NDArray[np.float64], rest: NDArray[np.float64]) -> str:
    """Say how numbers differ: higher or lower, or where the middles agree, wider or narrower."""
    (a, middle, b), (c, other, d) = (np.percentile(part, [25, 50, 75]) for part in (own, rest))
    apart = abs(middle - other) > 0.25 * max(b - a, d - c)
    if apart or (b - a) == (d - c):
        if middle != other:
            way = "higher" if middle > other else "lower"
            return f"{way}: median {_number(middle)} against {_number(other)}"
        way = "higher" if own.mean() > rest.mean() else "lower"
        return f"{way}: mean {_number(own.mean())} against {_number(rest.mean())}"
    way = "more spread" if b - a > d - c else "less spread"
    return (
        f"{way}: the middle half lies from {_number(a)} to {_number(b)}, "
        f"of the others from {_number(c)} to {_number(d)}"
    )


def _categories(
    column: Column,
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    rng: np.random.Generator,
) -> list[Contrast]:
    many = len(column.names)
    own = np.bincount(column.codes[inside], minlength=many)
    rest = np.bincount(column.codes[outside], minlength=many)
    if min(own.sum(), rest.sum()) < FEWEST_ITEMS or many < 2:
        return []
    total, size = own + rest, int(own.sum())
    distance = float(_shannon_distance(own[None], total)[0])
    draws = max(99, min(_DRAWS, _DRAWN // many))
    drawn = rng.multivariate_hypergeometric(total, size, size=draws, method="marginals")
    chance = _shannon_distance(drawn, total)
    # Twice the same distance, summed in another order, may differ in its last digits.
    p = (1 + int((chance >= distance - 1e-9).sum())) / (draws + 1)
    expected = float(chance.mean())
    score = max(0.0, (distance - expected) / (1 - expected)) if expected < 1 else 0.0
    at, value_p = _standing_out(own, total)
    share, other = own[at] / size, rest[at] / rest.sum()
    effect = float(share / other) if other > 0 else float("inf")
    return [
        Contrast(
            column.name,
            "category",
            score,
            # Unlikely as a whole or by the one value: two looks at the column.
            min(1.0, 2 * min(p, value_p)),
            effect,
            f"{column.names[at]} for {_share(share)} of them, {_share(other)} of the others",
            column.names[at],
        )
    ]


def _shannon_distance(own: NDArray[np.integer], total: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the Jensen-Shannon distance, to base 2, of selections (m, k) to their rests."""

    def share(counts: NDArray[np.integer]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = counts / counts.sum(axis=-1, keepdims=True)
        return found

    def information(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        ratio = np.divide(p, q, out=np.ones_like(p), where=p > 0)
        found: NDArray[np.float64] = (p * np.log2(ratio)).sum(axis=-1)
        return found

    p, q = share(own), share(total - own)
    middle = (p + q) / 2
    both = (information(p, middle) + information(q, middle)) / 2
    distance: NDArray[np.float64] = np.sqrt(np.clip(both, 0, 1))
    return distance


def _standing_out(own: NDArray[np.integer], total: NDArray[np.integer]) -> tuple[int, float]:
    """Return the value least to be expected so often, or else so rarely, and how likely it is."""
    size, n = int(own.sum()), int(total.sum())
    gap = own / size - (total - own) / (n - size)
    surprise = _surprise(own, total)
    # The exact distribution is slow, and of many values only those ahead by a rougher measure can
    # be the least likely.
    near = np.union1d(
        np.argsort(-np.abs(surprise), kind="stable")[:_TRIED],
        np.argsort(-np.abs(gap), kind="stable")[:_TRIED],
    )
    over, under = _tails(own[near], total[near], n, size)
    # A value that is there says more than one that is not.
    ways = over if over.min() * len(own) <= _LEVEL else np.minimum(over, under)
    # Of equally unlikely ones, the one whose share differs most.
    best = int(np.lexsort((-np.abs(gap[near]), ways))[0])
    return int(near[best]), min(1.0, 2 * float(ways[best]) * len(own))


def _surprise(own: NDArray[np.integer], total: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return how many standard deviations each count lies from that of a random selection."""
    size, n = float(own.sum()), float(total.sum())
    share = total / n
    spread = np.sqrt(size * share * (1 - share) * (n - size) / max(n - 1, 1))
    found: NDArray[np.float64] = np.divide(
        own - size * share, spread, out=np.zeros(len(own)), where=spread > 0
    )
    return found


def _tails(
    own: NDArray[np.integer], total: NDArray[np.integer], n: int, size: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the chances that a random selection has so many or more, and so many or fewer."""
    from scipy.stats import hypergeom

    over, under = hypergeom.sf(own - 1, n, total, size), hypergeom.cdf(own, n, total, size)
    return np.asarray(over, dtype=np.float64), np.asarray(under, dtype=np.float64)


def _missing(name: str, missing: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> Contrast:
    own, size = int((missing & chosen).sum()), int(chosen.sum())
    share = own / size
    other = (int(missing.sum()) - own) / (len(chosen) - size)
    tails = _tails(np.array([own]), np.array([missing.sum()]), len(chosen), size)
    p = min(1.0, 2 * float(min(tails[0][0], tails[1][0])))
    detail = f"missing for {_share(share)} of them, {_share(other)} of the others"
    return Contrast(name, "missing", abs(share - other), p, share - other, detail)


def _words(name: str, terms: Terms, chosen: NDArray[np.bool_]) -> list[Contrast]:
    """Rank words by their log-odds ratio with an informative prior (Monroe et al., 2008).

    They are tested by how many *texts* have them: a word that one text repeats is no difference.
    """
    own = np.asarray(terms.counts[chosen].sum(axis=0)).ravel().astype(float)
    total = np.asarray(terms.counts.sum(axis=0)).ravel().astype(float)
    z = _log_odds(own, total - own)
    present = (terms.counts > 0).astype(np.int64)
    in_own = np.asarray(present[chosen].sum(axis=0)).ravel()
    in_all = np.asarray(present.sum(axis=0)).ravel()
    n, size = len(chosen), int(chosen.sum())
    ahead = in_own / size - (in_all - in_own) / (n - size)
    likely = np.flatnonzero((z > 0) & (ahead > 0))
    likely = likely[np.argsort(-z[likely], kind="stable")][:_TRIED]
    p = np.minimum(1, _tails(in_own[likely], in_all[likely], n, size)[0] * len(terms.names))
    best, p = likely[p <= _LEVEL][:_WORDS], p[p <= _LEVEL][:_WORDS]
    if not len(best):
        return []
    words = ", ".join(terms.names[i] for i in best)
    first = int(best[0])
    share, other = in_own[first] / size, (in_all[first] - in_own[first]) / (n - size)
    detail = (
        f"{words}; “{terms.names[first]}” is in {_share(share)} of them, {_share(other)} of the "
        "others"
    )
    return [
        Contrast(name, "words", float(ahead[best].max()), float(p.min()), float(z[first]),
                 detail, words)
    ]  # fmt: skip


def _log_odds(own: NDArray[np.float64], rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each word's z-score: positive where the selection uses it more (Monroe et al., 2008).

    The prior is how often each word stands in all texts, with the weight of 500 words.
    """
    everywhere = own + rest
    prior = np.maximum(everywhere, 1e-9) * _PRIOR / max(float(everywhere.sum()), 1.0)
    weight = float(prior.sum())

    def odds(counts: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = np.log(counts + prior) - np.log(
            counts.sum() + weight - counts - prior
        )
        return found

    z: NDArray[np.float64] = (odds(own) - odds(rest)) / np.sqrt(
        1 / (own + prior) + 1 / (rest + prior)
    )
    return z


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


def _share(value: float) -> str:
    if 0 < value < 0.01:
        return "less than 1%"
    return "more than 99%" if 0.995 <= value < 1 else f"{value:.0%}"
