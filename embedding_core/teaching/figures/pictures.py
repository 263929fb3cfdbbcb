"""Figures of pictures: what pixels, colours and a network make of them."""

from __future__ import annotations

from embedding_core.neighbors import nearest
from embedding_core.teaching.figures.base import Figure, figure
from embedding_core.teaching.seeing import (
    NETWORK,
    after_change,
    alike_regions,
    group_shares,
    groups,
    picture,
    seen_by,
)


def picture_numbers(item: str) -> int:
    """Return how many numbers a picture is made of: three for every pixel."""
    found = picture(item)
    return 3 * int(found.width) * int(found.height)


def picture_count() -> int:
    """Return how many built-in pictures there are."""
    return len(groups())


def group_count() -> int:
    """Return of how many groups the built-in pictures are."""
    return len(set(groups()))


def changed_cosine(item: str, change: str, amount: float, model: str) -> float:
    """Return how alike a picture is to itself, moved or shuffled."""
    return after_change(item, change, amount, model)[0]


def other_cosine(item: str, model: str) -> float:
    """Return how alike a picture is to the nearest other picture."""
    return float(nearest(seen_by(model), item, 1)[0].score)


def nearer_to(item: str, change: str, amount: float, model: str) -> str:
    """Return "itself" where a changed self is nearer than all other pictures, else "another"."""
    own, other, _ = after_change(item, change, amount, model)
    return "itself" if own > other else "another"


def nearest_picture(item: str, model: str = NETWORK) -> str:
    """Return the picture nearest to another."""
    return str(nearest(seen_by(model), item, 1)[0].id)


def group_share(name: str) -> float:
    """Return how often the nearest picture is of the same group, by a model or layer."""
    return group_shares()[name]


def weakest_seer(among: list[str]) -> str:
    """Return by which model or layer the nearest picture is least often of the same group."""
    return min(among, key=lambda name: group_shares()[name])


def best_layer() -> str:
    """Return by which model or layer the nearest picture is most often of the same group."""
    return max(group_shares(), key=lambda name: group_shares()[name])


def network_dimensions() -> int:
    """Return how many numbers the network gives each picture."""
    return seen_by(NETWORK).dim


def regions_cosine(a: str, b: str) -> float:
    """Return how alike two pictures are to the network: what all regions add, together."""
    return float(alike_regions(a, b).similarity)


def region_gap(a: str, b: str) -> float:
    """Return how far the sum over the regions is from the similarity it is said to make."""
    found = alike_regions(a, b)
    return abs(float(found.left.values.sum()) - float(found.similarity))


FIGURES: tuple[Figure, ...] = tuple(
    figure(function)
    for function in (
        picture_numbers, picture_count, group_count, changed_cosine, other_cosine, nearer_to,
        nearest_picture, group_share, weakest_seer, best_layer, network_dimensions,
        regions_cosine, region_gap,
    )
)  # fmt: skip
