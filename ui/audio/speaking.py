"""Who is speaking: voices enrolled from clips, one clip verified, and how often that errs."""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.palette import CATEGORIES
from embedding_core.params import Param
from embedding_core.teaching.glossary import linked
from embedding_core.verification import (
    ErrorRates,
    Trials,
    Verification,
    enroll,
    error_rates,
    trials,
    verify,
)
from ui import cached, jobs
from ui.audio_sources import TYPES, record
from ui.bringing import keep_or_remove
from ui.errors import show_notes, told
from ui.labels import label_columns
from ui.plain import count, plain, score, share, shortened, word
from ui.questions.base import Question, notes
from ui.sentences.following import follow
from ui.sidebar import choose_preprocessing
from ui.sound import draw_sound
from ui.sources import BY_DIGEST
from ui.state import Choices
from ui.uploads import Upload, apart
from ui.view import View

_VOICE = "speaker-ge2e"
_OWN = "own"
_NONE = "-"
_BARS, _CURVE, _SOUND = 15, 260, 150
_STEPS = 400  # Of a curve.
_GREY = "#8a8d9b"
_SURE = 30  # With fewer trials of a kind, a rate says little.


@dataclass(frozen=True, eq=False)
class Heard:
    """All clips at hand: those in view, and those that were added here.

    Attributes
    ----------
    collection
        Of all.
    embedding
        Their vectors, prepared as chosen.
    labels
        Whose voice each is; None where that is not known.
    """

    collection: Collection
    embedding: Embedding
    labels: tuple[str | None, ...]


@st.fragment
def _ask(view: View) -> None:
    sentence = st.container()
    choices = view.choices
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = _choose_column(view)
        clip_place = st.container(width=260)
        with st.container(width=150):
            how = choose_preprocessing(choices)
        _add_voices(view)
        _offer_voice_encoder(view)
    with told(stop=False):
        heard = _heard(view, column, how)
        if len({label for label in heard.labels if label is not None}) < 2:
            _too_few(view, sentence)
            choices.publish()
            return
        with clip_place:
            id_ = _choose_clip(view, heard)
        found = _verified(heard, id_)
        tried = _tried(heard)
        with st.container(key="side-by-side"):
            left, right = st.columns([1, 1], gap="medium")
        with right:
            rates = error_rates(tried) if isinstance(tried, Trials) else None
            threshold = _choose_threshold(view, heard, rates, found)
            if rates is not None and isinstance(tried, Trials):
                _curves(rates, threshold)
                _explain(rates, tried, threshold)
            else:
                st.caption(plain(tried))
        with left:
            _voices(view, heard, id_, found, threshold)
        with sentence:
            st.markdown(f"##### {_sentence(heard, id_, found, threshold)}")
            notes(view)
    choices.publish()


# --- choices --------------------------------------------------------------------------------------


def _choose_column(view: View) -> str:
    """Draw the choice of the column that says whose voice a clip is; "" where there is none."""
    known = [
        name
        for name, column in label_columns(view.collection, view.embedding).items()
        if not column.is_numeric
    ]
    if not known:
        return ""
    default = view.data.color if view.data.color in known else known[0]
    with st.container(width=150):
        chosen = view.choices.select(
            "voices",
            "Voices are",
            [*known, _NONE],
            default,
            labels=lambda name: "Only those added" if name == _NONE else name,
            kind="column of labels",
            help="Each of its values is one voice, enrolled from all its clips.",
        )
    return "" if chosen == _NONE else chosen


def _choose_clip(view: View, heard: Heard) -> str:
    """Draw the choice of the clip that is verified: what was added last, else what is selected."""
    ids, choices = heard.embedding.ids, view.choices
    added = [id_ for id_ in ids if id_ not in view.embedding.positions]
    selected = choices.ids(view.embedding.positions)[:1]
    default = added[-1] if added else (selected[0] if selected else ids[0])
    made_for = (view.collection.fingerprint, tuple(added), selected)
    follow(choices, "verified-of", made_for, {"verified": default})
    return choices.select(
        "verified",
        "Whose voice is this?",
        [*reversed(added), *(id_ for id_ in ids if id_ not in added)],
        default,
        labels=lambda id_: shortened(id_, 60),
        kind="recording",
        help="A clip that is itself enrolled is left out of its own voice while it is asked about.",
    )


