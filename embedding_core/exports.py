"""Taking vectors away: the files that other programs open, and write(), which picks by ending."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedding_core import project_file
from embedding_core.writing import check_target, whole_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding
    from embedding_core.projection import Projection

_VECTORS, _METADATA = "vectors.tsv", "metadata.tsv"
_NINE = "%.9g"
"""Nine digits give every float32 back exactly."""
_TAKEN = frozenset(["id", "vectors", "coords", "file", "allow_pickle"])


def write(
    path: str | Path,
    collection: Collection,
    embedding: Embedding,
    projection: Projection | None = None,
) -> Path:
    """Write items with their vectors, and their places on a map, as the ending of the name says.

    Parameters
    ----------
    path : path
        ``.parquet`` (``.pq``): a project file, which opens again with everything known of it.
        ``.csv``; ``.npz`` for NumPy; ``.vec`` (``.txt``): word2vec text, ids and vectors alone;
        ``.tsv``: the pair of files of TensorBoard's Embedding Projector, the columns beside it
        under ``metadata.tsv`` or ``NAME-metadata.tsv``; ``.zip``: that pair in one file.
    collection : Collection
        Whose columns are kept.
    embedding : Embedding
        Of that collection; items without a vector are not written.
    projection : Projection, optional
        Of those items.

    Returns
    -------
    Path
        Where it was written; it appears whole or not at all.

    Raises
    ------
    InputError
        If the ending is another, or it cannot be written there.
    """
    target = check_target(path, SUFFIXES)
    suffix = target.suffix.lower()
    if suffix in project_file.SUFFIXES:
        return project_file.write(target, collection, embedding, projection)
    if suffix == ".tsv":
        vectors, columns = projector_pair(collection, embedding, projection)
        _put(target, vectors)
        _put(metadata_path(target), columns)
    else:
        _put(target, _BY_SUFFIX[suffix](collection, embedding, projection))
    return target


def metadata_path(vectors: str | Path) -> Path:
    """Return where the columns beside a ``.tsv`` of vectors go."""
    path = Path(vectors)
    stem = path.stem
    if "vectors" in stem.lower():
        return path.with_name(re.sub("vectors", "metadata", stem, flags=re.I) + path.suffix)
    return path.with_name(f"{stem}-metadata{path.suffix}")


def csv_file(
    collection: Collection, embedding: Embedding, projection: Projection | None = None
) -> bytes:
    """Return a CSV in UTF-8: id, columns, place on the map, then ``dim_0``, ``dim_1`` ..."""
    import pandas as pd

    table = project_file.columns_table(collection, embedding, projection).to_pandas()
    names = [f"dim_{i}" for i in range(embedding.dim)]
    vectors = pd.DataFrame(embedding.vectors, columns=names)
    text: str = pd.concat([table, vectors], axis=1).to_csv(index=False)
    # With the mark that tells spreadsheets that it is UTF-8.
    return text.encode("utf-8-sig")


def projector_pair(
    collection: Collection, embedding: Embedding, projection: Projection | None = None
) -> tuple[bytes, bytes]:
    """Return ``vectors.tsv`` and ``metadata.tsv`` as TensorBoard's Embedding Projector wants them.

    The columns have headings where there is more than one, as the Projector demands; tabs and line
    breaks in them become spaces, as it knows no quotes.
    """
    vectors = io.BytesIO()
    np.savetxt(vectors, embedding.vectors, fmt=_NINE, delimiter="\t")
    table = project_file.columns_table(collection, embedding, projection)
    columns = [_texts(table[name]) for name in table.column_names]
    rows = [] if len(columns) == 1 else [[_flat(name) for name in table.column_names]]
    rows += [[_flat(cell) for cell in row] for row in zip(*columns, strict=True)]
    text = io.StringIO()
    csv.writer(
        text, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None
    ).writerows(rows)
    return vectors.getvalue(), text.getvalue().encode()


def projector_archive(
    collection: Collection, embedding: Embedding, projection: Projection | None = None
) -> bytes:
    """Return the Embedding Projector's pair as one ZIP, with its configuration."""
    vectors, columns = projector_pair(collection, embedding, projection)
    config = {
        "embeddings": [
            {
                "tensorName": collection.name or "vectors",
                "tensorShape": list(embedding.vectors.shape),
                "tensorPath": _VECTORS,
                "metadataPath": _METADATA,
            }
        ]
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_VECTORS, vectors)
        archive.writestr(_METADATA, columns)
        archive.writestr("projector_config.json", json.dumps(config, indent=2))
    return packed.getvalue()


