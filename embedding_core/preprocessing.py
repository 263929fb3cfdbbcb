"""What can be done to vectors before they are compared: centring, scaling, whitening and more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import ContractError, InputError
from embedding_core.registry import Registry
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.collection import Payload
    from embedding_core.embedding import Embedding
    from embedding_core.models import Encoded

RAW = "raw"
_BLOCK_FLOATS = 1 << 22
# Directions with less than this share of the widest one's spread are rounding, not variance.
_LEAST_SPREAD = 1e-5


@dataclass(frozen=True, eq=False)
class Preprocessing:
    """A preparation of vectors, fitted on some and applied to these and to any new ones alike.

    The steps that are there are taken in the order of the attributes.

    Attributes
    ----------
    how : str
        A name in ``PREPROCESSINGS``.
    dim : int
        Length of the vectors it takes.
    mean : ndarray of shape (dim,), float64, or None
        What is taken off every vector.
    removed : ndarray of shape (k, dim), float64, or None
        Orthonormal directions that are flattened.
    turn : ndarray of shape (dim, m), float64, or None
        What vectors are multiplied with.
    to_unit : bool
        Whether they are scaled to length 1.
    note : str
        What to know about this fit, as a sentence; empty where there is nothing.
    """

    how: str
    dim: int
    mean: NDArray[np.float64] | None = None
    removed: NDArray[np.float64] | None = None
    turn: NDArray[np.float64] | None = None
    to_unit: bool = False
    note: str = ""

    def apply(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return vectors prepared like those it was fitted on.

        Parameters
        ----------
        vectors : ndarray of shape (n, dim), float32

        Returns
        -------
        ndarray of shape (n, m), float32
            m is dim, but for whitening, which drops directions without variance.

        Raises
        ------
        InputError
            If the vectors have another length.
        """
        vectors = np.asarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or vectors.shape[1] != self.dim:
            raise InputError(
                f"Vectors of shape {vectors.shape} cannot be prepared like ones of length "
                f"{self.dim}; embed both with the same model and settings."
            )
        width = self.dim if self.turn is None else self.turn.shape[1]
        prepared = vectors
        if self.mean is not None:
            prepared = np.empty((len(vectors), width), dtype=np.float32)
            for part in _blocks(vectors):
                prepared[part] = self._moved(vectors[part] - self.mean)
        return unit(prepared) if self.to_unit else prepared

    def _moved(self, moved: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take the steps after centring, in float64: spreads may be small, and far apart."""
        if self.removed is not None:
            moved -= (moved @ self.removed.T) @ self.removed
        return moved if self.turn is None else moved @ self.turn


@dataclass(frozen=True)
class Recipe:
    """One way to prepare vectors.

    Attributes
    ----------
    name, label : str
        In code and links, and on screen.
    about : str
        One sentence: what is done, and what for.
    source : str
        Paper and year, where there is one.
    fit : callable
        ``fit(vectors) -> Preprocessing``.
    """

    name: str
    label: str
    about: str
    source: str
    fit: Callable[[NDArray[np.float32]], Preprocessing]


def fit_preprocessing(vectors: NDArray[np.float32], how: str) -> Preprocessing:
    """Fit a preparation on vectors.

    Parameters
    ----------
    vectors : ndarray of shape (n, dim), float32
        At least one.
    how : str
        A name in ``PREPROCESSINGS``.

    Raises
    ------
    UnknownNameError
        If there is no such preparation.
    InputError
        If there are no vectors.
    """
    recipe = PREPROCESSINGS[how]
    if not vectors.size:
        raise InputError(f"Got vectors of shape {vectors.shape}; bring at least one.")
    return recipe.fit(vectors)


def preprocess(embedding: Embedding, how: str) -> Embedding:
    """Return the same items with prepared vectors.

    Parameters
    ----------
    embedding : Embedding
        The preparation is fitted on all of its items.
    how : str
        A name in ``PREPROCESSINGS``; ``"raw"`` hands the embedding back as it is.

    Returns
    -------
    Embedding
        In a space of its own: prepared vectors never mix with raw ones, nor with ones prepared on
        other items. Its model embeds new items in the same way (``embed_more``);
        :func:`preprocessing_of` tells how.

    Raises
    ------
    UnknownNameError
        If there is no such preparation.
    """
    if how == RAW:
        return embedding
    preprocessing = fit_preprocessing(embedding.vectors, how)
    return replace(
        embedding,
        vectors=preprocessing.apply(embedding.vectors),
        space=f"{embedding.space} · {how} {embedding.fingerprint[:12]}",
        params={**embedding.params, "preprocessing": how},
        model=PreparedModel(embedding.model, preprocessing),
    )


def preprocessing_of(embedding: Embedding) -> Preprocessing:
    """Return how the vectors of an embedding were prepared; "raw" where they were not."""
    if isinstance(embedding.model, PreparedModel):
        return embedding.model.preprocessing
    return Preprocessing(RAW, embedding.dim)


@dataclass(frozen=True, eq=False)
class PreparedModel:
    """A model whose vectors are prepared after it has made them.

    It embeds items, and has none of the model's other capabilities: its vocabulary lies in the
    space of the raw vectors.

    Attributes
    ----------
    model : object
        What makes the raw vectors; None where they came ready-made.
    preprocessing : Preprocessing
    """

    model: object
    preprocessing: Preprocessing

    def embed(self, payloads: Sequence[Payload]) -> Encoded:
        """Return prepared vectors, (n, dim) float32. Raises InputError without a model."""
        if self.model is None:
            raise InputError(
                "These vectors came without their model, so nothing new can be embedded like "
                "them; choose a model and embed the items here."
            )
        encoded: Encoded = self.model.embed(payloads)  # type: ignore[attr-defined]
        return replace(encoded, vectors=self.preprocessing.apply(encoded.vectors))


def _blocks(vectors: NDArray[np.float32]) -> Iterator[slice]:
    step = max(1, _BLOCK_FLOATS // vectors.shape[1])
    for start in range(0, len(vectors), step):
        yield slice(start, start + step)


# --- recipes ---------------------------------------------------------------------------------


def _leave(vectors: NDArray[np.float32]) -> Preprocessing:
    return Preprocessing(RAW, vectors.shape[1])


def _center(vectors: NDArray[np.float32]) -> Preprocessing:
    return Preprocessing("centered", vectors.shape[1], mean=_mean(vectors))


def _normalize(vectors: NDArray[np.float32]) -> Preprocessing:
    return Preprocessing("normalized", vectors.shape[1], to_unit=True)


def _whiten(vectors: NDArray[np.float32]) -> Preprocessing:
    """Turn onto the principal components and scale each to variance 1.

    Directions without variance are dropped, as nothing can be told apart along them. Where there
    are no more items than directions, all items end up equally far from each other.
    """
    n, dim = vectors.shape
    mean = _mean(vectors)
    axes, spreads = _principal(vectors, mean)
    if not len(axes):
        note = "All vectors are equal, so there is no variance to level."
        return Preprocessing("whitened", dim, mean, turn=np.zeros((dim, 1)), note=note)
    note = ""
    if len(axes) >= n - 1:
        note = (
            f"{n:,} items span no more than {n - 1:,} directions: levelled, they are all equally "
            "far from each other, and who is near whom is chance."
        )
    return Preprocessing("whitened", dim, mean, turn=axes.T / spreads, note=note)


def _flatten_top(vectors: NDArray[np.float32]) -> Preprocessing:
    """Take off the mean and the dim / 100 widest directions (Mu and Viswanath, 2018).

    At least one, as their rule would leave vectors of fewer than 100 dimensions as they are; and
    always so that one direction is left.
    """
    dim = vectors.shape[1]
    mean = _mean(vectors)
    axes, _ = _principal(vectors, mean)
    many = min(max(1, round(dim / 100)), max(len(axes) - 1, 0))
    were = "was" if many == 1 else "were"
    note = f"{many} of {dim:,} directions {were} removed."
    if not many:
        note = "There is no direction to spare: only the mean was taken off."
    return Preprocessing("all-but-the-top", dim, mean, removed=axes[:many], note=note)


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(vectors.mean(axis=0, dtype=np.float64))


def _principal(
    vectors: NDArray[np.float32], mean: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the directions with variance, (k, dim) widest first, and the spread along each, (k,).

    All in float64, from the smaller of the two Gram matrices: whitening divides by the smallest
    spreads, so these must be right too.
    """
    n, dim = vectors.shape
    if dim <= n:
        gram = np.zeros((dim, dim))
        for part in _blocks(vectors):
            moved = vectors[part] - mean
            gram += moved.T @ moved
    else:
        moved = vectors - mean
        gram = moved @ moved.T
    if not np.isfinite(gram).all():
        raise ContractError("vectors of finite float32 have products beyond float64")
    values, basis = np.linalg.eigh(gram)
    spreads = np.sqrt(np.maximum(values[::-1], 0) / max(n - 1, 1))
    # What float32 cannot tell from nothing: far from the origin its steps are wide.
    rounding = 4 * np.finfo(np.float32).eps * float(np.abs(vectors).max())
    kept = int((spreads > max(_LEAST_SPREAD * spreads[0], rounding)).sum())
    axes = basis[:, ::-1][:, :kept].T
    if dim > n:
        axes = axes @ moved
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    return axes, spreads[:kept]


PREPROCESSINGS: Registry[Recipe] = Registry(
    "preprocessing",
    (
        Recipe(RAW, "Raw", "The vectors as the model made them.", "", _leave),
        Recipe(
            "centered",
            "Centred",
            "The mean of all items is taken off, so that what all have in common no longer counts.",
            "",
            _center,
        ),
        Recipe(
            "normalized",
            "Normalised",
            "Every vector is scaled to length 1, so that only directions count.",
            "",
            _normalize,
        ),
        Recipe(
            "whitened",
            "Whitened",
            "Centred, and every principal direction is given the same spread, so that none drowns "
            "the others; faint ones are blown up, noise included.",
            "PCA whitening; Kessy, Lewin and Strimmer, 2018",
            _whiten,
        ),
        Recipe(
            "all-but-the-top",
            "Top removed",
            "Centred, and the widest directions are flattened (one in a hundred dimensions, at "
            "least one): in language models they often hold how frequent a word is.",
            "all-but-the-top; Mu and Viswanath, 2018",
            _flatten_top,
        ),
    ),
)
