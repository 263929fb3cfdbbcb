"""What stays, what changes: one thing of a recording is altered, and its point moves."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core.alterations import ALTERATIONS, Alteration, alter
from embedding_core.collection import Collection
from embedding_core.displacement import Displacement, displacement
from embedding_core.embedding import Embedding
from embedding_core.errors import Cancelled, ExplorerError
from embedding_core.jobs import Job
from embedding_core.modalities.audio import Clip
from embedding_core.params import resolve
from embedding_core.weights import Available
from ui import cached, colouring, jobs
from ui.audio.picker import choose_clip, clip_of
from ui.errors import show_notes, tell, told
from ui.isolation import in_view
from ui.look import choose_look
from ui.map import Style, draw_map
from ui.plain import count, plain, score, share, shortened, word
from ui.questions.base import Question
from ui.selection import Selection
from ui.sidebar import METRIC_LABELS
from ui.sound import draw_sound
from ui.view import View, all_notes, map_badge, projected, trust

# One that hears the spectrum's shape, one its bands, one voices.
_COMPARED = ("mfcc", "log-mel", "speaker-ge2e")
_HEIGHT, _SOUND = 520, 158
_K = 10
_MANY = 40
_MEAN = "Mean kept"


@dataclass(frozen=True, eq=False)
class Changed:
    """A recording that was altered, as several models hear it.

    Attributes
    ----------
    clip
        To be played.
    notes
        What else was done to it.
    vectors
        (dim,) by model; a model that cannot embed it is left out.
    reasons
        Why, by model.
    """

    clip: Clip
    notes: tuple[str, ...]
    vectors: Mapping[str, NDArray[np.float32]]
    reasons: Mapping[str, str]


def _ask(view: View) -> None:
    _warm_up()
    models = _embedded(view)
    view = in_view(view)
    if len(view.embedding) < 2:
        show_notes(all_notes(view))
        st.info("There is one recording only; bring another to see what moves past what.")
        return
    _screen(view, models)


@st.cache_resource(show_spinner=False)
def _warm_up() -> threading.Thread:
    """Compile what pitch and speed need, while the person looks at the map."""

    def work() -> None:
        import_module("embedding_core.alterations").warm_up()

    thread = threading.Thread(target=work, daemon=True, name="alterations")
    thread.start()
    return thread


def _embedded(view: View) -> Mapping[str, Embedding]:
    """Return all recordings by each model that is here; the page ends while they are at work."""
    assert view.model is not None
    own = view.model.spec.name
    names = [name for name in _COMPARED if name != own and _is_here(name)]
    collection = view.collection

    def work(job: Job[dict[str, Embedding]]) -> dict[str, Embedding]:
        return {
            name: ec.embed(collection, name, progress=job.progress, cancel=job.cancelled)
            for name in names
        }

    others = jobs.finish(("models", collection.fingerprint, tuple(names)), work, "Other models")
    return {own: view.embedding, **others}


def _is_here(name: str) -> bool:
    spec = ec.EMBEDDERS.get(name)
    if spec is None:
        return False
    return isinstance(spec.availability(resolve(name, spec.params, {})), Available)


@st.fragment
def _screen(view: View, models: Mapping[str, Embedding]) -> None:
    choices = view.choices
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=230):
            id_ = choose_clip(view, "clip", "Recording")
        alteration = _choose_alteration(view)
        with st.container(width=280):
            amount = float(
                choices.number(f"{alteration.name}.amount", alteration.amount, slider=True)
            )
    with st.container(horizontal=True, vertical_alignment="center", key="map-tools"):
        look = choose_look(view)
        st.caption(plain(alteration.about), width="stretch")
    changed = _changed(view, models, id_, alteration, amount)
    with st.container(key="side-by-side"):
        left, right = st.columns([5, 4], gap="medium")
    spaces = {name: _in_view(view, embedding) for name, embedding in models.items()}
    moved = {} if changed is None else _moved(spaces, view.metric, id_, changed.vectors)
    with left:
        _map(view, id_, changed, look.color, alteration, amount)
    with right, told(stop=False):
        _hear(view, id_, changed, alteration, amount)
        if changed is not None:
            means = _over_many(view, models, spaces, alteration, amount)
            _table(view, moved, changed, means)
    with sentence:
        st.markdown(f"##### {_sentence(view, id_, moved, alteration, amount)}")
        show_notes([*all_notes(view), *(f"{id_} {note}." for note in changed.notes)]
                   if changed is not None else all_notes(view))  # fmt: skip
    choices.publish()


def _choose_alteration(view: View) -> Alteration:
    chosen = view.choices.select(
        "alter",
        "What changes",
        list(ALTERATIONS),
        next(iter(ALTERATIONS)),
        labels={name: each.label for name, each in ALTERATIONS.items()},
        segmented=True,
        kind="alteration",
    )
    return ALTERATIONS[chosen]


def _changed(
    view: View, models: Mapping[str, Embedding], id_: str, alteration: Alteration, amount: float
) -> Changed | None:
    """Return the altered recording; None while it is made, or where it cannot be, which is told."""
    clip = clip_of(view, id_)
    spaces = tuple(embedding.space for embedding in models.values())
    key = ("altered", clip.digest(), alteration.name, amount, spaces)

    def work(job: Job[Changed]) -> Changed:
        job.progress(0, 0, "altering")
        altered = alter(clip, alteration.name, amount)
        vectors, reasons = {}, {}
        one = Collection.of([id_], [altered.clip], pd.DataFrame(index=[0]), modality="audio")
        for name, embedding in models.items():
            try:
                vectors[name] = ec.embed_more(embedding, one).vectors[0]
            except ExplorerError as problem:
                reasons[name] = str(problem)
        return Changed(altered.clip, altered.notes, vectors, reasons)

    job = jobs.start(key, work, patience=2.0)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Altering")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


def _moved(
    spaces: Mapping[str, Embedding],
    metric: str,
    id_: str,
    vectors: Mapping[str, NDArray[np.float32]],
) -> dict[str, Displacement]:
    """Return how far it moved by each model, among the recordings in view."""
    found = {}
    for name, vector in vectors.items():
        space = spaces[name]
        if id_ in space.positions and len(space) > 1:
            prepared = ec.preprocessing_of(space).apply(vector[None])[0]
            found[name] = displacement(space, id_, prepared, metric=metric, k=_K)
    return found


def _in_view(view: View, embedding: Embedding) -> Embedding:
    """Return the vectors of the recordings in view by a model, prepared as those on the map are."""
    ids = tuple(id_ for id_ in view.embedding.ids if id_ in embedding.positions)
    part = embedding if ids == embedding.ids else cached.part(embedding, ids)
    how = view.map.preprocessing
    return part if how == "raw" else cached.preprocessed(part, how)


def _over_many(
    view: View,
    models: Mapping[str, Embedding],
    spaces: Mapping[str, Embedding],
    alteration: Alteration,
    amount: float,
) -> Mapping[str, float]:
    """Return the mean share of neighbours that recordings keep, by model, where that is wanted."""
    ids = view.embedding.ids
    # Evenly taken, as sets are often ordered by group.
    chosen = [ids[at] for at in np.unique(np.linspace(0, len(ids) - 1, _MANY).astype(int))]
    wanted = view.choices.flag(
        "many",
        f"Do it to {count(len(chosen), 'recording')}",
        help="One recording may be an exception. The column shows the mean of several, taken "
        "evenly from all.",
    )
    if not wanted:
        return {}
    clips, metric = [clip_of(view, id_) for id_ in chosen], view.metric

    def work(job: Job[dict[str, float]]) -> dict[str, float]:
        altered = {}
        for done, (id_, clip) in enumerate(zip(chosen, clips, strict=True)):
            job.progress(done, len(chosen), "altering")
            if job.cancelled():
                raise Cancelled
            # What cannot be altered, such as a silent one, is left out.
            with suppress(ExplorerError):
                altered[id_] = alter(clip, alteration.name, amount).clip
        several = Collection.of(list(altered), list(altered.values()), modality="audio")
        after = {name: ec.embed_more(embedding, several) for name, embedding in models.items()}
        shares: dict[str, list[float]] = {name: [] for name in models}
        for id_ in altered:
            vectors = {
                name: found.vectors[found.positions[id_]]
                for name, found in after.items()
                if id_ in found.positions
            }
            for name, one in _moved(spaces, metric, id_, vectors).items():
                shares[name].append(one.kept / one.k)
        return {name: float(np.mean(each)) for name, each in shares.items() if each}

    key = ("altered-many", view.embedding.fingerprint, tuple(m.space for m in models.values()),
           view.metric, view.map.preprocessing, alteration.name, amount)  # fmt: skip
    job = jobs.start(key, work, patience=1.0)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Many")
        return {}
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return {}
    return job.result()


# --- what is shown --------------------------------------------------------------------------------


def _map(
    view: View,
    id_: str,
    changed: Changed | None,
    color: str,
    alteration: Alteration,
    amount: float,
) -> None:
    """Draw the map, which stays, with the recording's point and where it would now lie."""
    projection, drawing = projected(view.embedding, view.map)
    quality, measuring = trust(view.embedding, projection)
    selection = Selection(view)
    assert view.model is not None
    vector = None if changed is None else changed.vectors.get(view.model.spec.name)
    extra = []
    if vector is not None and projection.placement is not None:
        place = projection.transform(view.prepared(vector[None]))[0]
        extra = [
            (f"{shortened(id_, 24)}, {_amount(alteration, amount)}", [float(c) for c in place])
        ]
    at = view.embedding.positions[id_]
    draw_map(
        cached.geometry(projection, view.collection),
        Style(
            selected=np.array([at]),
            emphasised=np.array([at]),
            extra=extra,
            axis_titles=projection.axis_titles or None,
            badge=map_badge(quality, len(projection.ids)),
            **colouring.colour_by(color, view.collection, projection.ids, quality),
        ),
        key=f"{view.choices.page}-stays-map",
        height=_HEIGHT,
        link="stays",
        summary=f"Map of {count(len(projection.ids), 'recording')}; {id_} is marked, before and "
        "after it was altered.",
        file_name="altered",
        on_select=selection.take,
    )
    if drawing is not None:
        jobs.show_progress(drawing, "Until then PCA", f"{view.map.label} was stopped; this is PCA.")
    elif measuring is not None:
        jobs.show_progress(measuring, "Trust")
    if vector is None:
        return
    if projection.placement is None:
        st.caption(
            f"The altered recording is not on the map: {view.map.label} places no new items. The "
            "table holds all the same."
        )
    else:
        st.caption(
            f"The ring is the recording; the hollow diamond is what it became, "
            f"{projection.placement.label}. The map itself stays."
        )


