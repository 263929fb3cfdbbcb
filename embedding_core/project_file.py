"""Project files: one Parquet file of items with vectors, coordinates, and how they came about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core import seal
from embedding_core.collection import Text
from embedding_core.errors import ContractError
from embedding_core.origin import KEY, Origin
from embedding_core.writing import check_target, whole_file

if TYPE_CHECKING:
    import pyarrow as pa

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.projection import Projection

VERSION = 1
"""Of the layout; a file of a higher one is opened as far as its vectors can be read."""
AXES = ("x", "y", "z")
SUFFIXES = (".parquet", ".pq")
_PACKAGES = ("numpy", "scipy", "scikit-learn", "umap-learn", "gensim", "torch", "transformers")
_OWN = ("id", "vector")


def write(
    path: str | Path,
    collection: Collection,
    embedding: Embedding,
    projection: Projection | None = None,
    *,
    view: Mapping[str, Any] | None = None,
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
        Of those items.
    view : mapping, optional
        How it is looked at, in what JSON can hold; :func:`embedding_core.read` gives it back as
        ``collection.context.view``.

    Returns
    -------
    Path
        Where it was written. Model, parameters, versions and fingerprint are in its metadata, with
        a digest of the whole file (BLAKE2b): one byte changed is noticed when it is read.
    """
    import pyarrow.parquet as pq

    target = check_target(path, SUFFIXES)
    table = to_arrow(collection, embedding, projection, view=view)
    with whole_file(target) as scratch:
        with pq.ParquetWriter(scratch, table.schema) as writer:
            writer.write_table(table)
            writer.add_key_value_metadata({seal.KEY.decode(): seal.BLANK.decode()})
        seal.seal(scratch)
    return target


def examine(
    origin: Origin | None, sealed: bool, source: bytes | Path, name: str
) -> tuple[Origin | None, list[str]]:
    """Tell what of a file's own account can be believed.

    Parameters
    ----------
    origin : Origin or None
        As its metadata has it.
    sealed : bool
        Whether it has a seal.
    source : bytes or Path
        The whole file.
    name : str

    Returns
    -------
    origin : Origin or None
        Without map and view where a newer version of this program wrote them; None where the file
        is not what was written, as then nothing says that its vectors are still the model's.
    notes : list of str
        What was not believed, and why.
    """
    version = origin.version if origin else 0
    if not version and not sealed:
        return origin, []
    if not seal.is_intact(source):
        return None, [
            f"{name} was changed after it was saved, by another program or by damage: its vectors "
            "are opened as they read, and its map, model and view are not believed."
        ]
    if origin is not None and version > VERSION:
        by = origin.versions.get("embedding-explorer", "")
        return replace(origin, projection=None, view=None), [
            f"{name} was saved by a newer version of this program{f' ({by})' if by else ''}, in "
            f"layout {version}, and this one knows layouts up to {VERSION}: its vectors and "
            "columns are opened, its map and view are not; update to open it whole."
        ]
    return origin, []


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
            notes=tuple(map(str, made.get("notes", ()))),
        )
    except (ValueError, KeyError, TypeError):
        return None


def to_arrow(
    collection: Collection,
    embedding: Embedding,
    projection: Projection | None = None,
    *,
    view: Mapping[str, Any] | None = None,
) -> pa.Table:
    """Return what :func:`write` writes, as an Arrow table."""
    import pyarrow as pa

    columns = _item_columns(collection, embedding, projection)
    flat = pa.array(embedding.vectors.ravel(), pa.float32())
    columns["vector"] = pa.FixedSizeListArray.from_arrays(flat, embedding.dim)
    columns |= _place_columns(projection)
    origin = Origin(
        space=embedding.space,
        spec_name=embedding.spec_name,
        params=dict(embedding.params),
        projection=None if projection is None else _making(projection),
        versions=versions(),
        fingerprint=embedding.fingerprint,
        version=VERSION,
        view=None if view is None else json.loads(json.dumps(view)),
    )
    return pa.table(columns).replace_schema_metadata({KEY: origin.to_json().encode()})


def columns_table(
    collection: Collection, embedding: Embedding, projection: Projection | None = None
) -> pa.Table:
    """Return what :func:`write` writes but the vectors, as an Arrow table."""
    import pyarrow as pa

    columns = _item_columns(collection, embedding, projection)
    return pa.table(columns | _place_columns(projection))


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


def _item_columns(
    collection: Collection, embedding: Embedding, projection: Projection | None
) -> dict[str, pa.Array]:
    """Return ids, contents and the items' own columns, in the order of the embedding."""
    import pyarrow as pa

    if projection is not None and projection.ids != embedding.ids:
        raise ContractError("the map and the vectors are of different items")
    kept = collection if collection.ids == embedding.ids else collection.select(embedding.ids)
    # The place on an earlier map gives way to this one; everything else of the person's is kept.
    replaced = set(AXES if projection is not None else ())
    columns: dict[str, pa.Array] = {"id": pa.array(embedding.ids, pa.string())}
    for name in map(str, kept.table.columns):
        if name not in replaced:
            columns[f"own {name}" if name in _OWN else name] = _column(kept, name)
    content = _content_column(kept)
    if content is not None:
        columns.setdefault("content", content)
    return columns


def _content_column(collection: Collection) -> pa.Array | None:
    """Return what the items are where their ids do not say it; None where they do.

    Texts are kept as they are. What other kinds of items are is kept by their modality's own
    files; vectors have their column.
    """
    import pyarrow as pa

    texts = [payload.value for payload in collection.payloads if isinstance(payload, Text)]
    if len(texts) != len(collection) or tuple(texts) == collection.ids:
        return None
    return pa.array(texts, pa.string())


def _place_columns(projection: Projection | None) -> dict[str, pa.Array]:
    import pyarrow as pa

    if projection is None:
        return {}
    return {
        axis: pa.array(np.ascontiguousarray(values), pa.float32())
        for axis, values in zip(AXES, projection.coords.T, strict=False)
    }


def _making(projection: Projection) -> dict[str, object]:
    return {
        "method": projection.method,
        "params": dict(projection.params),
        "metric": projection.metric,
        "seed": projection.seed,
        "axis_titles": list(projection.axis_titles),
        "notes": list(projection.notes),
    }


def _column(collection: Collection, name: str) -> pa.Array:
    """Return a table column as Arrow; mixed types become text."""
    import pyarrow as pa

    values = collection.table[name]
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, OverflowError):
        return pa.array(values.astype(str), pa.string())
