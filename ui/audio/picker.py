"""Choosing one recording by its name; to begin with, the one that is selected on the map."""

from __future__ import annotations

from typing import cast

from embedding_core.modalities.audio import Clip
from ui.picker import choose_following
from ui.view import View


def choose_clip(view: View, name: str, label: str, help_: str = "") -> str:
    """Draw the choice of one of the recordings in view and return its id.

    Parameters
    ----------
    view, name, label, help_
        As in :func:`ui.picker.choose_item`.
    """
    first = view.embedding.ids[0]
    return choose_following(view, name, label, first, kind="recording", help_=help_)


def clip_of(view: View, id_: str) -> Clip:
    """Return a recording."""
    return cast("Clip", view.collection.payloads[view.collection.positions[id_]])
