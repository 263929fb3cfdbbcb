"""Where the data comes from: a built-in set, what a person types, or what they upload."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.errors import InputError
from embedding_core.reading import guess_modality
from embedding_core.samples import Sample
from embedding_core.snippets import Source
from embedding_core.weights import local_mode
from ui import cached
from ui.errors import middle, told
from ui.opening import open_view
from ui.state import Choices
from ui.uploads import Upload

TYPED = "typed"
UPLOADED = "uploaded"
_WORDS = {TYPED: "Type or paste words", UPLOADED: "Upload a file"}
_VECTORS = {UPLOADED: "Upload a file"}
_EXAMPLE = "king, queen, prince, princess, man, woman, apple, orange, banana, grape"
_VECTORS_HINT = """
- a project taken away from here
- NumPy: `.npy`, `.npz`
- tables with one column a dimension: `.csv`, `.tsv`
- tables with a column of lists: `.parquet`, `.arrow`, `.feather`, `.json`, `.jsonl`
- word2vec, GloVe, FastText: `.vec`, `.txt`, `.bin`
- `.safetensors`
- the Embedding Projector's `vectors.tsv` with its `metadata.tsv`
- a Lance table, or several files, as a ZIP
"""
# Endings that tables of numbers, lists of records and archives share.
_NOT_ONLY_VECTORS = (".csv", ".tsv", ".txt", ".json", ".npz", ".zip")
_OTHER_PAGES = {
    "ratings": "{name} holds ratings, not vectors; bring it to the Recommend page.",
    "graph": "{name} holds a graph, not vectors; bring it to the Graphs page.",
}


@dataclass(frozen=True)
class Data:
    """What the person brought, and where it comes from.

    Attributes
    ----------
    collection
        The items.
    source
        How code gets them again.
    color
        The column a built-in set is best coloured by.
    """

    collection: Collection
    source: Source
    color: str = ""


def choose_words(choices: Choices, default: str) -> Data:
    """Draw the choice of words and return them."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.unit == "word"]
    chosen = choose_source(choices, samples, _WORDS, default)
    if isinstance(chosen, Sample):
        return built_in(chosen)
    if chosen == UPLOADED:
        return _uploaded_words(choices)
    typed = choices.text(
        "words", "Words", _EXAMPLE, area=True, height=150, help="Apart by commas or lines."
    )
    with told():
        return Data(_typed(typed), Source(words=typed))


def choose_vectors(choices: Choices, default: str) -> Data:
    """Draw the choice of ready-made vectors and return them."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.modality == "vectors"]
    chosen = choose_source(choices, samples, _VECTORS, default)
    return built_in(chosen) if isinstance(chosen, Sample) else _uploaded_vectors(choices)


def built_in(sample: Sample) -> Data:
    """Open a built-in set."""
    return Data(cached.sample(sample.name), Source(sample=sample.name), sample.color)


def choose_source(
    choices: Choices, samples: Sequence[Sample], own: Mapping[str, str], default: str
) -> Sample | str:
    """Draw the choice among built-in sets and the person's own.

    Parameters
    ----------
    own
        The ways to bring one's own, and what each is called on screen.

    Returns
    -------
    Sample or str
        A built-in set, or a key of `own`.
    """
    labels = {**{sample.name: sample.title for sample in samples}, **own}
    order = [*own, *(sample.name for sample in samples)]
    name = choices.select("data", "Data", order, default, labels=labels, kind="data set")
    return name if name in own else ec.SAMPLES[name]


def _uploaded_words(choices: Choices) -> Data:
    """Draw the upload of words and return them; the page ends where nothing is there yet."""
    hint = "One word a line, or a table."
    types = ["txt", "csv", "tsv", "zip"]
    upload = choices.upload("file", "File", Upload.of, type=types, help=hint)
    if upload is None:
        wait_for_a_file(choices, f"{hint} One file at a time, which")
    with told():
        options = _word_columns(choices, upload)
        collection = read_uploads((upload,), "text", **options)
        return Data(collection, Source(path=upload.name, modality="text", options=options))


def _uploaded_vectors(choices: Choices) -> Data:
    """Draw the upload of vectors and return them; the page ends where nothing is there yet."""
    types = [suffix[1:] for suffix in (*ec.MODALITIES["vectors"].suffixes, ".zip")]
    uploads = choices.uploads("file", "Files", Upload.of, type=types, help=_VECTORS_HINT)
    path = typed_path(
        choices,
        "a file, a folder, a Lance table",
        "For what is large: a .npy file is read where it lies.",
    )
    if not uploads and path is None:
        wait_for_a_file(
            choices,
            "A file of vectors, or a project taken away from here; the question mark lists what "
            "opens. Bring files that belong together at once. Each",
        )
    with told():
        brought = Brought(uploads) if uploads or path is None else Brought((), path, stamp_of(path))
        brought.refuse_others()
        _open_once(choices, brought)
        options = _vector_columns(choices, brought)
        return Data(brought.read(**options), brought.source(options))


def _open_once(choices: Choices, brought: Brought) -> None:
    """Follow the view that a project file came with, the first time it is seen."""
    if choices.value("opened", "") == brought.mark:
        return
    open_view(choices, brought.read(), keep=("data", "file", "path"))
    choices.set("opened", brought.mark)


def wait_for_a_file(choices: Choices, hint: str) -> NoReturn:
    """End the page with what can be brought."""
    most = st.get_option("server.maxUploadSize")
    with middle():
        st.info(
            f"{hint} may have up to {most} MB; it stays in this server's memory while you are here."
        )
    choices.publish()
    st.stop()


def typed_path(choices: Choices, example: str, why: str) -> Path | None:
    """Draw the field for a path on this machine, where the app is one's own."""
    if not local_mode():
        return None
    typed = choices.text(
        "path",
        "or a path on this machine",
        in_link=False,
        placeholder=example,
        help=why,
    ).strip()
    if not typed:
        return None
    try:
        return Path(typed).expanduser()
    except RuntimeError:
        # The home of nobody (~nobody): no file is there, and that is told.
        return Path(typed)


