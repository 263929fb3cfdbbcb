"""The same items as every layer of a network sees them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from embedding_core.embedding import Embedding, embed, load
from embedding_core.errors import Cancelled, InputError
from embedding_core.kept import KeptItems
from embedding_core.models import EncoderSpec, Layered
from embedding_core.params import resolve

if TYPE_CHECKING:
    from embedding_core.collection import Collection
    from embedding_core.models import Cancel, Progress

LAYER = "layer"
"""The setting by which a model's layer is chosen."""


def embed_layers(
    collection: Collection,
    name: str,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    **params: object,
) -> dict[str, Embedding]:
    """Turn a collection into vectors by every layer of a network, in one pass over the items.

    Each is what ``embed(collection, name, layer=...)`` gives.

    Parameters
    ----------
    collection : Collection
    name : str
        A name in ``EMBEDDERS`` of a model with the setting ``layer``.
    progress, cancel : callable, optional
        Told of items done; asked between batches whether to stop.
    **params
        The model's other settings.

    Returns
    -------
    dict of str to Embedding
        By layer, the first layer first.

    Raises
    ------
    InputError
        If the model gives no vectors of its layers.
    Cancelled
        If `cancel` said so.
    """
    layers = layers_of(name)
    if not layers:
        raise InputError(
            f"{name} gives no vectors of its layers; choose a network that sees, such as "
            "efficientnet-lite0."
        )
    _compute(collection, name, layers, params, progress, cancel)
    found = {}
    for layer in layers:
        settings: dict[str, Any] = {**params, LAYER: layer}
        found[layer] = embed(collection, name, cancel=cancel, **settings)
    return found


def layers_of(name: str) -> tuple[str, ...]:
    """Return the layers a model can be asked for, the first first; none where it has no such."""
    from embedding_core.embedders import EMBEDDERS

    spec = EMBEDDERS[name]
    found = [param.choices for param in spec.params if param.name == LAYER]
    return found[0] if found and isinstance(spec, EncoderSpec) else ()


def _compute(
    collection: Collection,
    name: str,
    layers: tuple[str, ...],
    params: dict[str, object],
    progress: Progress | None,
    cancel: Cancel | None,
) -> None:
    """Put the vectors of all layers where embed() looks for them; each item is decoded once."""
    from embedding_core.embedders import EMBEDDERS

    spec = EMBEDDERS[name]
    assert isinstance(spec, EncoderSpec)
    settings = {layer: resolve(name, spec.params, {**params, LAYER: layer}) for layer in layers}
    encoder = load(name, **settings[layers[-1]])
    if not isinstance(encoder, Layered) or collection.modality != spec.modality:
        # embed() does it layer by layer, or says what is wrong.
        return
    kept = {layer: KeptItems(spec, spec.space(own), own) for layer, own in settings.items()}
    known = [set(shelf.recall(collection.payloads)) for shelf in kept.values()]
    n = len(collection)
    todo = [at for at in range(n) if not all(at in rows for rows in known)]
    done = n - len(todo)
    steps = encoder.layer_steps([collection.payloads[at] for at in todo], layers)
    with ExitStack() as stack:
        for shelf in kept.values():
            stack.enter_context(shelf)
        while done < n:
            if cancel is not None and cancel():
                raise Cancelled
            places, found = next(steps)
            for layer, part in found.items():
                for at, place in enumerate(places):
                    if at not in part.missing:
                        note = part.notes.get(at, "")
                        kept[layer].remember(todo[place], part.vectors[at], note)
            done += len(places)
            if progress is not None:
                progress(done, n, "items embedded")
