"""What a person chose in the browser with one gesture: a picture of many, a bar, a box."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ui.components.mounting import mount_view
from ui.state import component_state


def mount_chooser(
    kind: str,
    message: Mapping[str, Any],
    *,
    key: str,
    items: str,
    height: int,
    on_choose: Callable[[Mapping[str, Any]], None],
) -> None:
    """Mount a drawing of which one thing is chosen.

    Parameters
    ----------
    kind
        Which browser module draws it: "bars", "keeper", "overlay", "playlist", "sheet" or "sound".
    message
        Small JSON.
    key
        Unique on the page.
    items
        Fingerprint of what can be chosen: a choice among other things is none among these.
    height
        Pixels.
    on_choose
        Called before the rerun with what the browser sent: it may be anything, and is checked
        there.
    """

    def changed() -> None:
        found = _last(key, items)
        if found is not None:
            on_choose(found)

    last = _last(key, items)
    known = last.get("revision", 0) if last is not None else 0
    told = {**message, "items": items, "known": known if isinstance(known, int | float) else 0}
    mount_view(kind, told, key=key, height=height, on_selection=changed)


def whole_number(message: Mapping[str, Any], name: str, count: int) -> int | None:
    """Return a number from 0 to `count` that a browser sent, None where it is none."""
    found = message.get(name)
    return found if type(found) is int and 0 <= found < count else None


def _last(key: str, items: str) -> Mapping[str, Any] | None:
    state = component_state(key)
    message = state.get("selection") if isinstance(state, Mapping) else None
    if not isinstance(message, Mapping) or message.get("items") != items:
        return None
    return message
