"""Word vectors from a file a person brings: word2vec, GloVe and FastText formats."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from embedding_core.errors import ExplorerError, InputError, TooLargeError, UnreadableItemError
from embedding_core.models import EncoderSpec
from embedding_core.params import Param
from embedding_core.weights import Availability, Available, Missing, path_identity
from embedding_core.wordvectors import SubwordVectors, WordVectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from embedding_core.params import Params

MAX_BYTES = 4 << 30
_FASTTEXT_MAGIC = 793_712_314
# What gensim raises where a file is not what it says it is.
_BAD_FILE = (
    EOFError, OSError, ValueError, IndexError, AttributeError, struct.error, AssertionError
)  # fmt: skip


@dataclass(frozen=True)
class WordFile(EncoderSpec):
    """Any file of word vectors that gensim reads."""

    # Its vectors are in the person's own file, which is read in any case.
    keeps: ClassVar[bool] = False

    def availability(self, params: Params) -> Availability:
        """Tell whether a file is named and there."""
        path = str(params.get("path", ""))
        if not path:
            return Missing("no file is named.", "Upload one, or give its path.")
        if not _is_file(path):
            return Missing(f"{Path(path).name} is not a file.", "Check the path.")
        return Available()

    def space(self, params: Params) -> str:
        """Return a space of this very file and how much of it is read."""
        path = Path(str(params["path"]))
        limit = params["limit"]
        return f"file:{path_identity(path)}" + (f":{limit}" if limit else "")

    def dim(self, params: Params) -> int | None:
        """Return None: only reading the file tells."""
        return None

    def load(self, params: Params) -> WordVectors:
        """Read the file."""
        path = Path(str(params["path"]))
        limit = int(params["limit"]) or None
        if path.stat().st_size > MAX_BYTES:
            raise TooLargeError(
                f"{path.name} has {path.stat().st_size >> 20:,} MB and the limit is "
                f"{MAX_BYTES >> 20:,} MB; cut it down to its most frequent words."
            )
        try:
            return _read(path, limit)
        except ExplorerError:
            raise
        except _BAD_FILE as problem:
            raise UnreadableItemError(
                path.name,
                "it is cut short or no word-vector file (word2vec .bin or .txt, GloVe .txt, "
                "FastText .bin or .vec); download or export it again.",
            ) from problem
        except NotImplementedError as problem:
            raise UnreadableItemError(
                path.name, f"gensim does not read this kind of FastText model ({problem})."
            ) from problem
        except MemoryError as problem:
            raise UnreadableItemError(
                path.name,
                "it says it holds more words than fit into memory; read fewer of them, or it is "
                "damaged and has to be exported again.",
            ) from problem


def _read(path: Path, limit: int | None) -> WordVectors:
    """Read by what the file holds, whatever it is called."""
    from gensim.models import KeyedVectors
    from gensim.models.fasttext import load_facebook_vectors

    kind = kind_of(path)
    if kind == "empty":
        raise InputError(f"{path.name} is empty; choose a file of word vectors.")
    if kind == "fasttext":
        return SubwordVectors(path.name, load_facebook_vectors(str(path)))
    keyed = KeyedVectors.load_word2vec_format(
        str(path),
        binary=kind == "binary",
        no_header=kind == "headless",
        limit=limit,
        unicode_errors="replace",
    )
    vectors = np.ascontiguousarray(keyed.vectors, dtype=np.float32)
    if not len(vectors) or not vectors.shape[1]:
        raise InputError(f"{path.name} holds no vectors; choose a file of word vectors.")
    return _finite(path.name, keyed.index_to_key, vectors)


def kind_of(path: Path) -> str:
    """Tell how a file of word vectors is laid out, whatever it is called.

    Returns
    -------
    {"fasttext", "binary", "text", "headless", "empty"}
        A FastText model; word2vec's binary; text whose first line counts words and dimensions; text
        without such a line; nothing.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "empty"
    if len(head) >= 4 and struct.unpack("<i", head[:4])[0] == _FASTTEXT_MAGIC:
        return "fasttext"
    first = head.split(b"\n", 1)[0].split()
    if len(first) != 2 or not all(part.isdigit() for part in first):
        return "headless"
    return "binary" if _is_binary(head.split(b"\n", 1)[-1]) else "text"


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:
        # Longer than any path can be, or in a folder that may not be read.
        return False


def _is_binary(body: bytes) -> bool:
    """Tell whether what follows the first line is binary: no line of readable numbers."""
    line = body.split(b"\n", 1)[0].split()
    try:
        [float(cell) for cell in line[1:]]
    except ValueError:
        return True
    return len(line) < 2


def _finite(name: str, words: list[str], vectors: np.ndarray) -> WordVectors:
    """Leave out words whose vectors have NaN or infinity, and remember them."""
    good: NDArray[np.bool_] = np.isfinite(vectors).all(axis=1)
    if not good.any():
        raise InputError(f"Every vector in {name} has NaN or infinity; export them again.")
    kept = np.flatnonzero(good)
    if len(kept) == len(words):
        return WordVectors(name, words, vectors)
    bad = {words[i] for i in np.flatnonzero(~good).tolist()}
    return WordVectors(name, [words[i] for i in kept.tolist()], vectors[kept], unusable=bad)


SPECS = (
    WordFile(
        name="word-vectors-file",
        label="Word vectors from a file",
        modality="text",
        unit="word",
        about="Vectors someone trained elsewhere: word2vec, GloVe or FastText files, as they are.",
        source="your file; read by gensim",
        licence="that of your file",
        params=(
            Param(
                "path",
                "File",
                "path",
                "",
                "word2vec .bin or .txt, GloVe .txt, FastText .bin or .vec.",
            ),
            Param(
                "limit",
                "Words to read",
                "number",
                0,
                "Read only the first so many words, usually the most frequent; 0 reads all.",
                minimum=0,
                maximum=10_000_000,
                step=50_000,
            ),
        ),
    ),
)
