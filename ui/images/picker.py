"""Choosing one picture: by its name, or by a click on a strip of all."""

from __future__ import annotations

from ui.components.pictures import Pictures
from ui.images.sheet import draw_strip
from ui.jobs import show_progress
from ui.media import pictures_of
from ui.picker import choose_item
from ui.view import View


def small_pictures(view: View) -> Pictures | None:
    """Return small pictures of all items; None while they are made, with the progress on screen."""
    pictures, making = pictures_of(view.collection)
    if making is not None:
        show_progress(making, "Thumbnails")
    return pictures


def choose_picture(
    view: View,
    name: str,
    label: str,
    default: str,
    pictures: Pictures | None,
    *,
    help_: str = "",
) -> str:
    """Draw the choice of one of the pictures in view and return its id.

    Parameters
    ----------
    view
        What is on screen.
    name
        The choice, as it stands in the link.
    label
        What it is called.
    default
        The picture where none was chosen.
    pictures
        For the strip; without them there is none.
    help_
        One line about it.
    """
    choices, collection = view.choices, view.collection
    known = view.embedding.positions
    chosen = choose_item(view, name, label, default, kind="picture", help_=help_)
    if pictures is not None:

        def pick(at: int) -> None:
            # One without a vector cannot be looked into.
            if collection.ids[at] in known:
                choices.set(name, collection.ids[at])

        draw_strip(
            collection,
            pictures,
            key=f"{choices.page}-{name}-strip",
            chosen=collection.positions[chosen],
            summary=f"{label}: all pictures",
            on_choose=pick,
        )
    return chosen


def selected_or(view: View, default: str) -> str:
    """Return the picture that is selected on the map, where it is one; else `default`."""
    selected = view.choices.ids(view.embedding.positions)
    return selected[0] if len(selected) == 1 else default
