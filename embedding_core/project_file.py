"""Keeping results: one Parquet file of items with vectors and coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.errors import ContractError
from embedding_core.origin import KEY, Origin
from embedding_core.writing import check_target, whole_file

if TYPE_CHECKING:
    import pyarrow as pa

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.projection import Projection

_PACKAGES = ("numpy", "scipy", "scikit-learn", "umap-learn", "gensim", "torch", "transformers")
AXES = ("x", "y", "z")
SUFFIXES = (".parquet", ".pq")


def write(
    path: str | Path,
    collection: Collection,
    embedding: Embedding,
    projection: Projection | None = None,
) -> Path:
    """Write one row an item: ``id``, the item's columns, ``vector``, and ``x``, ``y`` (``z``).

    Parameters
    ----------
    path : path
        A Parquet file; it appears whole or not at all.
    collection : Collection
        Whose columns are kept.
    embedding : Embedding
        Of that collection; items without a vector are not written.
    projection : Projection, optional
        Of that embedding.

    Returns
    -------
    Path
        Where it was written. Model, parameters, versions and fingerprint are in its metadata.
    """
    import pyarrow.parquet as pq

    target = check_target(path, SUFFIXES)
    table = to_arrow(collection, embedding, projection)
    with whole_file(target) as scratch:
        pq.write_table(table, scratch)
    return target


def kept_projection(collection: Collection) -> Projection | None:
    """Return the map that :func:`write` put beside the vectors of a collection, read again.

    Returns
    -------
    Projection or None
        None where the file has none, or it was edited so that it cannot be drawn.
    """
    from embedding_core.projection import Projection

    made = getattr(collection.context, "projection", None)
    axes = [axis for axis in AXES if axis in collection.table.columns]
    if not isinstance(made, Mapping) or len(axes) < 2:
        return None
    try:
        coords = collection.table[axes].to_numpy(np.float32, na_value=np.nan)
        if not np.isfinite(coords).all():
            return None
        return Projection(
            ids=collection.ids,
            coords=np.ascontiguousarray(coords),
            method=str(made["method"]),
            params=dict(made["params"]),
            metric=str(made["metric"]),
            seed=int(made["seed"]),
            axis_titles=tuple(map(str, made.get("axis_titles", ()))),
        )
    except (ValueError, KeyError, TypeError):
        return None


def to_arrow(
    collection: Collection, embedding: Embedding, projection: Projection | None = None
) -> pa.Table:
    """Return what :func:`write` writes, as an Arrow table."""
    import pyarrow as pa

    if projection is not None and projection.ids != embedding.ids:
        raise ContractError("the map and the vectors are of different items")
    kept = collection if collection.ids == embedding.ids else collection.select(embedding.ids)
    # The place on an earlier map gives way to this one; everything else of the person's is kept.
    replaced = set(AXES if projection is not None else ())
    columns: dict[str, pa.Array] = {"id": pa.array(embedding.ids, pa.string())}
    for name in map(str, kept.table.columns):
        if name not in replaced:
            columns[f"own {name}" if name in ("id", "vector") else name] = _column(kept, name)
    flat = pa.array(embedding.vectors.ravel(), pa.float32())
    columns["vector"] = pa.FixedSizeListArray.from_arrays(flat, embedding.dim)
    if projection is not None:
        for axis, values in zip(AXES, projection.coords.T, strict=False):
            columns[axis] = pa.array(np.ascontiguousarray(values), pa.float32())
    origin = Origin(
        space=embedding.space,
        spec_name=embedding.spec_name,
        params=dict(embedding.params),
        projection=None
        if projection is None
        else {
            "method": projection.method,
            "params": dict(projection.params),
            "metric": projection.metric,
            "seed": projection.seed,
            "axis_titles": list(projection.axis_titles),
        },
        versions=versions(),
        fingerprint=embedding.fingerprint,
    )
    return pa.table(columns).replace_schema_metadata({KEY: origin.to_json().encode()})


def csv_text(
    collection: Collection, embedding: Embedding, projection: Projection | None = None
) -> str:
    """Return what :func:`write` writes as CSV, the vector as columns ``dim_0``, ``dim_1`` ..."""
    import pandas as pd

    table = to_arrow(collection, embedding, projection).drop_columns(["vector"]).to_pandas()
    names = [f"dim_{i}" for i in range(embedding.dim)]
    vectors = pd.DataFrame(embedding.vectors, columns=names)
    text: str = pd.concat([table, vectors], axis=1).to_csv(index=False)
    return text


def versions() -> dict[str, str]:
    """Return the versions of the packages that decide results, as installed."""
    from embedding_core import __version__

    found = {"embedding-explorer": __version__}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _column(collection: Collection, name: str) -> pa.Array:
    """Return a table column as Arrow; mixed types become text."""
    import pyarrow as pa

    values = collection.table[name]
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError):
        return pa.array(values.astype(str), pa.string())
