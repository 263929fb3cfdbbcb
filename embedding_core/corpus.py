"""Running text that trainers learn from."""

from __future__ import annotations

import lzma
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from embedding_core.collection import digest_of
from embedding_core.errors import EmptyCollectionError, InputError
from embedding_core.samples import CORPORA, samples_dir

# gensim reads no more than 10,000 words of a sentence and passes over the rest without a word.
_LONGEST = 1_000
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True)
class Corpus:
    """Text as sentences of lower-case words, one sentence a line.

    Attributes
    ----------
    text : str
        The whole text.
    name : str
        What it is called on screen.
    """

    text: str
    name: str = "your text"

    def __post_init__(self) -> None:
        if not self.n_words:
            raise EmptyCollectionError(
                "The text to learn from has no words in it; paste or upload running text."
            )

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest of the text."""
        return digest_of(self.text).hex()

    @cached_property
    def sentences(self) -> list[list[str]]:
        """The words of each line, in lower case; very long lines in pieces, empty ones left out."""
        # One object for all occurrences of a word: a corpus repeats itself.
        known: dict[str, str] = {}
        found: list[list[str]] = []
        for line in self.text.splitlines():
            words = [known.setdefault(word, word) for word in _WORD.findall(line.lower())]
            found += [words[i : i + _LONGEST] for i in range(0, len(words), _LONGEST)]
        return found

    @cached_property
    def n_words(self) -> int:
        """How many words there are, repeats counted."""
        return sum(map(len, self.sentences))

    def vocabulary(self, min_count: int) -> list[str]:
        """Return the words that occur `min_count` times or more, the most frequent first.

        Of equally frequent ones the last to appear first: gensim's order, so that vectors learned
        from this text find their words again.
        """
        counts = Counter(chain.from_iterable(self.sentences))
        kept = [word for word, count in counts.items() if count >= min_count]
        kept.reverse()
        return sorted(kept, key=lambda word: -counts[word])

    def __iter__(self) -> Iterator[list[str]]:
        return iter(self.sentences)


def sample_corpus(name: str) -> Corpus:
    """Read a built-in corpus.

    Parameters
    ----------
    name : str
        A name in ``CORPORA``.
    """
    sample = CORPORA[name]
    with lzma.open(samples_dir() / "corpora" / sample.file, "rt", encoding="utf-8") as file:
        return Corpus(file.read(), sample.title)


def read_corpus(path: str | Path) -> Corpus:
    """Read a text file to learn from."""
    from embedding_core.modalities.tables import decode_text

    source = Path(path)
    if not source.is_file():
        raise InputError(f"{source} is not a file; name a text file to learn from.")
    text, _ = decode_text(source.read_bytes(), source.name)
    return Corpus(text, source.name)