def _hear(
    view: View, id_: str, changed: Changed | None, alteration: Alteration, amount: float
) -> None:
    """Draw the recording before and after."""
    page = view.choices.page
    draw_sound(
        clip_of(view, id_), key=f"{page}-before", height=_SOUND, name=id_, title="Before",
        only="mel",
    )  # fmt: skip
    if changed is not None:
        how = _amount(alteration, amount)
        draw_sound(
            changed.clip, key=f"{page}-after", height=_SOUND, name=f"{id_}, {how}",
            title=f"After: {how}", only="mel",
        )  # fmt: skip


def _table(
    view: View,
    moved: Mapping[str, Displacement],
    changed: Changed,
    means: Mapping[str, float],
) -> None:
    """Draw how far it moved by each model."""
    if not moved:
        return
    named = METRIC_LABELS[view.metric]
    rows = [
        {
            "Model": _label(name),
            "Kept": f"{one.kept} of {one.k}",
            "Came between": one.passed,
            named: score(one.score),
            **({_MEAN: share(means[name])} if name in means else {}),
        }
        for name, one in moved.items()
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        column_config={
            "Model": st.column_config.TextColumn(width=142),
            "Kept": st.column_config.TextColumn(
                width=66, help="How many of its nearest others are still among the nearest after."
            ),
            "Came between": st.column_config.NumberColumn(
                width=96, help="How many others are now nearer to it than what it was before."
            ),
            named: st.column_config.TextColumn(width=58, help="Between before and after."),
            _MEAN: st.column_config.TextColumn(
                width=70, help="The mean share of neighbours that several recordings keep."
            ),
        },
    )
    others = next(iter(moved.values())).n_others
    lines = [
        f"Ranks among the same {count(others, 'other')} can be compared between models; cosines "
        "and distances cannot, as each model spreads them differently."
    ]
    lines += [f"{_label(name)}: {why}" for name, why in changed.reasons.items()]
    st.caption(plain(" ".join(lines)))


