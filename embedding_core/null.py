"""The null twin: data with the structure destroyed, to see what a method draws out of nothing.

A map of a null model shows what the projector, and the plain spread of the data, put into a
picture by themselves. Groups that it shows too are no evidence of groups in the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.embedding import Embedding
from embedding_core.params import check_seed
from embedding_core.registry import Registry
from embedding_core.similarity import prepare

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class NullModel:
    """One way to destroy structure.

    Attributes
    ----------
    name, label : str
        In code, and on screen.
    about : str
        One sentence: what it keeps and what it destroys.
    """

    name: str
    label: str
    about: str


NULL_MODELS: Registry[NullModel] = Registry(
    "null model",
    (
        NullModel(
            "shuffled",
            "Columns shuffled",
            "Each dimension keeps its own values and hands them to other items at random: whatever "
            "ties the dimensions together is gone, and what a single dimension shows by itself, "
            "such as two heaps of values, stays.",
        ),
        NullModel(
            "gaussian",
            "Same covariance",
            "Points of one normal distribution with the mean and the covariance of the data: the "
            "cloud keeps its centre and its long and short directions, and has no groups.",
        ),
    ),
)


def null_twin(
    embedding: Embedding,
    kind: str = "shuffled",
    seed: int = 0,
    *,
    metric: str = "cosine",
) -> Embedding:
    """Return vectors of the same items with their structure destroyed.

    Under cosine only directions count, so the twin is made of the unit vectors: shuffling the raw
    ones would carry the lengths, which no map under cosine ever saw, into its directions.

    Parameters
    ----------
    embedding : Embedding
    kind : {"shuffled", "gaussian"}
        As :data:`NULL_MODELS` explains them. "shuffled" is the permutation null model (each
        column on its own); "gaussian" draws from the normal distribution with the mean and the
        sample covariance of the vectors, of whatever rank it is.
    seed : int
        The same seed makes the same twin.
    metric : {"cosine", "dot", "euclidean", ...}
        Under which the map is drawn.

    Returns
    -------
    Embedding
        Same ids and shape, in a space of its own; `spec_name` is ``"null:shuffled"`` or
        ``"null:gaussian"``.

    Raises
    ------
    UnknownNameError, InputError
        If there is no such kind or metric, or the seed is none.
    """
    name, seed = NULL_MODELS[kind].name, check_seed(seed)
    seen = prepare(embedding.vectors, metric)
    rng = np.random.default_rng(seed)
    vectors = rng.permuted(seen, axis=0) if name == "shuffled" else _gaussian(seen, rng)
    # The fingerprint: twins of other vectors of the same space are no twins of these.
    space = f"null:{kind}:{seed}:{metric}:{embedding.fingerprint}"
    return Embedding(
        ids=embedding.ids,
        vectors=vectors,
        space=space,
        spec_name=f"null:{kind}",
        params={"seed": seed, "metric": metric},
    )


def _gaussian(vectors: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Draw n points of the normal distribution with the mean and covariance of `vectors`."""
    n, dim = vectors.shape
    mean = vectors.mean(axis=0, dtype=np.float64)
    centered = vectors - mean
    # Squares of very large or small numbers leave even the range of float64.
    scale = float(np.abs(centered).max()) or 1.0
    centered /= scale
    if n <= dim:
        # Normal sums of the centred rows have exactly their covariance, and never form it.
        drawn = rng.standard_normal((n, n)) @ centered / np.sqrt(max(n - 1, 1))
    else:
        values, axes = np.linalg.eigh(centered.T @ centered / (n - 1))
        root = axes * np.sqrt(np.maximum(values, 0))
        drawn = rng.standard_normal((n, dim)) @ root.T
    largest = float(np.finfo(np.float32).max)
    return np.clip(drawn * scale + mean, -largest, largest).astype(np.float32)