def _add_voices(view: View) -> None:
    """Draw where voices are added: by microphone or as files, with a name or without."""
    choices = view.choices
    with st.popover("Add a voice", icon=":material/mic:"):
        choices.text(
            f"{_OWN}-label",
            "Whose voice",
            in_link=False,
            placeholder="such as Ada",
            help="Clips with the same name are one voice. Without a name a clip is no voice; it "
            "is compared with all.",
        )
        record(choices, _OWN, "Record a few seconds")
        choices.uploads(
            "own-files",
            "or files",
            partial(_named, choices),
            type=TYPES,
            help="In a ZIP, folders are the names.",
        )
        keep_or_remove(choices, _OWN, "recording")


def _offer_voice_encoder(view: View) -> None:
    """Offer the model that learned to tell voices apart, where another one is chosen."""
    spec = ec.EMBEDDERS.get(_VOICE)
    if spec is None or (view.model is not None and view.model.spec.name == _VOICE):
        return
    clicked = st.button(
        "Use the voice encoder",
        icon=":material/swap_horiz:",
        on_click=view.choices.set,
        args=("model", _VOICE),
        help=f"{spec.label} learned to tell speakers apart; {view.embedding.spec_name} did not.",
    )
    if clicked:
        # The model is loaded by the page, not by this part of it.
        st.rerun()


def _choose_threshold(
    view: View, heard: Heard, rates: ErrorRates | None, found: Verification
) -> float:
    """Draw the threshold, which begins where both errors are closest to each other."""
    scores = np.append(rates.thresholds if rates is not None else [], found.scores.ravel())
    low = math.floor(100 * max(-1.0, float(scores.min()))) / 100
    high = math.ceil(100 * min(1.0, float(scores.max()))) / 100
    high = max(high, low + 0.01)
    step = 0.001 if high - low < 0.5 else 0.005
    middle = rates.equal_threshold if rates is not None else (low + high) / 2
    default = min(high, max(low, round(middle, 3)))
    choices = view.choices
    made_for = (heard.embedding.fingerprint, heard.labels)
    follow(choices, "threshold-of", made_for, {"threshold": default})
    param = Param(
        "threshold", "Threshold", "number", default,
        "A clip passes for a voice from this cosine on. Higher, fewer strangers pass, and more of "
        "the right ones are turned away.",
        minimum=low, maximum=high, step=step,
    )  # fmt: skip
    asked = choices.value("threshold", default, lambda texts: float(param.check(texts[-1])))
    if not low <= asked <= high:
        choices.set("threshold", default)
    return float(choices.number("threshold", param, slider=True))


# --- what is compared -----------------------------------------------------------------------------


def _heard(view: View, column: str, how: str) -> Heard:
    """Return all clips with their voices."""
    labels = _labels(view, column)
    added = _added(view)
    embedding = cached.preprocessed(view.embedding, how)
    if added is None:
        return Heard(view.collection, embedding, labels)
    more = _embedded(view, added)
    ids = [_free(id_, view.embedding.positions) for id_ in more.ids]
    vectors = ec.preprocessing_of(embedding).apply(more.vectors)
    whole = Embedding(
        ids=(*embedding.ids, *ids),
        vectors=np.concatenate([embedding.vectors, vectors]),
        space=embedding.space,
        spec_name=embedding.spec_name,
        params=embedding.params,
        model=embedding.model,
    )
    cells = added.table["label"] if "label" in added.table.columns else [None] * len(added)
    own = dict(zip(added.ids, cells, strict=True))
    names = tuple(
        str(own[id_]) if isinstance(own[id_], str) and own[id_] else None for id_ in more.ids
    )
    payloads = [view.collection.payloads[view.collection.positions[i]] for i in embedding.ids]
    payloads += [added.payloads[added.positions[id_]] for id_ in more.ids]
    both = Collection.of(
        list(whole.ids), payloads, pd.DataFrame(index=range(len(whole))), modality="audio"
    )
    show_notes([*added.notes, *(f"{id_}: {why}" for id_, why in more.dropped)])
    return Heard(both, whole, (*labels, *names))


def _labels(view: View, column: str) -> tuple[str | None, ...]:
    if not column:
        return (None,) * len(view.embedding)
    cells = label_columns(view.collection, view.embedding)[column].labels
    return tuple(None if cell is None else str(cell) for cell in cells)


