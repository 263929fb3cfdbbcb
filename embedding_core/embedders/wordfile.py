"""Word vectors from a file a person brings: word2vec, GloVe and FastText formats."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from embedding_core.models import EncoderSpec
from embedding_core.params import Param
from embedding_core.weights import Availability, Available, Missing, path_identity
from embedding_core.wordfiles import read_word_vectors
from embedding_core.wordvectors import WordVectors

if TYPE_CHECKING:
    from embedding_core.params import Params


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
        return read_word_vectors(Path(str(params["path"])), int(params["limit"]) or None)


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except OSError:
        # Longer than any path can be, or in a folder that may not be read.
        return False


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
