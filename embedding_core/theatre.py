"""A training on stage: moments of it kept, and what can be told of them.

The vectors are those the trainer itself shows (`watching.Watcher`), not of a copy. Of very many
items only some are kept; all are trained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.errors import ContractError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.watching import Moment

    _Array = NDArray[np.float32]

MOST_SHOWN = 500
"""Items on stage, at most."""
_WANTED, _MOST_BYTES = 120, 16 << 20
_ENOUGH = 0.9


@dataclass(frozen=True, eq=False)
class Play:
    """What was kept of a training.

    Attributes
    ----------
    vectors : ndarray of shape (f, n, dim), float32
        Of the items on stage, moment after moment.
    losses : ndarray of shape (f,), float32
        NaN where there is none.
    contexts : ndarray of shape (f, n, dim), float32, or None
        Their vectors on the other side, where the method has two.
    steps : tuple of str
        What the moments are called.
    """

    vectors: _Array
    losses: _Array
    contexts: _Array | None
    steps: tuple[str, ...]

    def __post_init__(self) -> None:
        f = len(self.vectors)
        if self.vectors.ndim != 3 or self.losses.shape != (f,) or len(self.steps) != f:
            raise ContractError(f"a play of {self.vectors.shape}, {len(self.steps)} steps")
        if self.contexts is not None and self.contexts.shape != self.vectors.shape:
            raise ContractError(f"{self.contexts.shape} beside {self.vectors.shape}")

    def __len__(self) -> int:
        return len(self.vectors)


class Recorder:
    """Keeps moments of a training: a `Watcher`, and safe to ask while the training runs.

    Where they become too many it drops every second one and takes fewer from then on; the first
    and the last are always there.

    Parameters
    ----------
    rows : ndarray of shape (m,), int, or None
        The items on stage; all where left out.
    wanted : int
        Moments that trainers are asked for.
    most_bytes : int
        Memory it takes, at most, however long the training is.
    """

    def __init__(
        self,
        rows: NDArray[np.intp] | None = None,
        *,
        wanted: int = _WANTED,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self.rows = rows
        self.wanted = wanted
        self._most_bytes = most_bytes
        self._kept: list[Moment] = []
        self._latest: Moment | None = None
        self._every = 1
        self._seen = 0

    def __call__(self, vectors: Any) -> None:
        """Take vectors without their moment."""
        from embedding_core.watching import Moment

        self.watch(Moment(vectors))

    def watch(self, moment: Moment) -> None:
        """Take a moment."""
        self._latest = moment
        if self._seen % self._every == 0:
            # A new list: who asks meanwhile has the old one whole.
            self._kept = [*self._kept, moment]
            if len(self._kept) > self._most(moment):
                self._kept = self._kept[::2]
                self._every *= 2
        self._seen += 1

    @property
    def nbytes(self) -> int:
        """How much memory is taken."""
        return sum(_nbytes(moment) for moment in self._kept)

    def play(self) -> Play | None:
        """Return what there is so far; None before the first moment."""
        kept, latest = self._kept, self._latest
        if latest is None:
            return None
        moments = kept if kept and kept[-1] is latest else [*kept, latest]
        # One that came between reading the two belongs to the next look.
        shape = moments[0].vectors.shape
        moments = [moment for moment in moments if moment.vectors.shape == shape]
        losses = [np.nan if m.loss is None else m.loss for m in moments]
        contexts = [m.contexts for m in moments if m.contexts is not None]
        return Play(
            np.stack([moment.vectors for moment in moments]),
            np.array(losses, dtype=np.float32),
            np.stack(contexts) if len(contexts) == len(moments) else None,
            tuple(moment.step for moment in moments),
        )

    def _most(self, moment: Moment) -> int:
        return max(2, min(2 * self.wanted, self._most_bytes // max(1, _nbytes(moment))))


def _nbytes(moment: Moment) -> int:
    return moment.vectors.nbytes + (0 if moment.contexts is None else moment.contexts.nbytes)


# --- the map -------------------------------------------------------------------------------------


def directions(vectors: _Array) -> _Array:
    """Return vectors brought to length 1, (..., dim); those of length 0 stay so."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=-1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros(vectors.shape), where=lengths > 0)
    return np.asarray(unit, dtype=np.float32)