def _label(name: str) -> str:
    return ec.EMBEDDERS[name].label.split(",")[0]


def _amount(alteration: Alteration, amount: float) -> str:
    sign = "+" if amount > 0 and alteration.name in ("pitch", "gain") else ""
    number = f"{sign}{amount:g}".replace("-", "−")
    how = {"pitch": "pitch", "speed": "speed", "noise": "noise at", "gain": "gain"}
    return f"{how.get(alteration.name, alteration.label)} {number} {alteration.unit}"


def _sentence(
    view: View,
    id_: str,
    moved: Mapping[str, Displacement],
    alteration: Alteration,
    amount: float,
) -> str:
    """Read the table: which model keeps the most neighbours, and which the fewest."""
    what = f"{word(id_)}, {plain(_amount(alteration, amount))}"
    if not moved:
        return f"{what}: what each model makes of it"
    if alteration.neutral is not None and amount == alteration.neutral:
        return f"{what}: nothing is altered, and nothing moves"
    ordered = sorted(moved.items(), key=lambda pair: (pair[1].kept, -pair[1].passed))
    least, most = ordered[0], ordered[-1]
    if least[1].kept == most[1].kept:
        who = "every model keeps" if len(moved) > 1 else f"{plain(_label(most[0]))} keeps"
        return f"{what}: {who} {most[1].kept} of its {most[1].k} nearest"
    return (
        f"{what}: {plain(_label(most[0]))} keeps {most[1].kept} of its {most[1].k} nearest, "
        f"{plain(_label(least[0]))} {least[1].kept}"
    )


QUESTION = Question("stays", "What stays, what changes?", _ask, has_map=True, has_metric=True)
