"""What is on screen: items, their vectors and how they are compared; and how they get there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import embedding_core as ec
from embedding_core import store
from embedding_core.collection import Collection
from embedding_core.embedding import Embedding
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.models import TrainerSpec
from embedding_core.neighbors import NeighborGraph, known_graph
from embedding_core.projection import Projection
from embedding_core.quality import Quality
from embedding_core.teaching.glossary import linked
from embedding_core.weights import Fetchable
from ui import cached, jobs
from ui.errors import tell
from ui.plain import count, listed, share
from ui.sidebar import MapChoice, ModelChoice
from ui.sources import Data
from ui.state import Choices

K = 15
_MANY = {"is ": "are ", "has ": "have "}
INLINE_ITEMS = 2_000


@dataclass(frozen=True)
class View:
    """Everything a panel needs.

    Attributes
    ----------
    choices
        The page's choices.
    data
        What the person brought.
    embedding
        Its vectors.
    map
        How the map is drawn; its metric is that of the whole view.
    model
        The model; None for ready-made vectors.
    raw
        The vectors before they were prepared; None where they were not.
    isolated_from
        Of how many items these were isolated; 0 where all are in view.
    """

    choices: Choices
    data: Data
    embedding: Embedding
    map: MapChoice
    model: ModelChoice | None = None
    raw: Embedding | None = None
    isolated_from: int = 0

    @property
    def original(self) -> Embedding:
        """The vectors of the items in view, as the model made them."""
        return self.raw or self.embedding

    def prepared(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return vectors of the model's space, prepared as those in view are."""
        return ec.preprocessing_of(self.embedding).apply(vectors)

    @property
    def collection(self) -> Collection:
        """The items."""
        return self.data.collection

    @property
    def metric(self) -> str:
        """What near means."""
        return self.map.metric


def embedded(choices: Choices, collection: Collection, model: ModelChoice) -> Embedding:
    """Return the vectors of a collection; the page ends with progress where they take a while.

    A training on running text starts when the person says so, or when a link of a finished one is
    opened; what learns from the items themselves takes no such time.
    """
    spec, corpus = model.spec, model.corpus
    key = (
        "train" if model.is_trained else "embed",
        collection.fingerprint,
        spec.name,
        tuple(model.params.items()),
        corpus.fingerprint if corpus else "",
        model.seed,
    )
    waits = isinstance(spec, TrainerSpec) and spec.needs_corpus
    if waits:
        _wait_for_go(choices, key, model)

    def work(job: Job[Embedding]) -> Embedding:
        if not model.is_trained:
            # The first time it takes some seconds, of a model that has to be fetched minutes.
            is_here = not isinstance(spec.availability(model.params), Fetchable)
            what = "loading the model" if is_here else "fetching and loading the model"
            job.progress(0, len(collection), what)
        return ec.embed(
            collection,
            spec.name,
            corpus=corpus,
            seed=model.seed,
            progress=job.progress,
            cancel=job.cancelled,
            on_frame=job.frame,
            **model.params,
        )

    if not waits:
        return jobs.finish(key, work, "Embedding")
    found = jobs.finish(key, work, "Training")
    choices.set("trained", choices.value("trained", frozenset()) | {_training(key)})
    return found


def ready_made(collection: Collection) -> Embedding:
    """Return the vectors that came with a collection."""
    return cached.ready_made(collection)


def projected(embedding: Embedding, choice: MapChoice) -> tuple[Projection, Job[Projection] | None]:
    """Return the map; while a slow one is drawn, the PCA picture and the job to wait for."""
    if ec.PROJECTORS[choice.name].quick:
        return _quick_map(embedding, choice), None

    def work(job: Job[Projection]) -> Projection:
        return ec.project(
            embedding,
            choice.name,
            n_components=choice.n_components,
            metric=choice.metric,
            seed=choice.seed,
            progress=job.progress,
            cancel=job.cancelled,
            on_frame=job.frame,
            **dict[str, Any](choice.params),
        )

    job = jobs.start(("map", embedding.fingerprint, choice), work, patience=0.35)
    stand_in = _stand_in(embedding, choice)
    if jobs.is_stopped(job) or not job.ended:
        return stand_in, job
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return stand_in, None
    return cached.aligned(job.result(), stand_in), None


def _stand_in(embedding: Embedding, choice: MapChoice) -> Projection:
    """Return the picture that stands in while a slow one is drawn, and that it is aligned to."""
    quick = next(name for name, spec in ec.PROJECTORS.items() if spec.quick)
    return _quick_map(embedding, MapChoice(quick, (), choice.n_components, choice.metric, 0))


@st.cache_resource(
    max_entries=64, show_spinner=False, hash_funcs={Embedding: lambda e: e.fingerprint}
)
def _quick_map(embedding: Embedding, choice: MapChoice) -> Projection:
    """Draw a map that takes no time, on the page's own thread: it waits for no other work."""
    return ec.project(
        embedding,
        choice.name,
        n_components=choice.n_components,
        metric=choice.metric,
        seed=choice.seed,
        **dict[str, Any](choice.params),
    )


