"""A training as a job, and what there is to see of it so far."""

from __future__ import annotations

from dataclasses import dataclass

from embedding_core.collection import Collection
from embedding_core.jobs import Job
from embedding_core.theatre import Play, Recorder
from ui import jobs
from ui.state import keep, kept
from ui.training.settings import Settings
from ui.training.subject import Subject

_LAST = "?training"
# Most small trainings have ended by then, and the page draws once.
_PATIENCE = 1.2


@dataclass(frozen=True, eq=False)
class Ended:
    """A training that has ended.

    Attributes
    ----------
    play
        Its moments; the last are the vectors that the app would embed with.
    missing
        How many items have no vector.
    """

    play: Play
    missing: int


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """A training under way, stopped or ended.

    Attributes
    ----------
    key
        Of the job: what is trained, and how.
    job
    items
        Those that are shown, in the order of the vectors.
    """

    key: jobs.Key
    job: Job[Ended]
    items: Collection

    @property
    def is_at_work(self) -> bool:
        """Whether more is to come."""
        return not (self.job.ended or jobs.is_stopped(self.job))

    def play(self) -> Play | None:
        """Return what there is so far; None before the first moment."""
        if self.job.status == "done":
            return self.job.result().play
        recorder = self.job.latest_frame
        return recorder.play() if isinstance(recorder, Recorder) else None


def rehearse(subject: Subject, settings: Settings) -> Rehearsal:
    """Start the training, or join it; one that nobody looks at any more is given up."""
    spec, seed = subject.spec, settings.seed
    corpus = subject.corpus
    key = (
        "theatre",
        spec.name,
        subject.collection.fingerprint,
        corpus.fingerprint if corpus else "",
        tuple(settings.params.items()),
        seed,
    )
    before = kept(_LAST, key)
    if before != key:
        jobs.give_up(before)
    keep(_LAST, key)

    def work(job: Job[Ended]) -> Ended:
        recorder = Recorder(subject.rows)
        job.frame(recorder)
        job.progress(0, 0, "making ready")
        fitted = spec.fit(
            subject.collection,
            settings.params,
            corpus=corpus,
            seed=seed,
            on_frame=recorder,
            progress=job.progress,
            cancel=job.cancelled,
        )
        play = recorder.play()
        assert play is not None
        return Ended(play, len(fitted.encoded.missing))

    job = jobs.start(key, work, patience=_PATIENCE)
    return Rehearsal(key, job, _shown(subject, settings))


def _shown(subject: Subject, settings: Settings) -> Collection:
    """Return the items whose vectors are shown: of a text, the words that are frequent enough."""
    if subject.corpus is None:
        return subject.shown
    known = set(subject.corpus.vocabulary(int(settings.params["min_count"])))
    rare = [id_ for id_ in subject.shown.ids if id_ not in known]
    if not rare or len(rare) == len(subject.shown):
        return subject.shown
    return subject.shown.select([id_ for id_ in subject.shown.ids if id_ in known])
