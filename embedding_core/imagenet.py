"""The 1,000 classes of ImageNet."""

from __future__ import annotations

from functools import cache

from embedding_core.runtime import torchvision


@cache
def class_names() -> tuple[str, ...]:
    """Return the classes by name, in the order in which networks number them.

    As torchvision names them (Russakovsky et al., 2015, shortened); two pairs have the same name
    (cranes, and maillots).
    """
    weights = torchvision().models.ResNet50_Weights.DEFAULT
    return tuple(weights.meta["categories"])
