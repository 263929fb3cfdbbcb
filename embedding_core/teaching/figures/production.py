"""Figures of vectors in use: what a search finds, what compression costs, what changes break."""

from __future__ import annotations

from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.production import (
    CELLS,
    FAULTS,
    arrivals,
    cloud_hubs,
    compressed,
    fault,
    probed,
    versions,
    word_hubs,
    words,
)


def search_items() -> int:
    """Return how many vectors are searched."""
    return len(words())


def search_dimensions() -> int:
    """Return how many numbers each of them has."""
    return words().dim


def cell_count() -> int:
    """Return how many cells the inverted file has."""
    return CELLS


def cell_recall(cells: int) -> float:
    """Return the share of the ten nearest found by looking into so many cells."""
    return probed(cells)[1]


def cell_compared(cells: int) -> float:
    """Return the share of vectors compared by looking into so many cells, centres counted."""
    return probed(cells)[0]


def small_bytes(recipe: str) -> int:
    """Return the bytes of each vector under a recipe of compression."""
    return next(
        each.bytes_per_vector for each in compressed().measured if each.recipe.name == recipe
    )


def small_recall(recipe: str) -> float:
    """Return the share of the ten nearest that a recipe of compression still finds."""
    return next(each.recall for each in compressed().measured if each.recipe.name == recipe)


def hub_count(dimensions: int) -> int:
    """Return among how many others' ten nearest the largest hub of random points is."""
    return cloud_hubs(dimensions).largest_hub[1]


def hub_orphans(dimensions: int) -> float:
    """Return the share of random points that are among nobody's ten nearest."""
    return cloud_hubs(dimensions).antihub_share


def word_hub() -> str:
    """Return the word that is among most others' ten nearest."""
    return word_hubs().largest_hub[0]


def word_hub_count() -> int:
    """Return among how many others' ten nearest it is."""
    return word_hubs().largest_hub[1]


def version_cosine(seed: int = 1) -> float:
    """Return the mean cosine of nodes' vectors from two trainings of one model."""
    return versions(seed)["cosine"]


def version_found(seed: int = 1, turned: bool = False) -> float:
    """Return the share of new vectors whose nearest old one is of the same node."""
    return versions(seed)["turned" if turned else "mixed"]


def version_overlap(seed: int = 1) -> float:
    """Return the share of ten nearest that are the same within each of two versions."""
    return versions(seed)["overlap"]


def version_chance(seed: int = 1) -> float:
    """Return that share for unrelated vectors."""
    return versions(seed)["chance"]


def fault_overlap(kind: str) -> float:
    """Return the share of ten nearest that stay under a fault."""
    return fault(kind)["overlap"]


def fault_pairs(kind: str) -> float:
    """Return the mean cosine of all pairs under a fault."""
    return fault(kind)["pairs"]


def fault_own(kind: str) -> float:
    """Return the mean cosine of words' vectors with themselves before a fault."""
    return fault(kind)["own"]


def unseen_fault() -> str:
    """Return the fault under which the mean cosine of pairs stays and most neighbours are lost.

    None of them where there is not exactly one.
    """
    before = fault_pairs("none")
    found = [
        label
        for kind, label in FAULTS.items()
        if abs(fault_pairs(kind) - before) < 1e-4 and fault_overlap(kind) < 0.5
    ]
    return found[0] if len(found) == 1 else "none of them"


def below_bar(are_new: bool) -> float:
    """Return the share of later items of a known or a new kind that are far from all stored."""
    known, strangers, bar = arrivals()
    return float(((strangers if are_new else known) < bar).mean())


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        search_items, search_dimensions, cell_count, cell_recall, cell_compared, small_bytes,
        small_recall, hub_count, hub_orphans, word_hub, word_hub_count, version_cosine,
        version_found, version_overlap, version_chance, fault_overlap, fault_pairs, fault_own,
        unseen_fault,        below_bar,
    )
)  # fmt: skip
