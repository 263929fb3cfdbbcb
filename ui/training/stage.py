"""The stage: vectors on their way, seen from one side, and what is told of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from embedding_core import theatre
from embedding_core.collection import Collection
from embedding_core.errors import Cancelled, ExplorerError, InputError
from embedding_core.theatre import Play
from ui import colouring, jobs
from ui.components.payload import text_fingerprint
from ui.errors import show_notes, tell
from ui.map import Frames, Geometry, Hull, Style, draw_map
from ui.media import cells_of, pictures_of
from ui.plain import count, duration, plain, share, word
from ui.state import Choices, keep, kept
from ui.training.ledger import draw_ledger
from ui.training.rehearsal import Rehearsal, rehearse
from ui.training.settings import Settings
from ui.training.step import Step, choose_step, step_arrows
from ui.training.subject import Subject

_HEIGHT = 590
_POLL_SECONDS = 0.5
_SIDE = "?training-side"
_LINK = "training"
# The same window for all trainings, so that they can be compared.
_EDGE = 1.05
_WINDOW = (-_EDGE, _EDGE, -_EDGE, _EDGE)
_NEAREST = 8
_COLLAPSED = 0.9


def show_stage(
    choices: Choices, subject: Subject, settings: Settings, sentence: DeltaGenerator
) -> None:
    """Train, draw everything below the settings, and above them the sentence that reads it."""
    rehearsal = rehearse(subject, settings)
    problem = rehearsal.job.error
    if isinstance(problem, ExplorerError) and not isinstance(problem, Cancelled):
        tell(str(problem))
        st.stop()
    if problem is not None and not isinstance(problem, ExplorerError):
        raise problem
    if len(rehearsal.items) < 2:
        raise InputError(
            "There is 1 item to train, and it has nobody to be told from; bring two or more."
        )
    notes = st.container()
    with st.container(horizontal=True, vertical_alignment="center", key="training-watched"):
        watched = _choose_watched(choices, subject, rehearsal)
        step = choose_step(choices, subject, settings, rehearsal.items, watched)
    _moving(choices, subject, settings, rehearsal, watched, step)
    _status(rehearsal)
    play = rehearsal.play()
    with sentence:
        st.markdown(f"##### {_sentence(rehearsal, play, watched)}")
    with notes:
        show_notes([*choices.notes, *subject.collection.notes])
    if play is not None:
        _explain(rehearsal, play, step)


def _choose_watched(choices: Choices, subject: Subject, rehearsal: Rehearsal) -> str:
    """Return who is watched: chosen on the map or in the list."""
    ids = rehearsal.items.ids
    default = subject.watched if subject.watched in rehearsal.items.positions else ids[0]
    st.caption(
        "Watched",
        width="content",
        help="Whose nearest are listed beside the map; a click on the map chooses too.",
    )
    with st.container(width=220):
        return choices.select(
            "watch", "Watched", ids, default, kind="item in view", label_visibility="collapsed"
        )


def _moving(
    choices: Choices,
    subject: Subject,
    settings: Settings,
    rehearsal: Rehearsal,
    watched: str,
    step: Step | None,
) -> None:
    """Draw map and ledger; while it is trained, again and again with what has come."""

    @st.fragment(run_every=_POLL_SECONDS if rehearsal.is_at_work else None)
    def moving() -> None:
        play = rehearsal.play()
        with st.container(key="side-by-side"):
            left, right = st.columns([5, 3], gap="medium")
        if play is None:
            with left, st.container(height=_HEIGHT, border=True):
                st.caption("Waiting for the first picture of the training.")
            return
        axes = _seen_from(rehearsal, play)
        item = rehearsal.items.positions[watched]
        arrows, longer = None, None
        if step is not None and play.contexts is not None:
            rate = float(settings.params["rate"])
            arrows, longer = step_arrows(step, play, axes, rehearsal.items, rate)
        company = theatre.company(play.vectors, item, _NEAREST)
        with left:
            _map(choices, subject, rehearsal, play, axes, company.items[-1], item, arrows)
        with right:
            draw_ledger(
                play,
                theatre.spread(play.vectors),
                company,
                labels=rehearsal.items.ids,
                watched=watched,
                longer=longer,
                height=_HEIGHT,
                link=_LINK,
            )

    moving()


def _map(
    choices: Choices,
    subject: Subject,
    rehearsal: Rehearsal,
    play: Play,
    axes: NDArray[np.float64],
    near: NDArray[np.intp],
    item: int,
    arrows: object,
) -> None:
    items = rehearsal.items
    places = theatre.seen(play.vectors, axes)
    pictures, _ = pictures_of(subject.collection)

    def watch(positions: NDArray[np.int32]) -> None:
        if len(positions):
            choices.set("watch", items.ids[int(positions[0])])

    draw_map(
        Geometry(places[-1], items.ids, bounds=_WINDOW),
        Style(
            selected=[item],
            emphasised=near,
            hulls=[_ring()],
            arrows=arrows,  # type: ignore[arg-type]
            pictures=pictures,
            cells=cells_of(subject.collection, items.ids) if pictures is not None else None,
            are_marks=pictures is not None,
            badge=_badge(play, axes),
            **_colors(subject, items),
        ),
        key="training-map",
        frames=Frames(places, play.steps, run=text_fingerprint([str(rehearsal.key)])),
        height=_HEIGHT,
        link=_LINK,
        summary=f"{count(len(items), 'item')} while they are trained.",
        file_name="training",
        on_select=watch,
    )


def _colors(subject: Subject, items: Collection) -> dict[str, Any]:
    """Return the colours of the points; those of no kind are grey, and not in the legend."""
    if not subject.color:
        return {}
    named = items.table[subject.color].notna().to_numpy()
    if named.all():
        return colouring.colour_by(subject.color, items, items.ids, None)
    ids = [id_ for id_, is_named in zip(items.ids, named, strict=True) if is_named]
    found = colouring.colour_by(subject.color, items.select(ids), tuple(ids), None)
    if "codes" not in found:
        return {}
    codes = np.full(len(items), len(found["categories"]))
    codes[named] = found["codes"]
    return {**found, "codes": codes}


def _ring() -> Hull:
    """Return the edge of the map: where vectors end that lie wholly in sight."""
    turn = np.linspace(0, 2 * np.pi, 97)[:-1]
    return Hull(np.stack([np.cos(turn), np.sin(turn)], axis=1).astype(np.float32), "#8a8f9c")


def _seen_from(rehearsal: Rehearsal, play: Play) -> NDArray[np.float64]:
    """Return the side from which this training is seen; while it goes on it seldom changes."""
    name = str(rehearsal.key)
    of, before = kept(_SIDE, ("", None))
    known = before if of == name else None
    axes = theatre.side(play.vectors[-1], known, stays=rehearsal.is_at_work)
    keep(_SIDE, (name, axes))
    return axes


def _badge(play: Play, axes: NDArray[np.float64]) -> tuple[str, str]:
    shown = share(theatre.share_shown(play.vectors[-1], axes))
    return (
        f"shows {shown} of the spread",
        f"Each point is the direction of a vector, its length left out, seen from one side: the "
        f"two directions in which the last picture is widest. They show {shown} of its spread; "
        "the rest lies behind. All pictures are seen from the same side, so that a point moves "
        "only where its vector turns. On the ring lie vectors that are wholly in sight.",
    )


def _status(rehearsal: Rehearsal) -> None:
    """Say how far the training is, or how long it took."""
    job = rehearsal.job
    if not job.ended or jobs.is_stopped(job):
        jobs.show_progress(job, "Training", "The training was stopped; this is what came of it.")
        return
    ended = job.result()
    left_out = f" {count(ended.missing, 'item')} could not be read." if ended.missing else ""
    took = "less than a second" if (job.seconds or 0) < 1 else duration(job.seconds or 0)
    pictures = count(len(ended.play), "picture")
    st.caption(f"Trained in {took}; {pictures} of it were kept.{left_out}")


def _sentence(rehearsal: Rehearsal, play: Play | None, watched: str) -> str:
    """Read the training: who the watched one began and ended beside; whether all collapsed."""
    items = rehearsal.items
    many = plain(count(len(items), "item"))
    if rehearsal.is_at_work or play is None:
        return f"{many} in training"
    company = theatre.company(play.vectors[[0, -1]], items.positions[watched], 1)
    first, last = (items.ids[at] for at in company.items[:, 0].tolist())
    cosine = float(theatre.spread(play.vectors[-1:]).cosine[0])
    if cosine >= _COLLAPSED:
        return (
            f"Collapse: the mean cosine of all pairs is {cosine:.2f}, so nearly all vectors point "
            "the same way"
        )
    stands = "is nearest to" if rehearsal.job.status == "done" else "was nearest at last to"
    if first == last:
        return f"{word(watched)} {stands} {word(last)}, as it was at first"
    return f"{word(watched)} {stands} {word(last)}; at first it was {word(first)}"


def _explain(rehearsal: Rehearsal, play: Play, step: Step | None) -> None:
    parts = [
        "The points move as the trainer's own vectors do, picture by picture; the last picture is "
        "what the app would embed with these settings."
    ]
    if step is not None:
        parts.append(
            "One step: blue pulls the watched word towards the vector (diamond) of a word met near "
            "it, orange pushes it away from random words' vectors; the thick arrow is the sum. "
            "Diamonds are the words' second vectors, as neighbours: skip-gram learns two of each. "
            "They move too, by their own arrows. As the map shows one side only, an arrow need not "
            "point at its diamond: the rest of its way is out of sight."
        )
    st.caption(" ".join(parts))
