"""A view as Python: a short program that makes it again with the libraries everybody knows.

What only this project's engine draws alike is one call of it, marked ``# our engine``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from embedding_core.embedders import EMBEDDERS
from embedding_core.params import ParamValue, resolve
from embedding_core.preprocessing import PREPROCESSINGS, RAW
from embedding_core.projectors import PROJECTORS
from embedding_core.snippets.script import Script
from embedding_core.snippets.source import Source
from embedding_core.snippets.view import Recipe

__all__ = ["Source", "snippet"]


def snippet(
    source: Source,
    *,
    model: str = "",
    params: Mapping[str, ParamValue] | None = None,
    corpus: str = "",
    model_seed: int = 0,
    projector: str = "umap",
    projector_params: Mapping[str, ParamValue] | None = None,
    n_components: int = 2,
    metric: str = "cosine",
    seed: int = 0,
    color: str = "",
    preprocessing: str = "",
    only: Sequence[str] = (),
) -> str:
    """Return a Python program that makes a view again and writes it as ``map.html``.

    It leaves ``names``, ``table``, ``vectors``, ``coords``, ``trust`` and ``kept``: the items,
    their columns, vectors as they are compared, places on the map, trustworthiness and the share of
    true neighbours kept.

    Parameters
    ----------
    source : Source
    model : str
        A name in ``EMBEDDERS``; empty for ready-made vectors.
    params : mapping, optional
        The model's settings.
    corpus : str
        A name in ``CORPORA`` or a text file, for models that learn from text.
    model_seed : int
        The seed of a training.
    projector : str
        A name in ``PROJECTORS``.
    projector_params : mapping, optional
        Its settings.
    n_components, metric, seed
        As for ``project()``.
    color : str
        The column to colour by, or empty.
    preprocessing : str
        A name in ``PREPROCESSINGS``; ``"raw"`` where empty.
    only : sequence of str
        The items in view, where others were left out before anything was compared.

    Returns
    -------
    str
        Every setting is written out, so that other defaults to come change nothing. Run it where
        the files are that it names: built-in data lies in the project's folder.

    Raises
    ------
    UnknownNameError
        If there is no such model, projector, preparation or sample.
    """
    from embedding_core.snippets import maps, outcome, vectors, whole

    settings = {name: value for name, value in (params or {}).items() if name in _own(model)}
    spec = PROJECTORS[projector]
    recipe = Recipe(
        source=source,
        model=model,
        params=resolve(model, EMBEDDERS[model].params, settings) if model else {},
        corpus=corpus,
        model_seed=model_seed,
        projector=projector,
        projector_params=resolve(spec.label, spec.params, projector_params or {}),
        n_components=n_components,
        metric=metric,
        seed=seed,
        color=color,
        preprocessing=PREPROCESSINGS[preprocessing or RAW].name,
        only=tuple(only),
    )
    script = Script(recipe.title)
    if whole.is_needed(recipe):
        whole.write(script, recipe)
    else:
        vectors.write(script, recipe)
        maps.write(script, recipe)
    outcome.write(script, recipe)
    return script.text()


def _own(model: str) -> set[str]:
    """Return the names of a model's settings; an embedding's also have a seed and a preparation."""
    return {param.name for param in EMBEDDERS[model].params} if model else set()
