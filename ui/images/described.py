"""Described: pictures ranked by a description, and all of them named by what a person types."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from embedding_core.columns import Column
from embedding_core.embedding import Embedding
from embedding_core.finding import query_vector, text_model
from embedding_core.jobs import Job
from embedding_core.palette import VIRIDIS
from embedding_core.similarity import pairwise
from embedding_core.teaching.glossary import more_on
from embedding_core.zero_shot import TEMPLATE, Judged, ZeroShot, zero_shot
from ui import cached, jobs
from ui.errors import told
from ui.heatmap import draw_heatmap
from ui.images.offers import offer_model
from ui.images.sheet import Tile, draw_sheet, shots
from ui.jobs import show_progress
from ui.labels import label_columns
from ui.map import Style, draw_map
from ui.media import cells_of, pictures_of
from ui.plain import count, plain, score, share, word
from ui.questions.base import Question, notes
from ui.selection import Selection
from ui.sentences.following import follow
from ui.view import View, map_badge, projected, trust

_RANK, _NAME = "rank", "name"
_WAYS = {_RANK: "Find by a description", _NAME: "Name every picture"}
_SHOWN, _EDGE, _HEIGHT = 60, 224, 560
_MOST_LABELS = 60  # That are filled in from a column.
_TABLE_UP_TO = 40  # Labels of which a table of confusions can be read.
_CLIP = "clip-vit-b32"


@st.fragment
def _ask(view: View) -> None:
    if not _knows_text(view.embedding):
        offer_model(
            view,
            "This model never saw a text, so pictures cannot be described to it. CLIP learned from "
            "pictures with their captions: both lie in one space.",
            _CLIP,
        )
        return
    sentence = st.container()
    way = view.choices.select(
        "described", "What to do", list(_WAYS), _RANK, labels=_WAYS, segmented=True,
        kind="way to describe", label_visibility="collapsed",
    )  # fmt: skip
    with told(stop=False):
        headline = _rank(view) if way == _RANK else _name(view)
        with sentence:
            st.markdown(f"##### {headline}")
            notes(view)
    view.choices.publish()


@st.cache_resource(
    max_entries=64,
    show_spinner=False,
    hash_funcs={Embedding: lambda e: (e.space, e.spec_name, e.model is None)},
)
def _knows_text(embedding: Embedding) -> bool:
    return text_model(embedding) is not None


# --- ranked by a description ----------------------------------------------------------------------


def _rank(view: View) -> str:
    """Draw the pictures most like a description beside their map, and return the headline."""
    text = view.choices.text(
        "description",
        "Description",
        placeholder="such as: something to eat on a plate",
        icon=":material/search:",
        label_visibility="collapsed",
    ).strip()
    if not text:
        st.caption(
            "Type what a picture shows, as its caption could say it. Each picture's vector is "
            "compared with the text's by cosine."
        )
        return f"Describe what to look for among {count(len(view.embedding), 'picture')}"
    likeness = _likeness(view.embedding, text)
    with st.container(key="side-by-side"):
        left, right = st.columns([1, 1], gap="medium")
    with left:
        _map(view, text, likeness)
    with right:
        _ranked(view, likeness)
    best, middle = int(likeness.argmax()), float(np.median(likeness))
    return (
        f"{word(view.embedding.ids[best])} is most like “{plain(text)}” "
        f"({score(float(likeness[best]))}; half of all are below {score(middle)})"
    )


@st.cache_resource(
    max_entries=64, show_spinner=False, hash_funcs={Embedding: lambda e: e.fingerprint}
)
def _likeness(embedding: Embedding, text: str) -> np.ndarray:
    vector = query_vector(embedding, text)[None]
    found = pairwise(vector, embedding.vectors, "cosine")[0]
    found.setflags(write=False)
    return found


def _map(view: View, text: str, likeness: np.ndarray) -> None:
    projection, drawing = projected(view.embedding, view.map)
    quality, _ = trust(view.embedding, projection)
    pictures, making = pictures_of(view.collection)
    selection = Selection(view)
    draw_map(
        cached.geometry(projection, view.collection),
        Style(
            values=likeness,
            value_title=f"likeness to {text}",
            selected=selection.positions,
            badge=map_badge(quality, len(view.embedding)),
            axis_titles=projection.axis_titles or None,
            pictures=pictures,
            cells=cells_of(view.collection, projection.ids),
        ),
        key=f"{view.choices.page}-described-map",
        height=_HEIGHT,
        link="described",
        summary=f"Map of {count(len(likeness), 'picture')}, coloured by likeness to {text}.",
        file_name="described",
        on_select=selection.take,
    )
    for job, what in ((drawing, "Until then PCA"), (making, "Pictures")):
        if job is not None:
            show_progress(job, what)
            break


def _ranked(view: View, likeness: np.ndarray) -> None:
    order = np.argsort(-likeness, kind="stable")[:_SHOWN].tolist()
    _sheet(
        view,
        [(at, view.embedding.ids[at], score(float(likeness[at]))) for at in order],
        "Pictures most like the description, the best first",
    )
    st.caption(
        "Cosines of texts with pictures are low even where they fit, as the two halves of the "
        "space lie apart: read their order, and compare them only with each other."
    )


# --- named by labels ------------------------------------------------------------------------------


def _name(view: View) -> str:
    """Draw what every picture is called, and how often that is right; return the headline."""
    column = _label_column(view)
    left, right = st.columns([3, 5], gap="medium")
    with left:
        labels, template = _choose_labels(view, column)
    if len({label.strip().casefold() for label in labels if label.strip()}) < 2:
        with right:
            st.caption("Type two labels or more, one a line; every picture gets one of them.")
        return f"What could these {count(len(view.embedding), 'picture')} be called?"
    found = _named(view, tuple(labels), template)
    if found is None:
        return "Reading the labels"
    judged = found.judged(_own(column)) if column is not None else None
    with right:
        _names(view, found, judged)
    with left:
        _counts(view, found, judged)
    return _headline(found, judged, column)


def _label_column(view: View) -> Column | None:
    """Return the pictures' own labels, where they have some."""
    known = {
        name: each
        for name, each in label_columns(view.collection, view.embedding).items()
        if not each.is_numeric
    }
    return known.get(view.data.color) or next(iter(known.values()), None)