def _added(view: View) -> Collection | None:
    """Return the clips that were added here, None where there are none."""
    nothing: tuple[Upload, ...] = ()
    recorded = view.choices.value(_OWN, nothing)
    files = view.choices.value("own-files", nothing)
    brought = apart([*recorded, *files])
    return _read(brought) if brought else None


@st.cache_resource(max_entries=16, show_spinner=False, scope="session", hash_funcs=BY_DIGEST)
def _read(brought: tuple[Upload, ...]) -> Collection:
    """Read what was added, a single file as one of a folder: the folder is whose voice it is."""
    return ec.read({upload.name: upload.data for upload in brought}, "audio")


def _named(choices: Choices, file: str, data: bytes) -> Upload:
    """Take in a file as one of the voice that was named when it came, unless it names its own."""
    labels: dict[str, str] = choices.value(f"{_OWN}-names", {})
    typed = " ".join(choices.value(f"{_OWN}-label", "").replace("/", " ").split()).strip(".")
    # All files are taken in again with each new one; the first ones keep their name.
    name = labels.setdefault(Upload.of(file, data).digest, typed)
    choices.set(f"{_OWN}-names", labels)
    names_itself = "/" in file or file.lower().endswith(".zip")
    return Upload.of(file if names_itself or not name else f"{name}/{file}", data)


def _free(id_: str, taken: Container[str]) -> str:
    return f"{id_} (added)" if id_ in taken else id_


def _embedded(view: View, added: Collection) -> Embedding:
    key = ("added", view.embedding.space, added.fingerprint)
    whole = view.embedding

    def work(job: Job[Embedding]) -> Embedding:
        job.progress(0, len(added), "listening")
        return ec.embed_more(whole, added)

    return jobs.finish(key, work, "Voices")


@st.cache_resource(
    max_entries=64,
    show_spinner=False,
    hash_funcs={Heard: lambda h: (h.embedding.fingerprint, h.labels)},
)
def _verified(heard: Heard, id_: str) -> Verification:
    """Compare one clip with all voices; its own is enrolled without it, where others are left."""
    at = heard.embedding.position(id_)
    labels: list[str | None] = list(heard.labels)
    labels[at] = None
    return verify(enroll(heard.embedding, labels), heard.embedding.take([at]))


def _tried(heard: Heard) -> Trials | str:
    """Return every clip compared with every voice; or, as a sentence, why that is not possible."""
    key = ("trials", heard.embedding.fingerprint, heard.labels)

    def work(job: Job[Trials]) -> Trials:
        job.progress(0, 0, "comparing")
        return trials(heard.embedding, heard.labels)

    job = jobs.start(key, work, patience=3.0)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Errors")
        st.stop()
    if isinstance(job.error, ExplorerError):
        return str(job.error)
    return job.result()


# --- what is shown --------------------------------------------------------------------------------


def _too_few(view: View, sentence: Any) -> None:
    with sentence:
        st.markdown("##### Whose voice a clip is shows with two voices or more")
        notes(view)
    st.info(
        "Nothing says whose voice these clips are. Bring a ZIP with a folder for each voice, or "
        "add voices here by microphone or as files, each with a name."
    )


def _voices(view: View, heard: Heard, id_: str, found: Verification, threshold: float) -> None:
    """Draw the clip, and how like each voice it is."""
    collection = heard.collection
    clip = collection.payloads[collection.positions[id_]]
    with told(stop=False):
        draw_sound(clip, key=f"{view.choices.page}-verified", height=_SOUND, name=id_, only="mel")
    ranked = found.ranked()
    table = pd.DataFrame(ranked[:_BARS], columns=["voice", "cosine"])
    table["passes"] = np.where(table["cosine"] >= threshold, "passes", "is turned away")
    st.altair_chart(_bars(table, threshold), height=26 * len(table) + 60)
    more = len(ranked) - len(table)
    own = heard.labels[heard.embedding.position(id_)]
    told_of = f"It is of {own}, whose voice is enrolled without it." if own is not None else ""
    if own is not None and own not in found.names:
        told_of = f"It is the only clip of {own}, so that voice is not enrolled."
    rest = f" {count(more, 'voice')} less alike are not shown." if more > 0 else ""
    st.caption(plain(f"{told_of} A voice is the mean of its clips' vectors.{rest}".strip()))


