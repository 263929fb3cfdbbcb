"""Choosing one recording by its name; to begin with, the one that is selected on the map."""

from __future__ import annotations

from typing import cast

from embedding_core.modalities.audio import Clip
from ui.plain import shortened
from ui.sentences.following import follow
from ui.view import View

_NAMED = 2_000


def choose_clip(view: View, name: str, label: str, help_: str = "") -> str:
    """Draw the choice of one of the recordings in view and return its id.

    Parameters
    ----------
    view
        What is on screen.
    name
        The choice, as it stands in the link.
    label
        What it is called.
    help_
        One line about it.
    """
    choices, known = view.choices, view.embedding.positions
    selected = choices.ids(known)[:1]
    default = selected[0] if selected else view.embedding.ids[0]
    follow(choices, f"{name}-of", (view.collection.fingerprint, selected), {name: default})
    asked = choices.value(name, default, lambda texts: texts[-1])
    # Of very many a list is no help, and slow.
    offered = list(view.embedding.ids[:_NAMED])
    offered += [id_ for id_ in (asked, default) if id_ in known and id_ not in offered]
    return choices.select(
        name,
        label,
        list(dict.fromkeys(offered)),
        default,
        labels=lambda id_: shortened(id_, 60),
        kind="recording",
        help=help_ or None,
    )


def clip_of(view: View, id_: str) -> Clip:
    """Return a recording."""
    return cast("Clip", view.collection.payloads[view.collection.positions[id_]])
