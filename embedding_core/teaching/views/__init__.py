"""The live pictures of lessons: one file each, listed here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from embedding_core.cache import OnceCache
from embedding_core.params import resolve
from embedding_core.registry import Registry
from embedding_core.teaching.pictures import Drawn
from embedding_core.teaching.views import (
    analogy,
    analogy_scores,
    arrows,
    association,
    axis,
    company,
    cosines,
    graph_learning,
    graphs,
    learned,
    lengths,
    maps,
    neighbors,
    one_hot,
    pictures,
    production,
    ratings,
    senses,
    sentences,
    similarities,
    sizes,
    sounds,
    two_measures,
    vectors,
    word_map,
)
from embedding_core.teaching.views.base import ViewSpec

VIEWS: Registry[ViewSpec] = Registry(
    "view",
    (
        one_hot.VIEW,
        vectors.VIEW,
        sizes.VIEW,
        similarities.VIEW,
        neighbors.VIEW,
        word_map.VIEW,
        arrows.VIEW,
        lengths.VIEW,
        two_measures.VIEW,
        cosines.RANDOM,
        cosines.WORDS,
        analogy.VIEW,
        analogy_scores.VIEW,
        axis.VIEW,
        association.VIEW,
        graphs.GRAPH,
        graphs.STEP,
        graphs.VISITS,
        graph_learning.MAP,
        graph_learning.LAYERS,
        graph_learning.LINKS,
        company.SIGHTINGS,
        company.MET,
        company.ALIKE,
        company.SHARED,
        company.TWO_TEXTS,
        learned.NEGATIVES,
        learned.PIECES,
        sentences.LIKENESS,
        sentences.LABELS,
        sentences.PIECES,
        senses.HEAT,
        senses.LAYERS,
        pictures.NUMBERS,
        pictures.CHANGED,
        pictures.NEAREST,
        pictures.LAYERS,
        pictures.REGIONS,
        sounds.WAVE,
        sounds.DELAYED,
        sounds.SPECTROGRAM,
        sounds.MEL,
        sounds.STEPS,
        sounds.TONES,
        sounds.MOVED,
        ratings.TABLE,
        ratings.MAP,
        ratings.REASONS,
        ratings.ERRORS,
        ratings.OFFLINE,
        ratings.TRUTH,
        ratings.COLD,
        maps.DIGITS,
        maps.KEPT,
        maps.HEAPS,
        maps.SEEDS,
        production.CELLS_VIEW,
        production.COMPRESSED,
        production.HUBS,
        production.VERSIONS,
        production.FAULTS_VIEW,
        production.ARRIVALS,
    ),
)
_DRAWN: OnceCache[Drawn] = OnceCache(256)


def draw(name: str, params: Mapping[str, Any]) -> Drawn:
    """Return what a view shows, computed where that has not been done before.

    Parameters
    ----------
    name : str
        One of :data:`VIEWS`.
    params : mapping
        Its settings; those left out have their default.

    Raises
    ------
    ExplorerError
        If it cannot be drawn with these settings.
    """
    view = VIEWS[name]
    settled = resolve(f"the view {name}", view.params, params)
    key = (name, json.dumps(settled, sort_keys=True))
    return _DRAWN.get(key, lambda: view.draw(settled))
