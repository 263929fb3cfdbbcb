"""The choice of one user or one item by name, among any number of them."""

from __future__ import annotations

from collections.abc import Hashable

from embedding_core.errors import UnknownNameError
from embedding_core.ratings import Role
from ui.recommend.reading import names_of
from ui.sentences.following import follow
from ui.view import View

_OFFERED = 1_000


def choose_one(
    view: View,
    role: Role,
    name: str,
    label: str,
    default: str,
    made_for: Hashable = "",
) -> str:
    """Draw the choice; of very many the first are listed, and any other is typed.

    With other data, or what it is `made_for`, it begins anew with the default. Raises
    UnknownNameError where there is none of that name.
    """
    choices, known = view.choices, names_of(view, role)
    follow(choices, f"{name}-of", (view.collection.fingerprint, made_for), {name: default})
    asked = choices.value(name, default, lambda texts: texts[-1])
    offered = list(dict.fromkeys([*known[:_OFFERED], default, asked]))
    many = f" The first {_OFFERED:,} are listed; type any other." if len(known) > _OFFERED else ""
    chosen = choices.select(
        name,
        label,
        offered,
        default,
        kind=role,
        accept_new_options=True,
        help=f"Choose or type one of {len(known):,}.{many}",
    )
    place = view.collection.positions.get(chosen, -1)
    if place < 0 or view.collection.payloads[place].role != role:  # type: ignore[attr-defined]
        raise UnknownNameError(role, chosen, list(known[:_OFFERED]))
    return chosen
