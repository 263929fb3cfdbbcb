"""The figures that lessons can ask for, and each of them computed once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from embedding_core.cache import OnceCache
from embedding_core.registry import Registry
from embedding_core.teaching.figures import (
    association,
    company,
    directions,
    graphs,
    maps,
    pictures,
    production,
    ratings,
    sentences,
    sounds,
    words,
)
from embedding_core.teaching.figures.base import Figure
from embedding_core.teaching.prose import Value

FIGURES: Registry[Figure] = Registry(
    "figure",
    (
        *words.FIGURES,
        *directions.FIGURES,
        *association.FIGURES,
        *company.FIGURES,
        *sentences.FIGURES,
        *pictures.FIGURES,
        *sounds.FIGURES,
        *graphs.FIGURES,
        *ratings.FIGURES,
        *maps.FIGURES,
        *production.FIGURES,
    ),
)
_COMPUTED: OnceCache[Value] = OnceCache(4_096)


def compute(name: str, arguments: Mapping[str, Any]) -> Value:
    """Return a figure's value, computed where that has not been done before.

    Parameters
    ----------
    name : str
        One of :data:`FIGURES`.
    arguments : mapping
        What it takes.

    Raises
    ------
    UnknownNameError
        If there is no such figure.
    InputError
        If it cannot be computed of these arguments.
    """
    figure = FIGURES[name]
    figure.check(arguments)
    key = (name, json.dumps(arguments, sort_keys=True))
    return _COMPUTED.get(key, lambda: figure.compute(**arguments))
