"""Figures of maps: what they keep, what they invent, what another seed changes."""

from __future__ import annotations

from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.maps import (
    METHODS,
    K,
    digits,
    drawn,
    groups_in_vectors,
    groups_on_map,
    heap_ratio,
    heaps,
    heaps_drawn,
    kept,
)


def digit_count() -> int:
    """Return how many pictures of digits are drawn."""
    return len(digits())


def digit_dimensions() -> int:
    """Return how many numbers a picture of a digit has."""
    return digits().dim


def plane_share() -> float:
    """Return the share of the digits' variance in the plane of widest spread (PCA)."""
    from embedding_core.projectors.pca import components
    from embedding_core.similarity import unit

    return float(components(unit(digits().vectors), 2).explained[:2].sum())


def map_trust(method: str, twin: str = "", neighbors: int = 15) -> float:
    """Return the trustworthiness of a map of the digits or of their null twin."""
    return kept(method, twin, neighbors=neighbors).trustworthiness


def map_recall(method: str, twin: str = "", neighbors: int = 15) -> float:
    """Return the share of the ten true neighbours that a map keeps among the ten nearest."""
    return kept(method, twin, neighbors=neighbors).neighbor_recall


def map_distances(method: str, twin: str = "", neighbors: int = 15) -> float:
    """Return the rank correlation of distances on a map with those among the vectors."""
    return kept(method, twin, neighbors=neighbors).rank_correlation


def map_best(by: str) -> str:
    """Return which of PCA, t-SNE and UMAP keeps most: neighbours or distances."""
    measure = map_recall if by == "neighbours" else map_distances
    return METHODS[max(METHODS, key=measure)]


def map_groups(method: str, twin: str = "", neighbors: int = 15) -> int:
    """Return how many dense groups a map shows (HDBSCAN)."""
    return groups_on_map(method, twin, neighbors=neighbors).n_clusters


def vector_groups(twin: str) -> int:
    """Return how many dense groups the vectors themselves have (HDBSCAN)."""
    return groups_in_vectors(twin).n_clusters


def true_ratio(kind: str, times: float) -> float:
    """Return how many times as wide one heap or gap is as the other, among the vectors."""
    made, heap = heaps(kind, times)
    return heap_ratio(made.vectors, heap)


def drawn_ratio(kind: str, times: float, method: str, seed: int = 0) -> float:
    """Return how many times as wide one heap or gap is as the other, on a map."""
    return heap_ratio(heaps_drawn(kind, times, method, seed).coords, heaps(kind, times)[1])


def seeds_agree(method: str, a: int = 0, b: int = 1) -> float:
    """Return the share of ten nearest on a map that are the ten nearest with another seed."""
    from embedding_core.comparison import compare_maps

    return compare_maps(drawn(method, seed=a), drawn(method, seed=b), k=K).neighbor_overlap


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        digit_count, digit_dimensions, plane_share, map_trust, map_recall, map_distances, map_best,
        map_groups, vector_groups, true_ratio, drawn_ratio, seeds_agree,
    )
)  # fmt: skip
