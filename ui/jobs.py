"""Long work as a page sees it: the result if it is there, else how far it is and a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import TypeVar

import streamlit as st

from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job, JobPool
from ui import cached
from ui.errors import tell
from ui.garbage import settle
from ui.plain import duration, plain
from ui.state import stopped, visitor

T = TypeVar("T")
# Its kind, and what tells it from other work of that kind.
Key = tuple[Hashable, ...]

_POLL_SECONDS = 0.4


def start(key: Key, work: Callable[[Job[T]], T], patience: float = 0.0) -> Job[T]:
    """Start work, or join it where it is on its way or done, and wait a moment for it.

    What the person stopped is not started again: then it is the job as it was stopped.
    """
    known = find(key)
    if known is not None and is_stopped(known):
        return known
    job = _pool(key).submit(key, work, visitor())
    with suppress(TimeoutError, ExplorerError):
        job.result(patience)
    return job


def find(key: Key) -> Job | None:
    """Return the job of this key, or None where there is none."""
    return _pool(key).find(key)


def is_stopped(job: Job) -> bool:
    """Tell whether this visitor stopped the work; it may go on for another."""
    return job.key in stopped() and job.status != "done"


def give_up(key: Key) -> None:
    """Leave work that this visitor has no use for any more; asked for again, it starts anew."""
    _pool(key).leave(key, visitor())


def start_again(key: Hashable) -> None:
    """Let work that was stopped start at the next run."""
    stopped().discard(key)


def finish(key: Key, work: Callable[[Job[T]], T], what: str, patience: float = 3.0) -> T:
    """Return the result of work that the page cannot go on without.

    While it runs the page shows how far it is and ends there; it runs again when the work is done.
    An error the person can mend is shown and ends the page too.
    """
    job = start(key, work, patience)
    if is_stopped(job) or not job.ended:
        show_progress(job, what)
        st.stop()
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        st.stop()
    return job.result()


def show_progress(job: Job, what: str, stopped_text: str = "") -> None:
    """Show how far work is, with a way to stop it; the page runs again when it has ended."""

    @st.fragment(run_every=_POLL_SECONDS)
    def poll() -> None:
        # A job's first steps are often to load libraries.
        settle()
        if job.ended:
            st.rerun()
        step = job.step
        told = f"{what}: {step.what}" if step.what else f"{what}: waiting for its turn"
        if job.seconds_left is not None and job.seconds_left > 2:
            told += f", about {duration(job.seconds_left)} left"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(min(1.0, step.done / step.total) if step.total else 0.0, plain(told))
            if st.button("Stop", key=f"stop-{what}"):
                _stop(job)
                st.rerun()

    if is_stopped(job):
        _offer_again(job, stopped_text or f"{what} was stopped before it ended.")
    else:
        poll()


def _offer_again(job: Job, text: str) -> None:
    """After a stop nothing starts again by itself."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(text), width="content")
        if st.button("Start again", key=f"again-{text}", icon=":material/replay:"):
            start_again(job.key)
            st.rerun()


def _stop(job: Job) -> None:
    stopped().add(job.key)
    _pool(job.key).leave(job.key, visitor())


def _pool(key: Hashable) -> JobPool:
    """Return the pool for work of this kind, which stands first in its key."""
    assert isinstance(key, tuple)
    return cached.jobs(str(key[0]))
