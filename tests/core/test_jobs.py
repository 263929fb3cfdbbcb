"""Jobs: progress, frames, cancel, joining, turns between visitors, failures tried anew."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from embedding_core.errors import Cancelled, InputError
from embedding_core.jobs import JobPool, Step, is_bug

WAIT = 30


class Gate:
    """Work that waits at a gate and says when it got there."""

    def __init__(self, result="done"):
        self.entered = threading.Event()
        self.opened = threading.Event()
        self.result = result
        self.runs = 0

    def __call__(self, job):
        self.runs += 1
        self.entered.set()
        while not self.opened.wait(0.01):
            if job.cancelled():
                raise Cancelled
        return self.result


def test_a_job_gives_its_result_progress_and_frame():
    pool, gate = JobPool(), Gate()

    def work(job):
        job.progress(1, 4, "counting")
        job.progress(2, 4)
        job.frame([1, 2])
        return gate(job)

    job = pool.submit("k", work)
    assert gate.entered.wait(WAIT)
    assert job.status == "running"
    assert job.step == Step(2, 4, "counting")
    assert job.latest_frame == [1, 2]
    assert job.seconds_left >= 0
    assert not job.ended
    with pytest.raises(TimeoutError):
        job.result(0.01)
    gate.opened.set()
    assert job.result(WAIT) == "done"
    assert (job.status, job.ended) == ("done", True)


def test_how_long_it_took_is_known_when_it_has_ended():
    gate = Gate()
    job = JobPool().submit("a", gate)
    assert gate.entered.wait(WAIT)
    assert job.seconds is None
    gate.opened.set()
    job.result(WAIT)
    assert 0 < job.seconds < WAIT


def test_the_same_work_is_joined_and_its_result_kept():
    pool, gate = JobPool(), Gate()
    first = pool.submit("k", gate, "ann")
    assert pool.submit("k", gate, "bob") is first
    assert first.owners == {"ann", "bob"}
    gate.opened.set()
    first.result(WAIT)
    assert pool.submit("k", gate, "cem").result(WAIT) == "done"
    assert gate.runs == 1
    assert pool.find("k") is first
    assert pool.find("other") is None


def test_only_so_many_run_at_once_and_visitors_take_turns():
    pool = JobPool(workers=1)
    blocker, order = Gate(), []
    pool.submit("blocker", blocker, "ann")
    assert blocker.entered.wait(WAIT)
    waiting = [
        pool.submit((owner, n), lambda job, key=f"{owner}{n}": order.append(key), owner)
        for owner, n in [("ann", 1), ("ann", 2), ("ann", 3), ("bob", 1), ("cem", 1), ("bob", 2)]
    ]
    assert {job.status for job in waiting} == {"waiting"}
    blocker.opened.set()
    for job in waiting:
        job.result(WAIT)
    assert order == ["ann1", "bob1", "cem1", "ann2", "bob2", "ann3"]


def test_two_workers_run_two_at_once():
    pool, gates = JobPool(workers=2), [Gate(), Gate(), Gate()]
    jobs = [pool.submit(n, gate) for n, gate in enumerate(gates)]
    assert gates[0].entered.wait(WAIT)
    assert gates[1].entered.wait(WAIT)
    assert not gates[2].entered.wait(0.05)
    gates[0].opened.set()
    assert gates[2].entered.wait(WAIT)
    for gate in gates:
        gate.opened.set()
    for job in jobs:
        job.result(WAIT)


def test_a_job_stops_when_the_last_one_leaves():
    pool, gate = JobPool(), Gate()
    job = pool.submit("k", gate, "ann")
    pool.submit("k", gate, "bob")
    pool.leave("k", "ann")
    assert not job.cancelled()
    pool.leave("k", "bob")
    with pytest.raises(Cancelled):
        job.result(WAIT)
    assert job.status == "cancelled"
    pool.leave("gone")


def test_a_waiting_job_that_was_left_never_starts():
    pool, blocker, work = JobPool(workers=1), Gate(), Gate()
    pool.submit("blocker", blocker)
    assert blocker.entered.wait(WAIT)
    job = pool.submit("k", work, "ann")
    pool.leave("k", "ann")
    blocker.opened.set()
    with pytest.raises(Cancelled):
        job.result(WAIT)
    assert work.runs == 0


def test_a_job_that_was_left_is_started_anew_for_who_comes_back():
    pool, gate = JobPool(), Gate()
    job = pool.submit("k", gate, "ann")
    assert gate.entered.wait(WAIT)
    pool.leave("k", "ann")
    again = pool.submit("k", gate, "ann")
    assert again is not job
    gate.opened.set()
    assert again.result(WAIT) == "done"


@pytest.mark.parametrize("problem", [InputError("Bring more."), ValueError("bug"), SystemExit(1)])
def test_a_failure_is_told_and_tried_anew(problem):
    pool, fail = JobPool(workers=1), [True]

    def work(job):
        if fail:
            raise problem
        return "better"

    job = pool.submit("k", work)
    with pytest.raises(type(problem)):
        job.result(WAIT)
    assert (job.status, job.error) == ("failed", problem)
    assert is_bug(job.error) == (not isinstance(problem, InputError))
    fail.clear()
    # The worker is still there.
    assert pool.submit("k", work).result(WAIT) == "better"


def test_old_results_are_forgotten_and_running_ones_kept():
    pool, gate = JobPool(workers=2, kept=3), Gate()
    running = pool.submit("running", gate)
    for n in range(10):
        pool.submit(n, lambda job, n=n: n).result(WAIT)
    pool.submit("last", lambda job: "last").result(WAIT)
    assert pool.find("running") is running
    assert pool.find(0) is None
    assert pool.find(9).result() == 9
    gate.opened.set()
    running.result(WAIT)


def test_what_the_work_refers_to_is_let_go():
    class Large:
        pass

    large = Large()
    gone = weakref.ref(large)
    job = JobPool().submit("k", lambda job, data=large: type(data).__name__)
    assert job.result(WAIT) == "Large"
    del large
    gc.collect()
    assert gone() is None


def test_many_threads_submit_at_once():
    pool, count, lock = JobPool(workers=3), [], threading.Lock()

    def work(job, key):
        with lock:
            count.append(key)
        return key

    def visit(owner):
        for key in range(40):
            assert pool.submit(key, lambda job, k=key: work(job, k), owner).result(WAIT) == key

    threads = [threading.Thread(target=visit, args=(f"v{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert sorted(count) == list(range(40))