def word2vec_text(
    collection: Collection, embedding: Embedding, projection: Projection | None = None
) -> bytes:
    """Return word2vec's text format: how many and how long, then an id and its numbers a line.

    An id is one word there: its spaces become ``_``, and where two ids would then be equal one more
    ``_`` keeps them apart.
    """
    text = io.BytesIO()
    text.write(f"{len(embedding)} {embedding.dim}\n".encode())
    numbers = " ".join([_NINE] * embedding.dim)
    for word, vector in zip(_words(embedding.ids), embedding.vectors, strict=True):
        text.write(f"{word} {numbers % tuple(vector)}\n".encode())
    return text.getvalue()


def numpy_archive(
    collection: Collection, embedding: Embedding, projection: Projection | None = None
) -> bytes:
    """Return a ``.npz``: ``vectors``, ``id``, ``coords``, and each column as an array."""
    table = project_file.columns_table(collection, embedding, None)
    arrays: dict[str, NDArray[Any]] = {"vectors": embedding.vectors}
    if projection is not None:
        arrays["coords"] = projection.coords
    arrays["id"] = np.array(embedding.ids, dtype=str)
    for name in table.column_names[1:]:
        taken = name in _TAKEN or name in arrays
        arrays[f"own {name}" if taken else name] = _array(table[name])
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]
    return packed.getvalue()


@dataclass(frozen=True)
class Format:
    """One way to take vectors away.

    Attributes
    ----------
    name, label, about : str
        In code, and on screen.
    suffix, mime : str
        Of the file.
    make : callable
        ``make(collection, embedding, projection) -> bytes``.
    """

    name: str
    label: str
    about: str
    suffix: str
    mime: str
    make: Callable[..., bytes]


FORMATS = (
    Format(
        "csv",
        "CSV",
        "One row an item: its columns, its place on the map and its vector. For spreadsheets.",
        ".csv",
        "text/csv",
        csv_file,
    ),
    Format(
        "projector",
        "Embedding Projector (TSV)",
        "vectors.tsv and metadata.tsv in a ZIP, for TensorBoard and projector.tensorflow.org.",
        ".zip",
        "application/zip",
        projector_archive,
    ),
    Format(
        "word2vec",
        "word2vec text",
        "Ids and vectors, one item a line; spaces in ids become _, as the format has no others. "
        "For gensim and many more.",
        ".vec",
        "text/plain",
        word2vec_text,
    ),
    Format(
        "npz",
        "NumPy (.npz)",
        "Arrays called vectors, id and coords, and one for each column.",
        ".npz",
        "application/octet-stream",
        numpy_archive,
    ),
)
_BY_SUFFIX = {form.suffix: form.make for form in FORMATS} | {".txt": word2vec_text}
SUFFIXES = (*project_file.SUFFIXES, ".csv", ".npz", ".vec", ".txt", ".tsv", ".zip")


def _put(path: Path, content: bytes) -> None:
    with whole_file(path) as scratch:
        scratch.write_bytes(content)


def _words(ids: Sequence[str]) -> list[str]:
    """Return ids without spaces, all different."""
    taken: set[str] = set()
    words = []
    for id_ in ids:
        word = re.sub(r"\s", "_", id_) or "_"
        while word in taken:
            word += "_"
        taken.add(word)
        words.append(word)
    return words


def _texts(column: pa.ChunkedArray) -> list[str]:
    return ["" if cell is None else str(cell) for cell in column.to_pylist()]


def _flat(cell: str) -> str:
    return re.sub(r"[\t\r\n]+", " ", cell)


def _array(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return a column as an array that needs no pickle: numbers, or text."""
    import pyarrow.types as pt

    kind = column.type
    if pt.is_floating(kind) or pt.is_integer(kind) or pt.is_boolean(kind):
        values: NDArray[Any] = column.to_numpy()
        if values.dtype.kind in "fiub":
            return values
    return np.array(_texts(column), dtype=str)
