"""What a person is told when something cannot be done, and what was left out on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import streamlit as st
from streamlit.delta_generator_singletons import context_dg_stack, get_dg_singleton_instance

from embedding_core.errors import ExplorerError
from ui.plain import brief, plain


@contextmanager
def told(*, stop: bool = True) -> Iterator[None]:
    """Show an ExplorerError as its sentence; everything else is our bug and fails loudly.

    Parameters
    ----------
    stop
        Whether the page ends there, as what follows needs what failed.
    """
    try:
        yield
    except ExplorerError as problem:
        tell(str(problem))
        if stop:
            st.stop()


def tell(sentence: str) -> None:
    """Show a sentence about something that could not be done."""
    with middle():
        st.error(plain(brief(sentence)), icon=":material/error:")


def middle() -> AbstractContextManager[Any]:
    """Return where to tell what a person has to know first: here, but never within the sidebar.

    Data is chosen in the sidebar. What is wrong with it would stand there in a narrow column,
    beside a page that is empty.
    """
    places = get_dg_singleton_instance()
    return places.main_dg if places.sidebar_dg in context_dg_stack.get() else nullcontext()


def show_notes(notes: Sequence[str]) -> None:
    """Show what was changed, left out or done otherwise: the first in view, the rest on demand."""
    notes = list(dict.fromkeys(notes))
    if not notes:
        return
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.caption(f":material/info: {plain(brief(notes[0]))}", width="stretch")
        if len(notes) > 1:
            with st.popover(f"{len(notes) - 1} more", type="tertiary"):
                for note in notes[1:100]:
                    st.caption(plain(brief(note)))
                if len(notes) > 100:
                    st.caption(f"... and {len(notes) - 100:,} more.")
