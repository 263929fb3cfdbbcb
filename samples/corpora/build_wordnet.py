"""Make the training corpus from WordNet's glosses and examples.

    python samples/corpora/build_wordnet.py FOLDER

FOLDER holds WordNet 3.0's data.noun, data.verb, data.adj and data.adv (Debian's wordnet-base has
them in /usr/share/wordnet). The corpus is written to samples/corpora/wordnet; the same input gives
the same text, and with the same liblzma the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PARTS = ("noun", "verb", "adj", "adv")
OUT = Path(__file__).resolve().parent / "wordnet" / "wordnet-3.0-glosses.txt.xz"

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
# The adjective "galore" is stored as galore(ip): where it may stand in a sentence.
_POSITION = re.compile(r"\((?:a|p|ip)\)$")
# An example opens a gloss or follows ; : or , and the last one may miss its closing quote.
_EXAMPLE = re.compile(r'(?:^|[;:,])\s*"([^"]*)(?:"|$)(?:\s*-+\s*[^;"]*)?')
# How WordNet's authors label terms of abuse and obscenities: in words, and by a pointer of the kind
# "is used as" (;u) to the synsets with these lemmas.
_LABEL = re.compile(
    r"""\b(?:ethnic|racial)\ slur\b
    | \b(?:offensive|obscene|vulgar|disparaging|derogatory|contemptuous)\)?\s
      (?:\w+\s){0,2}?(?:terms?|names?|slang|reference|expression\ for)\b
    | \bconsidered\ (?:offensive|obscene|vulgar|derogatory)\b
    | \((?:[^()]*\s)?(?:offensive|obscene|vulgar|disparaging|derogatory)\)""",
    re.IGNORECASE | re.VERBOSE,
)
_USED_AS = {"ethnic_slur", "disparagement", "obscenity", "dirty_word"}
# Left out in their other meanings too.
# fmt: off
_BANNED = {
    "fuck", "fucking", "shit", "cunt", "twat", "pussy", "cocksucker", "faggot", "faggots", "fagot",
    "fag", "dyke", "spic", "chink", "gook", "coon", "kaffir", "kafir",
}
# fmt: on


@dataclass(frozen=True)
class Synset:
    """Words of one meaning, its definition and its examples."""

    key: tuple[str, str]
    lemmas: tuple[str, ...]
    definition: str
    examples: tuple[str, ...]
    usages: frozenset[tuple[str, str]]


def synsets(folder: Path) -> Iterator[Synset]:
    """Read the data files in the order noun, verb, adj, adv."""
    for part in PARTS:
        with (folder / f"data.{part}").open(encoding="utf-8") as file:
            for line in file:
                if not line.startswith("  "):  # the licence stands before the data
                    yield _parse(part, line)


def _parse(part: str, line: str) -> Synset:
    data, gloss = line.split(" | ", 1)
    fields = data.split()
    n_words = int(fields[3], 16)
    lemmas = [_POSITION.sub("", word) for word in fields[4 : 4 + 2 * n_words : 2]]
    first = 5 + 2 * n_words
    pointers = [fields[i : i + 4] for i in range(first, first + 4 * int(fields[first - 1]), 4)]
    return Synset(
        key=(part, fields[0]),
        lemmas=tuple(dict.fromkeys(lemmas)),
        definition=_EXAMPLE.sub(" ", gloss),
        examples=tuple(_EXAMPLE.findall(gloss)),
        usages=frozenset(("noun", target) for symbol, target, *_ in pointers if symbol == ";u"),
    )


def words_of(text: str) -> list[str]:
    """Split into lower-case words; punctuation goes."""
    return _WORD.findall(text.replace("_", " ").replace("`", "'").lower())


def lines_of(folder: Path) -> Iterator[str]:
    """Yield the corpus, a sentence a line, without what is marked as abuse."""
    everything = list(synsets(folder))
    marks = {s.key for s in everything if _USED_AS.intersection(s.lemmas)}
    abusive = [s for s in everything if s.usages & marks or _LABEL.search(s.definition)]
    dropped = {s.key for s in abusive}
    kept = [s for s in everything if s.key not in dropped]
    # Words with no meaning left are not to come back through the examples of other words.
    banned = {w for s in abusive for w in s.lemmas} - {w for s in kept for w in s.lemmas}
    banned = {word.lower() for word in banned} | _BANNED
    for synset in kept:
        lemmas = " ".join(synset.lemmas)
        for text in (f"{lemmas} {synset.definition}", *synset.examples):
            words = words_of(text)
            if len(words) > 1 and banned.isdisjoint(words):
                yield " ".join(words)


def main() -> None:
    """Write the corpus and print what its manifest and README state."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder with WordNet 3.0's data.* files")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write (%(default)s)")
    args = parser.parse_args()
    lines = list(lines_of(args.folder))
    text = ("\n".join(lines) + "\n").encode()
    packed = lzma.compress(text, preset=9 | lzma.PRESET_EXTREME)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_bytes(packed)
    print(f"lines   {len(lines)}")
    print(f"tokens  {sum(line.count(' ') + 1 for line in lines)}")
    print(f"bytes   {len(text)}, packed {len(packed)}")
    print(f"sha256 of the text  {hashlib.sha256(text).hexdigest()}")
    print(f"sha256 of the file  {hashlib.sha256(packed).hexdigest()}")


if __name__ == "__main__":
    main()