def trust(embedding: Embedding, projection: Projection) -> tuple[Quality | None, Job | None]:
    """Return what the map kept of the neighbourhoods, or the job that measures it."""
    if len(embedding) <= INLINE_ITEMS:
        return cached.small_quality(embedding, projection, K), None
    key = ("quality", embedding.fingerprint, projection.fingerprint, projection.metric, K)

    def work(job: Job[Quality | None]) -> Quality | None:
        return ec.quality(embedding, projection, K, progress=job.progress, cancel=job.cancelled)

    job = jobs.start(key, work, patience=0.2)
    if jobs.is_stopped(job) or not job.ended:
        return None, job
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None, None
    return job.result(), None


def map_badge(quality: Quality | None, n: int) -> tuple[str, str]:
    """Return how far a map can be trusted, in few words, and what that means."""
    if quality is None:
        few = n < 4
        if few:
            return "too few items to measure trust", "Trust is measured on four or more items."
        return "trust not measured yet", "Of many items it takes a while; see below the map."
    kept, trusted = share(quality.neighbor_recall), f"{quality.trustworthiness:.2f}"
    chance = quality.k / (n - 1)
    sample = ""
    if quality.sampled:
        low, high = quality.intervals["neighbor_recall"]
        sample = (
            f"\n\nMeasured on {len(quality.positions):,} of {n:,} items; "
            f"95% interval of the share: {low:.1%} to {high:.1%}."
        )
    told = (
        f"Of the {quality.k} nearest neighbours each item has among the vectors, {kept} are among "
        f"its {quality.k} nearest on this map; by chance it would be {share(chance)}.\n\n"
        f"Trustworthiness {trusted}: 1 if no item has strangers beside it on the map, about .5 for "
        f"a map drawn at random. Continuity {quality.continuity:.2f}: 1 if no true neighbour was "
        f"torn away (Venna and Kaski, 2001).{sample}"
    )
    badge = f"keeps {kept} of true neighbours · trustworthiness {trusted}"
    return badge, linked(told, ("trustworthiness", "continuity"))


def neighbors_at_hand(view: View) -> NeighborGraph | None:
    """Return who is nearest to whom, where that is known or takes no time."""
    n = len(view.embedding)
    if n < 2 or view.metric == "dot":
        # The largest dot product is that of the longest vectors: no pair is "nearest".
        return None
    if n <= INLINE_ITEMS:
        return ec.neighbor_graph(view.embedding, min(K, n - 1), view.metric)
    return known_graph(view.embedding, view.metric)


def all_notes(view: View, projection: Projection | None = None) -> list[str]:
    """Return what was left out, changed or done otherwise, items without a vector first."""
    dropped = view.embedding.dropped
    notes: list[str] = list(view.choices.notes)
    for reason in dict.fromkeys(why for _, why in dropped):
        names = [id_ for id_, why in dropped if why == reason]
        notes.append(f"{count(len(names), 'item')} left out, {listed(names)}: {reason}")
    notes += view.collection.notes
    for how in dict.fromkeys(how for _, how in view.embedding.notes):
        names = [id_ for id_, said in view.embedding.notes if said == how]
        notes.append(f"{listed(names)} {_done(how, many=len(names) > 1)}.")
    prepared = ec.preprocessing_of(view.embedding).note
    notes += [prepared] if prepared else []
    if projection is not None:
        notes += projection.notes
    return [*notes, *store.notes()]


def _done(how: str, *, many: bool) -> str:
    """Return what was done to items, or what they are, as the rest of a sentence about them."""
    if not how.startswith(tuple(_MANY)):
        return f"{'were' if many else 'was'} {how}"
    if not many:
        return how
    return re.sub(r"(?:^|(?<=; ))(is|has) ", lambda verb: _MANY[verb[0]], how)


def _wait_for_go(choices: Choices, key: tuple, model: ModelChoice) -> None:
    """Draw the button that starts a training; the page ends there until it is pressed."""
    job = jobs.find(key)
    if job is not None and isinstance(job.error, ExplorerError) and job.status == "failed":
        tell(str(job.error))
    trained: frozenset = choices.value("trained", frozenset())
    on_its_way = job is not None and not (job.ended or job.cancelled() or jobs.is_stopped(job))
    known = job.status == "done" if job is not None else _training(key) in trained
    asked = choices.value("train", "", lambda texts: texts[-1])
    if on_its_way or known or (asked == "1" and model.corpus is not None):
        choices.set("train", "")
        choices.link("train", ["1"])
        jobs.start_again(key)
        return
    if model.corpus is None:
        st.info("Paste or upload the text to learn from, in the sidebar under “Learns from”.")
        st.stop()
    st.markdown(
        f"{model.spec.label.split(',')[0]} learns its vectors from "
        f"{model.corpus.n_words:,} words of running text; nothing is learned yet."
    )
    st.button(
        "Train",
        type="primary",
        icon=":material/model_training:",
        on_click=choices.set,
        args=("train", "1"),
    )
    choices.publish()
    st.stop()


def _training(key: tuple) -> tuple:
    """Return what a training depends on: another list of words is answered by the same one."""
    return key[2:]
