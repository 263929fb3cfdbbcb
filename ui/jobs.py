"""Long work as a page sees it: the result if it is there, else how far it is and a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TypeVar

import streamlit as st

from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from ui.cached import jobs
from ui.errors import tell
from ui.plain import plain
from ui.state import visitor

T = TypeVar("T")

_POLL_SECONDS = 0.4


def start(key: Hashable, work: Callable[[Job[T]], T], patience: float = 0.0) -> Job[T]:
    """Start work, or join it where it is on its way or done, and wait a moment for it."""
    job = jobs().submit(key, work, visitor())
    with suppress(TimeoutError, ExplorerError):
        job.result(patience)
    return job


def finish(
    key: Hashable,
    work: Callable[[Job[T]], T],
    what: str,
    patience: float = 3.0,
    *,
    again: bool = True,
) -> T:
    """Return the result of work that the page cannot go on without.

    While it runs the page shows how far it is and ends there; it runs again when the work is done.
    An error the person can mend is shown and ends the page too. What was stopped starts again at
    the press of a button, or at once where `again` is off as the page has a button of its own.
    """
    known = jobs().find(key)
    if again and known is not None and known.status == "cancelled":
        _offer_again(key, what)
    job = start(key, work, patience)
    if not job.ended:
        show_progress(job, what)
        st.stop()
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        st.stop()
    return job.result()


def show_progress(job: Job, what: str) -> None:
    """Show how far work is, with a way to stop it; the page runs again when it has ended."""

    @st.fragment(run_every=_POLL_SECONDS)
    def poll() -> None:
        if job.ended:
            st.rerun()
        step = job.step
        told = f"{what}: {step.what}" if step.what else f"{what}: waiting for its turn"
        if job.seconds_left is not None and job.seconds_left > 2:
            told += f", about {_duration(job.seconds_left)} left"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(min(1.0, step.done / step.total) if step.total else 0.0, plain(told))
            if st.button("Stop", key=f"stop-{what}"):
                jobs().leave(job.key, visitor())

    poll()


def _offer_again(key: Hashable, what: str) -> None:
    """After a stop nothing starts again by itself."""
    if not st.button(f"{what} again", icon=":material/replay:"):
        st.caption("Stopped before it ended.")
        st.stop()


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