def _own(column: Column) -> list[str | None]:
    return [None if label is None else str(label) for label in column.labels]


def _choose_labels(view: View, column: Column | None) -> tuple[list[str], str]:
    """Draw the labels, one a line, and the sentence they are put into."""
    choices = view.choices
    own = column.names if column is not None and len(column.names) <= _MOST_LABELS else ()
    default = "\n".join(own)
    follow(choices, "labels-of", view.collection.fingerprint, {"labels": default})
    typed = choices.text(
        "labels",
        "Labels, one a line",
        default,
        area=True,
        height=180,
        help="Nothing is learned from the pictures: each is called by the label whose sentence it "
        "is most like (zero-shot classification; Radford et al., 2021).",
    )
    template = choices.text(
        "template",
        "Put into",
        TEMPLATE,
        help="{} is where the label goes. CLIP learned from captions, and few captions are one "
        "word: another sentence gives other names.",
    )
    return typed.splitlines(), template


def _named(view: View, labels: tuple[str, ...], template: str) -> ZeroShot | None:
    """Return what every picture is called; None while labels are read."""
    embedding = view.embedding

    def work(job: Job[ZeroShot]) -> ZeroShot:
        job.progress(0, 0, "reading labels")
        return zero_shot(embedding, labels, template)

    job = jobs.start(("zero-shot", embedding.fingerprint, labels, template), work, patience=2.0)
    if jobs.is_stopped(job) or not job.ended:
        show_progress(job, "Naming")
        return None
    return job.result()


