"""Choosing one item by its name, out of few or of very many."""

from __future__ import annotations

from ui.plain import shortened
from ui.sentences.following import follow
from ui.view import View

_NAMED = 2_000


def choose_item(
    view: View, name: str, label: str, default: str, *, kind: str, help_: str = ""
) -> str:
    """Draw the choice of one of the items in view and return its id.

    Parameters
    ----------
    view
        What is on screen.
    name
        The choice, as it stands in the link.
    label
        What it is called.
    default
        The item where none was chosen.
    kind
        What the items are, for messages.
    help_
        One line about it.
    """
    choices, known = view.choices, view.embedding.positions
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
        kind=kind,
        help=help_ or None,
    )


def choose_following(
    view: View, name: str, label: str, otherwise: str, *, kind: str, help_: str = ""
) -> str:
    """Draw the same choice; it goes with the first item selected on the map.

    Parameters
    ----------
    otherwise
        The item where none is selected.
    view, name, label, kind, help_
        As in :func:`choose_item`.
    """
    choices = view.choices
    selected = choices.ids(view.embedding.positions)[:1]
    default = selected[0] if selected else otherwise
    follow(choices, f"{name}-of", (view.collection.fingerprint, selected), {name: default})
    return choose_item(view, name, label, default, kind=kind, help_=help_)
