"""Long work off the page's thread: progress, frames, cancel, result; fair between visitors."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from embedding_core.errors import Cancelled, ExplorerError

T = TypeVar("T")
Status = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True)
class Step:
    """How far a job is.

    Attributes
    ----------
    done, total : int
        Steps; total 0 where nobody knows.
    what : str
        What is being done, in plain words.
    """

    done: int = 0
    total: int = 0
    what: str = ""


class Job(Generic[T]):
    """One piece of work; handed to the work itself as its progress, frame and cancel.

    Attributes
    ----------
    seconds : float or None
        How long it took; None until it has ended.
    """

    def __init__(self, key: Hashable, work: Callable[[Job[T]], T]) -> None:
        self.key = key
        self.status: Status = "waiting"
        self.step = Step()
        self.latest_frame: Any = None
        self.error: BaseException | None = None
        self.owners: set[str] = set()
        self._work: Callable[[Job[T]], T] | None = work
        self._result: T | None = None
        self.seconds: float | None = None
        self._started = 0.0
        self._cancel = threading.Event()
        self._ended = threading.Event()

    def progress(self, done: int, total: int, what: str = "") -> None:
        """Say how far the work is."""
        self.step = Step(done, total, what or self.step.what)

    def frame(self, value: Any) -> None:
        """Show a picture of the work as it stands; only the latest is kept."""
        self.latest_frame = value

    def cancelled(self) -> bool:
        """Tell the work whether to stop."""
        return self._cancel.is_set()

    @property
    def ended(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return self._ended.is_set()

    @property
    def seconds_left(self) -> float | None:
        """Rough time left, by the steps so far; None where that says nothing."""
        step = self.step
        if not self._started or not 0 < step.done < step.total:
            return None
        return (time.monotonic() - self._started) * (step.total - step.done) / step.done

    def result(self, timeout: float | None = None) -> T:
        """Wait for the result. Raises what the work raised, or TimeoutError."""
        if not self._ended.wait(timeout):
            raise TimeoutError
        if self.error is not None:
            raise self.error
        return self._result  # type: ignore[return-value]

    def run(self) -> None:
        """Do the work, on the calling thread."""
        self.status, self._started = "running", time.monotonic()
        try:
            if self.cancelled():
                raise Cancelled
            assert self._work is not None
            self._result = self._work(self)
            self.status = "done"
        except Cancelled as stop:
            self.error, self.status = stop, "cancelled"
        except BaseException as problem:  # Also SystemExit: who waits must hear of it.
            self.error, self.status = problem, "failed"
        finally:
            # What the work refers to, such as a large collection, need not stay.
            self._work = None
            self.seconds = time.monotonic() - self._started
            self._ended.set()

    def request_cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancel.set()


class JobPool:
    """A bounded number of jobs at once, visitors taking turns.

    Parameters
    ----------
    workers : int
        Jobs at once.
    kept : int
        Ended jobs whose results are remembered.
    """

    def __init__(self, workers: int = 2, kept: int = 64) -> None:
        self.workers = workers
        self.kept = kept
        self._jobs: OrderedDict[Hashable, Job[Any]] = OrderedDict()
        # One queue a visitor, served in turns: many jobs of one do not hold up another's first.
        self._queues: OrderedDict[str, deque[Job[Any]]] = OrderedDict()
        self._running = 0
        self._lock = threading.Lock()

    def submit(self, key: Hashable, work: Callable[[Job[T]], T], owner: str = "") -> Job[T]:
        """Start the work, or join the same work where it is waiting, running or done.

        Parameters
        ----------
        key : hashable
            Says what the work is; equal keys are the same work.
        work : callable
            ``work(job) -> result``.
        owner : str
            The visitor.

        Returns
        -------
        Job
            Work that failed or was cancelled is started anew.
        """
        with self._lock:
            job = self._jobs.get(key)
            stale = job is not None and (job.status in ("failed", "cancelled") or job.cancelled())
            if job is None or stale:
                job = Job(key, work)
                self._jobs[key] = job
                self._queues.setdefault(owner, deque()).append(job)
            self._jobs.move_to_end(key)
            job.owners.add(owner)
            self._forget()
            self._start()
            return job

    def find(self, key: Hashable) -> Job[Any] | None:
        """Return the job of this key, or None."""
        with self._lock:
            return self._jobs.get(key)

    def leave(self, key: Hashable, owner: str = "") -> None:
        """Give up waiting for a job; it is stopped where nobody else waits for it."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.ended:
                return
            job.owners.discard(owner)
            if not job.owners:
                job.request_cancel()

    def _start(self) -> None:
        while self._running < self.workers and self._queues:
            owner, queue = next(iter(self._queues.items()))
            job = queue.popleft()
            self._queues.move_to_end(owner)
            if not queue:
                del self._queues[owner]
            self._running += 1
            threading.Thread(target=self._run, args=(job,), daemon=True, name="job").start()

    def _run(self, job: Job[Any]) -> None:
        job.run()
        with self._lock:
            self._running -= 1
            self._start()

    def _forget(self) -> None:
        ended = [key for key, job in self._jobs.items() if job.ended]
        for key in ended[: max(0, len(ended) - self.kept)]:
            del self._jobs[key]


def is_bug(problem: BaseException) -> bool:
    """Tell whether a job's error is ours rather than something the person can mend."""
    return not isinstance(problem, ExplorerError)