def _names(view: View, found: ZeroShot, judged: Judged | None) -> None:
    """Draw the pictures with their names: wrong ones first, the surest of them before all."""
    sure = found.confidence if found.confidence is not None else _margins(found)
    wrong = np.zeros(len(found.ids), dtype=np.bool_)
    if judged is not None:
        wrong = (judged.codes >= 0) & (judged.codes != found.predicted)
    order = sorted(
        range(len(found.ids)), key=lambda at: (not wrong[at], -sure[at] if wrong[at] else sure[at])
    )[:_SHOWN]
    tiles = []
    for at in order:
        called = found.labels[found.predicted[at]]
        number = share(float(sure[at])) if found.confidence is not None else score(float(sure[at]))
        own = f"is {judged.labels[judged.codes[at]]}" if judged is not None and wrong[at] else ""
        tiles.append((at, called, f"{number} · {own}" if own else number))
    first = "Wrong ones first, the surest before" if wrong.any() else "The least sure first"
    _sheet(view, tiles, f"{first}: what each picture is called")
    how = (
        "The number is the probability among these labels, by the sharpness that the model learned."
        if found.confidence is not None
        else "The number is how much nearer the name is than the next, in cosine."
    )
    told = f"{first}. {how} Something that fits none of the labels is given one all the same."
    st.caption(told + more_on("Zero-shot classification"))


def _margins(found: ZeroShot) -> np.ndarray:
    """Return how much nearer each item's label is than the next, in cosine."""
    ordered = np.sort(found.similarities, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def _counts(view: View, found: ZeroShot, judged: Judged | None) -> None:
    """Draw the confusions where the pictures have labels, else how many got each name."""
    if judged is None or not judged.n or len(found.labels) > _TABLE_UP_TO:
        sizes = np.bincount(found.predicted, minlength=len(found.labels))
        table = pd.DataFrame({"Label": found.labels, "Pictures": sizes})
        st.dataframe(
            table.sort_values("Pictures", ascending=False), hide_index=True, height="content"
        )
        return
    sizes = judged.confusion.sum(axis=1, keepdims=True)
    shares = np.divide(
        judged.confusion, sizes, out=np.full(judged.confusion.shape, np.nan), where=sizes > 0
    )
    draw_heatmap(
        shares.astype(np.float32),
        found.labels,
        found.labels,
        key=f"{view.choices.page}-confusion",
        scale=VIRIDIS,
        zmin=0,
        zmax=1,
        values_in_cells=len(found.labels) <= 12,
        height=430,
        title="share of the pictures of a row",
        summary="Pictures by their own label, in rows, and by what they are called, in columns.",
        file_name="confusion",
    )
    st.caption("Rows: the pictures' own labels. Columns: what they are called.")


def _headline(found: ZeroShot, judged: Judged | None, column: Column | None) -> str:
    """Read the data in view: how often the names are right, beside one name for all."""
    n = len(found.ids)
    if judged is None or column is None or not judged.n:
        sizes = np.bincount(found.predicted, minlength=len(found.labels))
        most = int(sizes.argmax())
        return f"{sizes[most]:,} of {count(n, 'picture')} are called {word(found.labels[most])}"
    of = count(judged.n, "picture")
    if judged.n < n:
        of += f" whose own {plain(column.name)} is among these"
    return (
        f"With nothing learned, {share(judged.accuracy)} of {of} are called by their own "
        f"{plain(column.name)}; one name for all would be right for {share(judged.chance)}"
    )


def _sheet(view: View, shown: list[tuple[int, str, str]], summary: str) -> None:
    """Draw pictures, each with two lines; a click selects one on the map."""
    collection, ids = view.collection, view.embedding.ids
    rows = [collection.positions[ids[at]] for at, _, _ in shown]
    selection = Selection(view)
    chosen = next((i for i, (at, _, _) in enumerate(shown) if ids[at] in selection.ids), -1)
    draw_sheet(
        [Tile(i, title, note) for i, (_, title, note) in enumerate(shown)],
        shots(collection, rows, _EDGE),
        key=f"{view.choices.page}-described",
        height=_HEIGHT,
        chosen=chosen,
        summary=summary,
        on_choose=lambda i: selection.select((ids[shown[i][0]],)),
    )


QUESTION = Question("describe", "Describe it", _ask, has_map=True)
