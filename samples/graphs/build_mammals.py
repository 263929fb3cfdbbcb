"""Make the graph of mammals from WordNet's nouns.

    python samples/graphs/build_mammals.py FOLDER

FOLDER holds WordNet 3.0's data.noun (Debian's wordnet-base has it in /usr/share/wordnet). A node is
a meaning under "mammal", an edge joins it to what it is a kind of. The same input gives the same
bytes.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

OUT = Path(__file__).resolve().parent / "mammals"
ROOT = "mammal"
# Mammals whose young grow in a womb are nearly all of them: their kinds are the groups.
_WIDE = ("mammal", "placental", "ungulate", "carnivore", "aquatic_mammal")
_SMALL = 12


@dataclass(frozen=True)
class Synset:
    """Words of one meaning, what it is a kind of, and its definition."""

    key: str
    lemmas: tuple[str, ...]
    kinds_of: tuple[str, ...]
    gloss: str


def read_nouns(path: Path) -> dict[str, Synset]:
    """Return the nouns of WordNet by their offset."""
    found = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("  "):  # the licence stands before the data
                continue
            data, gloss = line.split(" | ", 1)
            fields = data.split()
            n_words = int(fields[3], 16)
            lemmas = tuple(fields[4 : 4 + 2 * n_words : 2])
            first = 5 + 2 * n_words
            pointers = [fields[i : i + 4] for i in range(first, len(fields), 4)]
            above = tuple(p[1] for p in pointers if p[0] == "@")
            meaning = gloss.split('; "')[0].strip()
            found[fields[0]] = Synset(fields[0], lemmas, above, meaning)
    return found


def below(nouns: dict[str, Synset], root: str) -> list[str]:
    """Return a meaning and all that are kinds of it, the nearest first."""
    kinds: dict[str, list[str]] = {}
    for synset in nouns.values():
        for above in synset.kinds_of:
            kinds.setdefault(above, []).append(synset.key)
    order = [root]
    for key in order:
        order += [kind for kind in kinds.get(key, []) if kind not in order]
    return order


def names(nouns: dict[str, Synset], keys: list[str]) -> dict[str, str]:
    """Return what to call each: its first word, with what it is a kind of where two share one."""
    counts = Counter(nouns[key].lemmas[0] for key in keys)
    found, taken = {}, set()
    for key in keys:
        lemmas = nouns[key].lemmas
        name = lemmas[0].replace("_", " ")
        if counts[lemmas[0]] > 1:
            other = lemmas[1] if len(lemmas) > 1 else nouns[nouns[key].kinds_of[0]].lemmas[0]
            name = f"{name} ({other.replace('_', ' ')})"
        plain, number = name, 2
        while name in taken:
            name, number = f"{plain} {number}", number + 1
        taken.add(name)
        found[key] = name
    return found


def groups(nouns: dict[str, Synset], keys: list[str]) -> dict[str, str]:
    """Return the large group each belongs to: a kind of one of the wide ones."""
    inside = set(keys)
    group: dict[str, str] = {}
    for key in keys:
        above = [one for one in nouns[key].kinds_of if one in inside and one in group]
        known = next((group[one] for one in above if group[one]), "")
        wide = nouns[key].lemmas[0] in _WIDE
        group[key] = "" if wide else known or nouns[key].lemmas[0].replace("_", " ")
    sizes = Counter(group.values())
    return {k: g if g and sizes[g] >= _SMALL else "other" for k, g in group.items()}


def main() -> None:
    """Write edges.csv and nodes.csv."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    nouns = read_nouns(parser.parse_args().folder / "data.noun")
    root = next(key for key, synset in nouns.items() if synset.lemmas[0] == ROOT)
    keys = below(nouns, root)
    called, group = names(nouns, keys), groups(nouns, keys)
    inside = set(keys)
    OUT.mkdir(exist_ok=True)
    with (OUT / "nodes.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "group", "definition"])
        rows.writerows([called[key], group[key], nouns[key].gloss] for key in keys)
    with (OUT / "edges.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["source", "target"])
        for key in keys:
            rows.writerows([called[key], called[one]] for one in nouns[key].kinds_of
                           if one in inside)  # fmt: skip


if __name__ == "__main__":
    main()
