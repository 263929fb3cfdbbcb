"""Choosing one node by its name: at first the selected one, else the one with the most links."""

from __future__ import annotations

from ui.edges import graph_of
from ui.plain import shortened
from ui.sentences.following import follow
from ui.view import View

_NAMED = 2_000


def choose_node(view: View, name: str, label: str, help_: str = "") -> str:
    """Draw the choice of one of the nodes in view and return its id.

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
    default = selected[0] if selected else _most_linked(view)
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
        kind="node",
        help=help_ or None,
    )


def _most_linked(view: View) -> str:
    return view.embedding.ids[int(graph_of(view).undirected().degrees.argmax())]
