"""The same map drawn again with one thing changed: its seed, start, a setting or its items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from embedding_core.projection import Projection, project

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.embedding import Embedding
    from embedding_core.models import Cancel, Progress
    from embedding_core.params import Param, Params, ParamValue
    from embedding_core.projectors.base import ProjectorSpec

Kind = Literal["seed", "start", "settings", "items"]

# How long a method works and how it saves work is no statement about the data.
_NO_SHAPE = ("epoch", "iter", "round", "seed", "landmark")
_MOST_SEEDS = 2**32
_MANY = 1_000_000


@dataclass(frozen=True)
class Change:
    """What is changed against the map on screen.

    Attributes
    ----------
    kind : {"seed", "start", "settings", "items"}
        Another seed; the same seed from a random start; one setting lower or higher; the axes
        found anew on items drawn with replacement (Efron, 1979).
    label : str
        In few words, for the person.
    seed : int
        Of the method; of a random start and of drawn items that of the drawing.
    params : mapping
        Settings of the method, all of them.
    """

    kind: Kind
    label: str
    seed: int
    params: Mapping[str, ParamValue] = field(default_factory=dict, compare=False)


def other_chance(projection: Projection, kind: Kind, round_: int) -> Change:
    """Return a change of chance alone: the `round_`-th other seed, start or draw of the items."""
    seed = (projection.seed + round_) % _MOST_SEEDS
    label = {"seed": "Seed", "start": "Random start", "items": "Items drawn anew,"}[kind]
    return Change(kind, f"{label} {seed if kind == 'seed' else round_}", seed, projection.params)


def other_settings(spec: ProjectorSpec, projection: Projection, n: int) -> list[Change]:
    """Return each setting that shapes the map, once lower and once higher.

    Counts and scales are halved and doubled, shares moved half of the way down and a quarter of
    the way up, within their range. Left out: rounds and the like, and what `n` items cannot tell
    apart.
    """
    changes = []
    for param in spec.params:
        if param.kind != "number" or any(part in param.name for part in _NO_SHAPE):
            continue
        for value in _around(param, projection.params.get(param.name, param.default)):
            params = {**projection.params, param.name: value}
            if not _same_neighbors(spec, projection.params, params, n):
                changes.append(
                    Change("settings", f"{param.label} {value:g}", projection.seed, params)
                )
    return changes


def _around(param: Param, value: ParamValue) -> list[int | float]:
    """Return a value below and one above, in the range of the setting and on its steps."""
    now, whole = float(value), isinstance(param.default, int)
    low = 0.0 if param.minimum is None else float(param.minimum)
    if whole and now == 0:
        return []  # Zero of a count leaves the choice to the method.
    high = param.maximum
    is_share = not whole and high is not None and high <= 1
    above = now + (float(high) - now) / 4 if is_share and high is not None else now * 2
    found: list[int | float] = []
    for moved in (now / 2, above):
        step = float(param.step or (1 if whole else 0))
        on_step = low + round((moved - low) / step) * step if step else moved
        kept = max(low, on_step if high is None else min(on_step, float(high)))
        if abs(kept - now) > 1e-9:
            found.append(int(kept) if whole else round(kept, 9))
    return found


def _same_neighbors(spec: ProjectorSpec, before: Params, after: Params, n: int) -> bool:
    """Tell whether a setting counts neighbours, and `n` items have too few to tell it apart."""
    old, new = (min(spec.n_neighbors(params, n), n - 1) for params in (before, after))
    counts = spec.n_neighbors(before, _MANY) != spec.n_neighbors(after, _MANY)
    return counts and old == new


def draw_again(
    embedding: Embedding,
    projection: Projection,
    change: Change,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> NDArray[np.float32]:
    """Draw the map with one thing changed.

    Returns
    -------
    ndarray of shape (n, 2 or 3), float32
        As it came out: not yet laid on the other map.
    """
    n, drawn, init = len(embedding), embedding, None
    seed = change.seed if change.kind == "seed" else projection.seed
    rng = np.random.default_rng(change.seed)
    if change.kind == "start":
        init = rng.standard_normal((n, projection.n_components)).astype(np.float32)
    if change.kind == "items":
        picks = np.sort(rng.integers(0, n, n))
        drawn = embedding.take(picks)
    found = project(
        drawn,
        projection.method,
        n_components=projection.n_components,
        metric=projection.metric,
        seed=seed,
        init=init,
        progress=progress,
        cancel=cancel,
        **dict[str, Any](change.params),
    )
    return found.transform(embedding.vectors) if change.kind == "items" else found.coords
