"""Find this: what is marked in one picture is looked for in all of them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from embedding_core.jobs import Job
from embedding_core.models import SpatialMaps
from embedding_core.params import Param
from embedding_core.regions import Box
from embedding_core.spotting import (
    PictureRegions,
    Sighting,
    keep_regions,
    known_regions,
    picture_regions,
    sightings,
)
from ui import jobs
from ui.errors import told
from ui.images.offers import offer_model
from ui.images.picker import choose_picture, selected_or, small_pictures
from ui.images.picture import draw_picture
from ui.images.sheet import Tile, draw_sheet, shots
from ui.labels import label_columns
from ui.plain import count, score, word
from ui.questions.base import Question, notes
from ui.sentences.following import follow
from ui.view import View

_HEIGHT, _SHEET = 430, 640
_SHOWN, _EDGE = 48, 224
_JUDGED = 20
_SIDES = ("left", "top", "right", "bottom")
_BEGIN: Box = (0.25, 0.25, 0.75, 0.75)
_OWN, _FINE = "own", "448"
_SIZES = {_OWN: "As it was trained", _FINE: "Finer, 448 pixels"}


@dataclass(frozen=True, eq=False)
class _Hit:
    """One picture in which something was found, with the best score and all its places."""

    row: int
    score: float
    boxes: tuple[Box, ...]


@st.fragment
def _ask(view: View) -> None:
    if not isinstance(view.embedding.model, SpatialMaps):
        offer_model(
            view,
            "This model gives a picture one vector and its regions none, so nothing can be looked "
            "for in them. A convolutional network has a vector for every region.",
        )
        return
    sentence = st.container()
    with st.container(key="side-by-side"):
        left, right = st.columns([5, 6], gap="medium")
    with left:
        id_ = _choose(view)
        box = _mark(view, id_)
        size = _choose_size(view)
    with told(stop=False), right:
        regions = _looked_at(view, size)
        if regions is None:
            with sentence:
                many = count(len(view.collection), "picture")
                st.markdown(f"##### What is in the box is looked for in {many}")
        else:
            row = view.collection.positions[id_]
            hits = _hits(_key(view, size), row, box, regions)
            _results(view, row, hits)
            with sentence:
                st.markdown(f"##### {_sentence(view, regions, row, hits)}")
                notes(view)
            _explain(view, regions, row, hits)
    view.choices.publish()


# --- what is marked -------------------------------------------------------------------------------


def _choose(view: View) -> str:
    default = selected_or(view, view.embedding.ids[0])
    follow(view.choices, "spot-of", (view.collection.fingerprint, default), {"in": default})
    return choose_picture(view, "in", "Picture", default, small_pictures(view))


def _mark(view: View, id_: str) -> Box:
    """Draw the picture to draw a box on, and the same box as four numbers."""
    choices = view.choices
    made_for = (view.collection.fingerprint, id_)
    defaults = {f"box-{side}": round(100 * at) for side, at in zip(_SIDES, _BEGIN, strict=True)}
    follow(choices, "box-of", made_for, defaults)

    def draw(box: Box) -> None:
        for side, at in zip(_SIDES, box, strict=True):
            choices.set(f"box-{side}", round(100 * at))

    place = st.container()
    numbers = []
    with st.container(horizontal=True, gap="small"):
        for side, at in zip(_SIDES, _BEGIN, strict=True):
            # A question mark beside each would leave no room for the number.
            param = Param(
                side, f"{side.capitalize()} %", "number", round(100 * at), "",
                minimum=0, maximum=100, step=1,
            )  # fmt: skip
            with st.container(width=86):
                numbers.append(int(choices.number(f"box-{side}", param)))
    left, top, right, bottom = (number / 100 for number in numbers)
    box = (left, top, right, bottom)
    with place:
        draw_picture(
            view.collection.payloads[view.collection.positions[id_]],
            key=f"{choices.page}-spot",
            height=_HEIGHT,
            drawn=box if left < right and top < bottom else None,
            on_draw=draw,
            summary=f"{id_}. Drag to draw a box; arrow keys move it, with Shift its lower right "
            "corner.",
        )
    return box


def _choose_size(view: View) -> str:
    return view.choices.select(
        "regions",
        "Regions",
        list(_SIZES),
        _OWN,
        labels=_SIZES,
        segmented=True,
        kind="size",
        help="A convolutional network takes pictures of any size: larger ones give more and finer "
        "regions, in which small things are found, and take longer to look at. It was trained on "
        "one size, so the scores of the two cannot be compared.",
    )


# --- looking --------------------------------------------------------------------------------------


def _key(view: View, size: str) -> tuple[str, str, str]:
    """Return what tells the regions of these pictures from all others."""
    return view.embedding.space, view.collection.fingerprint, size


def _looked_at(view: View, size: str) -> PictureRegions | None:
    """Return the regions of all pictures; None while they are made, with the progress on screen."""
    model, collection, key = view.embedding.model, view.collection, _key(view, size)
    regions = known_regions(key)
    turn = 0
    while regions is None:

        def work(job: Job[None]) -> None:
            job.progress(0, len(collection), "pictures looked at")
            found = picture_regions(
                model,
                collection.payloads,
                edge=None if size == _OWN else int(size),
                progress=job.progress,
                cancel=job.cancelled,
            )
            # Kept there and not with the job, as they are large and must make room for others.
            keep_regions(key, found)

        job = jobs.start(("regions", *key, turn), work, patience=1.0)
        if jobs.is_stopped(job) or not job.ended:
            jobs.show_progress(job, "Looking at every region")
            return None
        job.result()
        # Where they had to make room meanwhile they are made anew, as other work.
        regions, turn = known_regions(key), turn + 1
    return regions


@st.cache_resource(max_entries=64, show_spinner=False)
def _hits(key: tuple[str, str, str], row: int, box: Box, _regions: PictureRegions) -> list[_Hit]:
    """Return the pictures in which something was found, the best first."""
    places: dict[int, list[Sighting]] = {}
    for sighting in sightings(_regions, row, box, limit=3 * _SHOWN):
        places.setdefault(sighting.row, []).append(sighting)
    return [
        _Hit(row, each[0].score, tuple(sighting.box for sighting in each))
        for row, each in places.items()
    ][:_SHOWN]


# --- what is shown --------------------------------------------------------------------------------


def _results(view: View, row: int, hits: list[_Hit]) -> None:
    collection, choices = view.collection, view.choices
    tiles = [
        Tile(
            at,
            collection.ids[hit.row],
            "marked in this one" if hit.row == row else f"{score(hit.score)}{_places(hit)}",
            hit.boxes,
        )
        for at, hit in enumerate(hits)
    ]

    def look(at: int) -> None:
        if collection.ids[hits[at].row] in view.embedding.positions:
            choices.set("in", collection.ids[hits[at].row])

    draw_sheet(
        tiles,
        shots(collection, [hit.row for hit in hits], _EDGE),
        key=f"{choices.page}-spotted",
        height=_SHEET,
        summary="Pictures in which it was found, the best first",
        on_choose=look,
    )


def _places(hit: _Hit) -> str:
    return f" · {len(hit.boxes)} places" if len(hit.boxes) > 1 else ""


def _sentence(view: View, regions: PictureRegions, row: int, hits: list[_Hit]) -> str:
    """Read the data in view: where else it is found best, and how well labels agree with that."""
    others = [hit for hit in hits if hit.row != row]
    ids = view.collection.ids
    if not others:
        return f"There is no other picture to look for it in beside {word(ids[row])}"
    best = others[0]
    searched = len(view.collection) - len(regions.missing) - 1
    told = (
        f"Of {count(searched, 'other picture')}, {word(ids[best.row])} has what is "
        f"most like it ({score(best.score)})"
    )
    agreeing = _agreeing(view, row, [hit.row for hit in others[:_JUDGED]])
    return f"{told}{agreeing}"


def _agreeing(view: View, row: int, rows: list[int]) -> str:
    """Say how many of the best have the label of the picture, beside chance."""
    known = label_columns(view.collection, view.embedding)
    column = known.get(view.data.color) or next(iter(known.values()), None)
    if column is None or column.is_numeric or len(rows) < _JUDGED:
        return ""
    places = view.embedding.positions
    # A picture that can be searched and has no vector has no place among the labels.
    codes = [
        column.codes[places[id_]] if id_ in places else -1
        for id_ in (view.collection.ids[at] for at in (row, *rows))
    ]
    own = codes[0]
    if own < 0:
        return ""
    chance = len(rows) * (int((column.codes == own).sum()) - 1) / (len(column.codes) - 1)
    return (
        f"; of the best {len(rows)}, {codes[1:].count(own)} are {word(column.names[own])} too "
        f"(by chance {chance:.1f})"
    )


def _explain(view: View, regions: PictureRegions, row: int, hits: list[_Hit]) -> None:
    down, across = regions.vectors.shape[1:3]
    left_out = f" {count(len(regions.missing), 'picture')} left out." if regions.missing else ""
    st.caption(
        f"Each picture is {down} by {across} regions, the whole of it squeezed into a square. The "
        "mean vector of the regions in the box, less the mean of all, is compared by cosine with "
        "that of windows of many shapes, from a quarter as large to four times; of those that "
        "overlap, the best counts. "
        "This is what detection starts from and no more: nothing was learned about boxes, and a "
        "best place is named even where the thing is not there, so read the number too. Pictures "
        f"with several boxes have places that score nearly as well.{left_out}"
    )


QUESTION = Question("find", "Find this", _ask)