def _word_columns(choices: Choices, upload: Upload) -> dict[str, str]:
    """Draw the choice of the column with the words, where a table has more than one."""
    if not upload.name.lower().endswith((".csv", ".tsv")):
        return {}
    from embedding_core.modalities.tables import read_table
    from embedding_core.modalities.text import likely_column

    headings = {"auto": "Look and decide", "yes": "Names of columns", "no": "Words"}
    header = choices.select("header", "First line", list(headings), "auto", labels=headings)
    table, _ = read_table(upload.data, upload.name, header)
    columns = [str(column) for column in table.columns]
    column = choices.select(
        "column", "Column with the words", columns, likely_column(table), kind="column"
    )
    return {"column": column, "header": header}


def _vector_columns(choices: Choices, brought: Brought) -> dict[str, str]:
    """Draw the choices of what are the vectors, where there are several, and what names them."""
    options: dict[str, str] = {}
    found = brought.candidates()
    if len(found) > 1:
        column = choices.select(
            "column",
            "Which are the vectors",
            ["", *found],
            "",
            labels=lambda name: name or "The likeliest",
            kind="column of vectors",
        )
        options |= {"column": column} if column else {}
    columns = [str(column) for column in brought.read(**options).table.columns]
    if columns:
        label = choices.select(
            "label",
            "What names the items",
            ["", *columns],
            "",
            labels=lambda name: name or "As found",
            kind="column",
            help="Names stand beside the points and are searched; the other columns are shown when "
            "you point at one.",
        )
        options |= {"label": label} if label else {}
    return options


@dataclass(frozen=True)
class Brought:
    """Vectors a person brought: uploads, or a path on this machine."""

    uploads: tuple[Upload, ...]
    path: Path | None = None
    stamp: tuple[int, int] = (0, 0)

    def read(self, **options: str) -> Collection:
        """Return the items; read once for each way of reading."""
        if self.path is None:
            return read_uploads(self.uploads, "vectors", **options)
        return read_path(str(self.path), self.stamp, "vectors", **options)

    def refuse_others(self) -> None:
        """Raise InputError where these are ratings or a graph, whose numbers are no vectors."""
        if self.path is None:
            _refuse_others(self.uploads)
        else:
            _refuse_others_at(str(self.path), self.stamp)

    def candidates(self) -> tuple[str, ...]:
        """Return what could be the vectors, where that is a choice."""
        return (
            _candidates(self.uploads)
            if self.path is None
            else _candidates_at(str(self.path), self.stamp)
        )

    @property
    def mark(self) -> str:
        """What differs each time something is brought."""
        if self.path is None:
            return " ".join(upload.brought for upload in self.uploads)
        return f"{self.path} {self.stamp}"

    def source(self, options: dict[str, str]) -> Source:
        """Return how code gets them again."""
        from embedding_core.modalities.vectors import pair_of

        if self.path is not None:
            return Source(path=str(self.path), modality="vectors", options=options)
        files = {upload.name: upload.data for upload in self.uploads}
        pair = pair_of(files)
        if pair is not None:
            return Source(
                path=pair[0], modality="vectors", options={"metadata": pair[1], **options}
            )
        # Of several files a folder, as code reads them.
        path = next(iter(files)) if len(files) == 1 else "your-files"
        return Source(path=path, modality="vectors", options=options)