def side(
    vectors: _Array, before: NDArray[np.float64] | None = None, *, stays: bool = True
) -> NDArray[np.float64]:
    """Return the side from which directions are seen: two at right angles, the widest there are.

    Parameters
    ----------
    vectors : ndarray of shape (n, dim), float32
        Of one moment.
    before : ndarray of shape (dim, 2), optional
        The side seen until now. It stays as long as it shows nine tenths of what the widest would;
        the new one is turned within itself to lie as the old one did (orthogonal Procrustes).
    stays : bool
        Whether it may stay; else it is the widest, turned.

    Returns
    -------
    ndarray of shape (dim, 2), float64
        Columns of length 1 at right angles; of vectors of one number the second is zero.
    """
    unit = directions(vectors).astype(np.float64)
    found = _widest(unit)
    if before is None or before.shape != found.shape:
        return found
    centered = unit - unit.mean(axis=0)
    if stays and _shown(centered, before) >= _ENOUGH * _shown(centered, found):
        return before
    left, _, right = np.linalg.svd(found.T @ before)
    turned: NDArray[np.float64] = found @ (left @ right)
    return turned


def _widest(unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the first two principal directions; where all vectors are one, that one first."""
    dim = unit.shape[1]
    if dim == 1:
        return np.array([[1.0, 0.0]])
    mean = unit.mean(axis=0)
    centered = unit - mean
    # What lies along the common direction is in sight too: a pile is then seen where it lies.
    spread = centered.T @ centered / max(1, len(unit)) + np.outer(mean, mean) * 1e-3
    _, axes = np.linalg.eigh(spread)
    found = axes[:, -2:][:, ::-1]
    signs = np.sign(found[np.abs(found).argmax(axis=0), [0, 1]])
    turned: NDArray[np.float64] = found * np.where(signs == 0, 1, signs)
    return turned


def _shown(centered: NDArray[np.float64], axes: NDArray[np.float64]) -> float:
    """Return the spread that a side shows."""
    return float(((centered @ axes) ** 2).sum())


def share_shown(vectors: _Array, axes: NDArray[np.float64]) -> float:
    """Return how much of the spread of directions a side shows, 0 to 1."""
    unit = directions(vectors).astype(np.float64)
    centered = unit - unit.mean(axis=0)
    whole = float((centered**2).sum())
    return _shown(centered, axes) / whole if whole > 0 else 1.0


def seen(vectors: _Array, axes: NDArray[np.float64]) -> _Array:
    """Return where directions lie, seen from one side, (..., 2): within a circle of radius 1.

    The side is the same for all moments, so that a point moves only where its vector does.
    """
    return np.asarray(directions(vectors) @ axes, dtype=np.float32)


# --- what is told of it --------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Spread:
    """How far apart vectors point, moment by moment.

    Attributes
    ----------
    cosine : ndarray of shape (f,), float32
        The mean over all pairs: 1 where all point the same way, about 0 for many by chance.
    rank : ndarray of shape (f,), float32
        How many directions are in use: the effective rank (Roy and Vetterli, 2007) of the vectors
        brought to length 1, from 1 to the smaller of their number and dimension.
    """

    cosine: _Array
    rank: _Array


def spread(vectors: _Array) -> Spread:
    """Measure how far vectors (f, n, dim) point apart. Vectors of length 0 do not count."""
    found = [_spread_of(moment) for moment in directions(vectors).astype(np.float64)]
    cosine, rank = np.array(found, dtype=np.float32).reshape(-1, 2).T
    return Spread(cosine, rank)


def _spread_of(unit: NDArray[np.float64]) -> tuple[float, float]:
    unit = unit[unit.any(axis=1)]
    n = len(unit)
    if n < 2:
        return np.nan, np.nan
    cosine = (float((unit.sum(axis=0) ** 2).sum()) - n) / (n * (n - 1))
    gram = unit.T @ unit if unit.shape[1] < n else unit @ unit.T
    widths = np.sqrt(np.maximum(np.linalg.eigvalsh(gram), 0))
    shares = widths / widths.sum()
    shares = shares[shares > 0]
    return cosine, float(np.exp(-(shares * np.log(shares)).sum()))


@dataclass(frozen=True, eq=False)
class Company:
    """Who is nearest to one item, moment by moment.

    Attributes
    ----------
    items : ndarray of shape (f, k), int
        Nearest first; equally near ones in their order.
    cosines : ndarray of shape (f, k), float32
    """

    items: NDArray[np.intp]
    cosines: _Array


def company(vectors: _Array, item: int, k: int = 8) -> Company:
    """Find the items nearest to one, by cosine, in every moment of (f, n, dim)."""
    unit = directions(vectors)
    cosines = np.einsum("fnd,fd->fn", unit, unit[:, item])
    cosines[:, item] = -np.inf
    k = min(k, vectors.shape[1] - 1)
    items = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return Company(items, np.take_along_axis(cosines, items, axis=1))


# --- one step ------------------------------------------------------------------------------------

_LONGEST = 0.35


@dataclass(frozen=True, eq=False)
class Arrows:
    """One step of skip-gram on the map, for every moment.

    The first arrow is the whole change of the item in the middle; then what the one met near it and
    each random one add to that; then how these change themselves, from where their vectors on the
    other side lie. Whole and parts add up.

    Attributes
    ----------
    starts, ends : ndarray of shape (f, 1 + 2 * (1 + k), 2), float32
    longer : ndarray of shape (f,), float32
        How many times as long as the step is on the map each arrow is drawn; 0 where it is none.
    """

    starts: _Array
    ends: _Array
    longer: _Array


def arrows(
    play: Play, axes: NDArray[np.float64], middle: int, others: NDArray[np.intp], rate: float
) -> Arrows:
    """Take the step of one pair and its random ones in every moment, by the trainer's own loop.

    Parameters
    ----------
    play : Play
        With contexts.
    axes : ndarray of shape (dim, 2)
        The side from which the map is seen.
    middle : int
        The item in the middle.
    others : ndarray of shape (1 + k,), int
        The item met near it, then k random ones.
    rate : float
        The first learning rate; that of a moment is less, as in training.
    """
    from embedding_core.skipgram import pace, pull

    if play.contexts is None:
        raise ContractError("arrows need both sides")
    starts, ends, longer = [], [], []
    last = max(1, len(play) - 1)
    for at, (vectors, contexts) in enumerate(zip(play.vectors, play.contexts, strict=True)):
        step = pull(vectors[middle], contexts[others], pace(rate, at / last))
        own = np.broadcast_to(vectors[middle], step.vector.shape)
        where = np.concatenate([vectors[[middle]], own, contexts[others]])
        change = np.concatenate([step.vector.sum(axis=0)[None], step.vector, step.contexts])
        moves = _on_map(where, change, axes)
        size = float(np.linalg.norm(moves, axis=1).max())
        longer.append(_LONGEST / size if size > 0 else 0.0)
        starts.append(seen(where, axes))
        ends.append(starts[-1] + longer[-1] * moves)
    return Arrows(
        np.stack(starts), np.stack(ends).astype(np.float32), np.array(longer, dtype=np.float32)
    )


def _on_map(vectors: _Array, change: _Array, axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how fast directions move on the map where vectors change; zero for zero vectors."""
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    unit = directions(vectors).astype(np.float64)
    across = change - (change * unit).sum(axis=1, keepdims=True) * unit
    turned = np.divide(across, lengths, out=np.zeros(across.shape), where=lengths > 0)
    moved: NDArray[np.float64] = turned @ axes
    return moved
