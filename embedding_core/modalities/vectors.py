"""Ready-made vectors: NumPy, tables, Parquet, Arrow, JSON, word2vec, safetensors, Lance, pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from embedding_core.collection import Collection, Payload, VectorRow
from embedding_core.errors import EmptyCollectionError, InputError
from embedding_core.modalities.base import Bundle, ModalitySpec
from embedding_core.modalities.contents import Content, GivenBytes
from embedding_core.modalities.vectorfiles import READERS, lance, projector
from embedding_core.modalities.vectorfiles.assembly import collect
from embedding_core.modalities.vectorfiles.base import (
    Asked,
    Blob,
    Found,
    Reader,
    check_bytes,
    content_of,
)

_BY_SUFFIX = {suffix: reader for reader in READERS for suffix in reader.suffixes}


def decode(
    source: Blob,
    name: str,
    *,
    unit: str = "",
    column: str = "",
    header: str = "auto",
    label: str = "",
    metadata: str = "",
) -> Collection:
    """Read a file of vectors.

    Parameters
    ----------
    source : bytes or Path
        A large .npy file on the disk stays there, and is read where it is needed.
    name : str
        The file; its ending decides how it is read.
    unit : str
        Not used; vectors have none.
    column : str
        The column, array or tensor with the vectors, where a file has several; the likeliest where
        left out.
    header : {"auto", "yes", "no"}
        Whether a CSV's first line names its columns.
    label : str
        The column that names the items; the likeliest where left out.
    metadata : str
        Where the columns lie that belong to the vectors: a table with a line for each of them, such
        as the ``metadata.tsv`` of the Embedding Projector. Only for a source on the disk.

    Returns
    -------
    Collection
        Rows with NaN or infinity are left out and named in the notes.
    """
    if metadata:
        return _with_metadata(source, name, Path(metadata), Asked(column, header), label)
    found = _reader(source, name).read(source, name, Asked(column, header))
    return collect(found, name, label)


def _with_metadata(source: Blob, name: str, metadata: Path, asked: Asked, label: str) -> Collection:
    if isinstance(source, bytes) or not metadata.is_file():
        raise InputError(f"There is no file {metadata} beside {name}; check the path.")
    reader, columns = _reader(source, name), (metadata.name, metadata.read_bytes())
    if ".tsv" in reader.suffixes:
        pair = projector.read_pair((name, content_of(source)), columns)
    else:
        pair = projector.read_pair((name, b""), columns, reader.read(source, name, asked))
    return collect(pair, name, label)


def candidates(source: Blob, name: str) -> tuple[str, ...]:
    """Return what could be the vectors in a file, to choose from with `column`.

    Parameters
    ----------
    source : bytes or Path
    name : str
        The file; its ending decides how it is read.

    Returns
    -------
    tuple of str
        Columns, arrays or tensors in the file's order; empty where the kind of file has one only.
    """
    return _reader(source, name).candidates(source, name)


def _reader(source: Blob, name: str) -> Reader:
    if isinstance(source, bytes):
        if not source:
            raise EmptyCollectionError(f"{name} is empty; bring at least one vector.")
        check_bytes(len(source), name)
    elif source.is_file() and not source.stat().st_size:
        raise EmptyCollectionError(f"{name} is empty; bring at least one vector.")
    # Pasted data has no ending: a table.
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.lower(), _BY_SUFFIX[".csv"])


def bundles(files: Sequence[tuple[str, Content]]) -> list[Bundle]:
    """Return which of some files belong together: the Projector's pairs, and Lance tables.

    Parameters
    ----------
    files : sequence of (str, callable)
        Names with their folders, and what gives the content of each.
    """
    names = [name for name, _ in files]
    contents = dict(files)
    tables = _lance_tables(files)
    inside = {name for table in tables for name in table.files}
    rest = [name for name in names if name not in inside]
    configured = [
        bundle for name in rest if name.endswith(projector.CONFIG)
        for bundle in _configured(name, rest, contents)
    ]  # fmt: skip
    told = {name for bundle in configured for name in bundle.files}
    rest = [name for name in rest if name not in told]
    paired = [
        _pair(vectors, columns, contents) for vectors, columns in projector.pairs(rest, contents)
    ]
    return [*tables, *configured, *paired]


def pair_of(files: Mapping[str, bytes]) -> tuple[str, str] | None:
    """Return which of two files are the vectors and which their columns; None where unsure."""
    contents: dict[str, Content] = {name: GivenBytes(data) for name, data in files.items()}
    found = projector.pairs(list(files), contents)
    return found[0] if len(found) == 1 and len(files) == 2 else None


def _lance_tables(files: Sequence[tuple[str, Content]]) -> list[Bundle]:
    by_table: dict[str, list[tuple[str, Content]]] = {}
    for name, content in files:
        parts = PurePosixPath(name).parts
        at = next((i for i, part in enumerate(parts[:-1]) if part.endswith(lance.SUFFIX)), None)
        if at is not None:
            table = str(PurePosixPath(*parts[: at + 1]))
            by_table.setdefault(table, []).append((str(PurePosixPath(*parts[at + 1 :])), content))
    return [
        Bundle(
            table,
            frozenset(f"{table}/{name}" for name, _ in inside),
            partial(_read_lance, table, inside),
        )
        for table, inside in by_table.items()
    ]


def _read_lance(
    table: str, files: Sequence[tuple[str, Content]], label: str = "", **options: str
) -> Collection:
    name = PurePosixPath(table).name
    with lance.unpacked(files) as folder:
        return decode(folder, name, label=label, **options)


def _configured(name: str, names: Sequence[str], contents: Mapping[str, Content]) -> list[Bundle]:
    try:
        sets = projector.configured(name, contents[name](), names)
    except InputError:
        # What it says cannot be read: the files are paired by their names.
        return []
    return [_pair(vectors, columns, contents, shape, name) for vectors, columns, shape in sets]


def _pair(
    vectors: str,
    columns: str,
    contents: Mapping[str, Content],
    shape: tuple[int, ...] = (),
    config: str = "",
) -> Bundle:
    def read(label: str = "", **options: str) -> Collection:
        data = contents[vectors]()
        found: Found | None = None
        if PurePosixPath(vectors).suffix.lower() == ".npy":
            found = _reader(data, vectors).read(data, vectors, Asked())
        of = (columns, contents[columns]()) if columns else None
        return collect(projector.read_pair((vectors, data), of, found, shape), vectors, label)

    return Bundle(vectors, frozenset(name for name in (vectors, columns, config) if name), read)


def _preview(payload: Payload) -> str:
    assert isinstance(payload, VectorRow)
    row = payload.load()
    shown = ", ".join(f"{value:.3g}" for value in row[:8])
    return f"[{shown}{', ...' if len(row) > 8 else ''}]"


SPEC = ModalitySpec(
    name="vectors",
    label="Vectors",
    suffixes=tuple(_BY_SUFFIX),
    decode=decode,
    preview=_preview,
    bundles=bundles,
    opens_paths=True,
    folders=(lance.SUFFIX,),
)