BY_DIGEST: dict[Any, Any] = {Upload: lambda upload: upload.digest}


@st.cache_resource(max_entries=16, show_spinner=False, scope="session")
def _typed(text: str) -> Collection:
    return ec.words(text)


@st.cache_resource(max_entries=16, show_spinner=False, scope="session", hash_funcs=BY_DIGEST)
def read_uploads(uploads: tuple[Upload, ...], modality: str, **options: str) -> Collection:
    """Read files that came together, once for each way of reading.

    A single file whose name has a folder is read as one of several: the folder is its label.
    """
    if len(uploads) == 1 and "/" not in uploads[0].name:
        return ec.read(uploads[0].data, modality, name=uploads[0].name, **options)
    return ec.read({upload.name: upload.data for upload in uploads}, modality, **options)


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def read_path(path: str, stamp: tuple[int, int], modality: str, **options: str) -> Collection:
    """Read a file or a folder of this machine, once for as long as it stays as it is."""
    try:
        return ec.read(path, modality, **options)
    except OSError as problem:
        raise InputError(
            f"{path} cannot be opened ({problem.strerror or problem}); check the path and who may "
            "read it."
        ) from problem


@st.cache_resource(max_entries=16, show_spinner=False, scope="session", hash_funcs=BY_DIGEST)
def _refuse_others(uploads: tuple[Upload, ...]) -> None:
    """Raise InputError where uploads are no vectors but what another page is for."""
    for upload in uploads:
        if upload.name.lower().endswith(_NOT_ONLY_VECTORS):
            _refuse(upload.data, upload.name)


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def _refuse_others_at(path: str, stamp: tuple[int, int]) -> None:
    """Raise InputError where a path holds no vectors but what another page is for."""
    if Path(path).is_file() and path.lower().endswith(_NOT_ONLY_VECTORS):
        _refuse(Path(path), Path(path).name)


def _refuse(source: bytes | Path, name: str) -> None:
    try:
        found = guess_modality(source, name)
    except (InputError, OSError):
        # What is wrong with it is told where it is read.
        return
    if found in _OTHER_PAGES:
        raise InputError(_OTHER_PAGES[found].format(name=name))


@st.cache_resource(max_entries=16, show_spinner=False, scope="session", hash_funcs=BY_DIGEST)
def _candidates(uploads: tuple[Upload, ...]) -> tuple[str, ...]:
    from embedding_core.modalities.vectors import candidates

    one = len(uploads) == 1 and not uploads[0].name.lower().endswith(".zip")
    return candidates(uploads[0].data, uploads[0].name) if one else ()


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def _candidates_at(path: str, stamp: tuple[int, int]) -> tuple[str, ...]:
    from embedding_core.modalities.vectors import SPEC, candidates

    source = Path(path)
    suffix = source.suffix.lower()
    one = source.is_dir() == (suffix in SPEC.folders) and suffix in SPEC.suffixes
    return candidates(source, source.name) if one else ()


def stamp_of(path: Path) -> tuple[int, int]:
    """Return what changes when a file or a folder's files do. Raises InputError without one."""
    try:
        if not path.is_dir():
            found = path.stat()
            return found.st_size, found.st_mtime_ns
        stats = [(Path(root) / name).stat() for root, _, names in os.walk(path) for name in names]
    except (OSError, ValueError) as problem:
        raise InputError(
            f"{path} is neither a file nor a folder that can be read; check the path."
        ) from problem
    return sum(each.st_size for each in stats), max((each.st_mtime_ns for each in stats), default=0)