def _bars(table: pd.DataFrame, threshold: float) -> Any:
    import altair as alt

    low = min(0.0, float(table["cosine"].min()))
    bars = (
        alt.Chart(table)
        .mark_bar(height=14)
        .encode(
            x=alt.X("cosine:Q", title="cosine", scale=alt.Scale(domain=[low, 1], nice=False)),
            y=alt.Y("voice:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)),
            color=alt.Color(
                "passes:N",
                scale=alt.Scale(domain=["passes", "is turned away"], range=[CATEGORIES[0], _GREY]),
                legend=alt.Legend(orient="top", title=None),
            ),
            tooltip=["voice:N", alt.Tooltip("cosine:Q", format=".3f"), "passes:N"],
        )
    )
    rule = alt.Chart(pd.DataFrame({"cosine": [threshold]})).mark_rule(
        color=CATEGORIES[1], strokeWidth=2
    )
    return alt.layer(bars, rule.encode(x="cosine:Q"))


def _curves(rates: ErrorRates, threshold: float) -> None:
    """Draw both errors over the threshold, and the one that is chosen."""
    import altair as alt

    kept = np.unique(np.linspace(0, len(rates.thresholds) - 1, _STEPS).astype(int))
    names = ("others pass", "own turned away")
    parts = [
        pd.DataFrame({"threshold": rates.thresholds[kept], "share": values[kept], "error": name})
        for name, values in zip(names, (rates.false_accept, rates.false_reject), strict=True)
    ]
    curves = (
        alt.Chart(pd.concat(parts, ignore_index=True))
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("threshold:Q", title="threshold (cosine)", scale=alt.Scale(nice=False)),
            y=alt.Y("share:Q", title="share of trials", axis=alt.Axis(format="%")),
            color=alt.Color(
                "error:N",
                scale=alt.Scale(domain=list(names), range=[CATEGORIES[4], CATEGORIES[0]]),
                legend=alt.Legend(orient="top", title=None),
            ),
            tooltip=[
                "error:N",
                alt.Tooltip("threshold:Q", format=".3f"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
    )
    here = alt.Chart(pd.DataFrame({"threshold": [threshold]})).mark_rule(
        color=CATEGORIES[1], strokeWidth=2
    )
    st.altair_chart(alt.layer(curves, here.encode(x="threshold:Q")), height=_CURVE)


def _explain(rates: ErrorRates, tried: Trials, threshold: float) -> None:
    """Say what the threshold costs, and on how much that rests."""
    now = rates.at(threshold)
    st.markdown(
        f"**{share(now.false_accept)}** of others pass ({now.n_accepted:,} of {rates.n_other:,}; "
        f"95% interval {_interval(now.accept_interval)}), **{share(now.false_reject)}** of the "
        f"right ones are turned away ({now.n_rejected:,} of {rates.n_same:,}; "
        f"{_interval(now.reject_interval)})."
    )
    few = (
        " So few of the right ones are at hand that their share says little."
        if rates.n_same < _SURE
        else ""
    )
    alone = (
        f" {count(len(tried.alone), 'voice')} with one clip can only be taken for another's."
        if tried.alone
        else ""
    )
    told = plain(
        f"Both errors are equal, {share(rates.equal_error)}, at about "
        f"{score(rates.equal_threshold)} (equal error rate). They rest on {len(tried):,} "
        f"pairs: each of {tried.n_clips:,} clips with each of {len(tried.names):,} voices, "
        f"its own enrolled without it. For {share(tried.n_right / tried.n_asked)} of "
        f"{count(tried.n_asked, 'clip')} their own voice is the most alike.{few}{alone} Pairs "
        "share clips, so that the truth is less certain than the intervals say."
    )
    st.caption(linked(told, ("eer",)))


def _interval(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.0%} to {ends[1]:.0%}"


def _sentence(heard: Heard, id_: str, found: Verification, threshold: float) -> str:
    """Read the data in view: whose voice the clip passes for."""
    best, value = found.ranked()[0]
    passes = found.accepted(threshold)
    own = heard.labels[heard.embedding.position(id_)]
    at = f"a threshold of {score(threshold)}"
    if not passes:
        return f"{word(id_)} is nobody's: most like {word(best)} ({score(value)}), below {at}"
    others = f" and {count(len(passes) - 1, 'other voice')}" if len(passes) > 1 else ""
    truth = ""
    if own is not None and own in found.names:
        truth = ", which is right" if own == best else f"; it is of {word(own)}"
    return f"{word(id_)} passes for {word(best)} ({score(value)}){others} at {at}{truth}"


QUESTION = Question("voice", "Who is speaking?", _ask)
