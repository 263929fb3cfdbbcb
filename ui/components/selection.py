"""Selections that come back from the browser: decoded, checked, and handed over once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.components.payload import decode_indices, encode_indices, fingerprint
from ui.state import component_state, keep, kept

SelectionHandler = Callable[[NDArray[np.int32]], None]


def read_selection(
    state: object, *, items: str, count: int
) -> tuple[int, NDArray[np.int32], Mapping[str, Any]] | None:
    """Read a component's state.

    Parameters
    ----------
    state
        What the component stores: a mapping with "selection".
    items
        Fingerprint of the items now on screen.
    count
        How many they are.

    Returns
    -------
    tuple or None
        Revision, indices and the raw message; None if nothing was selected, if the selection was
        made on other items, or if the message is not one of ours.
    """
    message = state.get("selection") if isinstance(state, Mapping) else None
    if not isinstance(message, Mapping) or message.get("items") != items:
        return None
    try:
        return int(message["revision"]), decode_indices(message["indices"], count), message
    except (KeyError, TypeError, ValueError):
        return None


def selection_message(
    key: str, items: str, count: int, selected: NDArray[Any] | Sequence[int]
) -> dict[str, Any]:
    """Say what the app wants selected, and how far it knows what the browser has selected.

    What the browser itself sent is not sent back: ``selected`` is then None.
    """
    indices = np.asarray(selected, dtype=np.int64)
    found = read_selection(component_state(key), items=items, count=count)
    is_theirs = found is not None and np.array_equal(found[1], indices)
    text = encode_indices(indices)
    return {
        "token": fingerprint(text.encode()),
        "known": found[0] if found else known_revision(key),
        "selected": None if is_theirs else text,
    }


def take_once(key: str, revision: int) -> bool:
    """Tell whether a selection is new since it was last handed over.

    The component's state stays in Streamlit after a selection. Were it returned on every run, a
    later choice of the app (a search, a cleared selection) would be overwritten by it.
    """
    is_new = revision > known_revision(key)
    if is_new:
        keep(_seen(key), revision)
    return is_new


def known_revision(key: str) -> int:
    """Return the revision of the browser's selection that this session last took."""
    return int(kept(_seen(key), 0))


def _seen(key: str) -> str:
    return f"_{key}-selection-seen"


def selection_callback(
    key: str, items: str, count: int, on_select: SelectionHandler | None
) -> Callable[[], None]:
    """Wrap a handler so that Streamlit can call it before the script runs."""

    def changed() -> None:
        found = read_selection(component_state(key), items=items, count=count)
        if found is not None and on_select is not None:
            on_select(found[1])

    return changed
