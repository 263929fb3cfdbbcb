"""What is in it: the likeliest classes of a picture, and which of its regions speak for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

import embedding_core as ec
from embedding_core.classes import Classified, classify, surest
from embedding_core.embedding import Embedding
from embedding_core.errors import InputError
from embedding_core.models import Classifier
from embedding_core.regions import ClassRegions, can_show_classes, class_regions
from ui.errors import told
from ui.images.bars import draw_bars
from ui.images.offers import offer_model
from ui.images.picker import choose_picture, selected_or, small_pictures
from ui.images.picture import Painted, draw_picture
from ui.plain import share, word
from ui.questions.base import Question, notes
from ui.sentences.following import follow
from ui.view import View

_TOP, _HEIGHT = 5, 500


@dataclass(frozen=True, eq=False)
class _Found:
    """What is in one picture.

    Attributes
    ----------
    classified
        Its likeliest classes.
    regions
        What its regions add to each of them; empty where the model does not tell.
    """

    classified: Classified
    regions: tuple[ClassRegions, ...]


@st.fragment
def _ask(view: View) -> None:
    model = view.embedding.model
    if not isinstance(model, Classifier):
        offer_model(
            view,
            "This model knows no classes: it makes vectors and gives nothing in a picture a name. "
            "A classifier does.",
        )
        return
    sentence = st.container()
    with st.container(key="side-by-side"):
        left, right = st.columns([5, 4], gap="medium")
    with left:
        id_ = _choose(view)
    with told(stop=False):
        found = _found(view.embedding.space, view.collection.fingerprint, id_, view)
        if not found.classified.guesses:
            _, why = found.classified.dropped[0]
            raise InputError(f"“{id_}” cannot be looked at: {why}")
        with right:
            at = _bars(view, id_, found)
            _explain(view, found)
        with left:
            _picture(view, id_, found, at)
        with sentence:
            st.markdown(f"##### {_sentence(id_, found)}")
            notes(view)
    view.choices.publish()


def _choose(view: View) -> str:
    default = selected_or(view, _surest(view.original))
    follow(view.choices, "picture-of", (view.collection.fingerprint, default), {"picture": default})
    return choose_picture(view, "picture", "Picture", default, small_pictures(view))


@st.cache_resource(
    max_entries=16, show_spinner=False, hash_funcs={Embedding: lambda e: e.fingerprint}
)
def _surest(embedding: Embedding) -> str:
    """Return the picture to begin with: the one whose class the model is surest of."""
    return surest(embedding) or embedding.ids[0]


@st.cache_resource(max_entries=256, show_spinner=False)
def _found(space: str, fingerprint: str, id_: str, _view: View) -> _Found:
    """Look into one picture: two passes of the network, a fraction of a second."""
    model, collection = _view.embedding.model, _view.collection
    at = collection.positions[id_]
    classified = classify(collection.take([at]), model, _TOP)
    if not classified.guesses or not can_show_classes(model):
        return _Found(classified, ())
    return _Found(classified, class_regions(model, collection.payloads[at], _TOP))


def _bars(view: View, id_: str, found: _Found) -> int:
    """Draw the classes and return which of them is looked at."""
    choices, guesses = view.choices, found.classified.guesses[0]
    # Another picture has other classes: its first is looked at.
    seen = (view.collection.fingerprint, id_)
    follow(choices, "class-of", seen, {"class": 0})
    at = choices.value("class", 0, lambda texts: _number(texts[-1]))
    at = at if at < len(guesses) else 0
    choices.link("class", [str(at)] if at else [])
    st.caption(f"The {len(guesses)} likeliest of {found.classified.n_classes:,} classes")
    draw_bars(
        [(guess.name, guess.probability, share(guess.probability)) for guess in guesses],
        key=f"{choices.page}-classes",
        chosen=at if found.regions else None,
        summary="The likeliest classes of the picture",
        on_choose=lambda at: choices.set("class", at),
    )
    return at


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) >= _TOP:
        raise InputError(f"class got {text!r}; it takes a number from 0 to {_TOP - 1}.")
    return int(text)


def _explain(view: View, found: _Found) -> None:
    guesses = found.classified.guesses[0]
    total = sum(guess.probability for guess in guesses)
    rest = f"together {share(total)}; the rest is spread over the other classes"
    st.caption(
        f"{rest[0].upper()}{rest[1:]}. What is not among the {found.classified.n_classes:,} "
        "classes the network learned cannot be named, however sure it looks; and of pictures "
        "unlike those it learned from, such as drawings where it learned from photographs, its "
        "names say little."
    )
    if found.regions:
        st.caption(
            "Choose a class to see where it is seen. Red regions speak for it and blue ones "
            "against; together with a constant they are its score exactly, as the network reads "
            "its classes off the mean of the regions (class activation map; Zhou et al., 2016). "
            "What the network looks at for a region is larger than the region."
        )
        return
    st.caption(
        "Where a class is seen cannot be told: this model's classes are not read off the mean of "
        "the vectors in view."
    )
    layers = [param for param in ec.EMBEDDERS[view.embedding.spec_name].params
              if param.name == "layer"]  # fmt: skip
    if layers and view.embedding.params.get("layer") != layers[0].default:
        setting = f"{view.embedding.spec_name}.layer"
        clicked = st.button(
            "Look at the features the classes are read off",
            icon=":material/layers:",
            on_click=view.choices.set,
            args=(setting, str(layers[0].default)),
        )
        if clicked:
            st.rerun()


def _picture(view: View, id_: str, found: _Found, at: int) -> None:
    item = view.collection.payloads[view.collection.positions[id_]]
    name = found.classified.guesses[0][at].name
    painted = None
    if found.regions:
        regions = found.regions[at]
        # The same scale for all five, so that strong and weak evidence look it.
        largest = max(float(np.abs(each.heat.values).max()) for each in found.regions)
        painted = Painted(
            regions.heat,
            largest,
            f"adds to the score of “{regions.name}”",
            f"speaks for “{regions.name}”, whose score is {regions.logit:.2f}",
            f"speaks against “{regions.name}”, whose score is {regions.logit:.2f}",
        )
    draw_picture(
        item,
        key=f"{view.choices.page}-contents",
        height=_HEIGHT,
        painted=painted,
        summary=f"{id_}, and which regions speak for {name}." if painted else f"The picture {id_}.",
    )


def _sentence(id_: str, found: _Found) -> str:
    """Read the data in view: the likeliest class, and how sure that is."""
    first, *others = found.classified.guesses[0]
    told = f"{word(id_)}: most likely {word(first.name)}, {share(first.probability)}"
    if others and others[0].probability > first.probability / 2:
        return f"{told}, with {word(others[0].name)} close behind ({share(others[0].probability)})"
    return f"{told} among {found.classified.n_classes:,} classes"


QUESTION = Question("contents", "What is in it?", _ask)
