"""How walks see it: one walk step by step with the chances of each, many walks and their visits."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from embedding_core.graph import Graph
from embedding_core.walks import Walker, next_step
from embedding_core.walks import warm_up as compile_walks
from embedding_core.wandering import Meetings, count_meetings, mean_steps, steps_from
from ui.components.choosing import mount_chooser, whole_number
from ui.components.mounting import mount_payload
from ui.components.payload import Payload, pack
from ui.edges import graph_of
from ui.errors import show_notes
from ui.graphs.picker import choose_node
from ui.graphs.walk_settings import WalkSettings, choose_walk, offer_training
from ui.network import Network, find_network
from ui.plain import count, share, shortened, word
from ui.questions.base import Question
from ui.sentences.following import follow
from ui.view import View, all_notes

_HEIGHT = 600
_SHOWN_WALKS = 200
_SENT_WAYS = 60
_LISTED = 12
_KINDS = ("first", "back", "near", "out")
NOWHERE = 0xFFFFFFFF
_BY_DIGEST: dict[Any, Any] = {Graph: lambda graph: graph.digest()}


def _ask(view: View) -> None:
    _warm_up()
    if not graph_of(view).n_edges:
        show_notes(all_notes(view))
        st.info("No node has an edge, so that no walk leads anywhere; bring a graph with edges.")
        return
    _screen(view)


@st.cache_resource(show_spinner=False)
def _warm_up() -> threading.Thread:
    """Compile the walks while the page is put together."""
    thread = threading.Thread(target=compile_walks, daemon=True, name="walks")
    thread.start()
    return thread


@st.fragment
def _screen(view: View) -> None:
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=220):
            id_ = choose_node(view, "start", "Start", "Where the walk begins.")
        turn_place = st.container(width=90)
        settings = choose_walk(view)
        with turn_place:
            turn = _choose_turn(view, id_, settings)
    start, graph = view.embedding.position(id_), graph_of(view)
    walks = _walks(graph, start, settings, max(_SHOWN_WALKS, settings.walks))
    path = walks[turn - 1]
    path = path[path >= 0]
    with sentence:
        st.markdown(f"##### {_sentence(view, id_, graph, start, walks, settings)}")
        show_notes(all_notes(view))
    network = find_network(view, np.unique(np.r_[start, path]))
    if network is None:
        st.caption("The network is being laid out.")
    else:
        _draw(view, network, Walked(start, path, walks, settings), id_)
        _told(network)
    _pairs(view, graph, settings)
    offer_training(view, settings)
    view.choices.publish()


def _choose_turn(view: View, id_: str, settings: WalkSettings) -> int:
    """Draw which of the walks that training takes from the node is shown; the first is 1."""
    choices = view.choices
    follow(choices, "walk-number-of", (id_, settings.walks), {"walk-number": "1"})
    return int(
        choices.select(
            "walk-number",
            "Walk",
            [str(number) for number in range(1, settings.walks + 1)],
            "1",
            kind="walk",
            help=f"Training takes {count(settings.walks, 'walk')} from every node; this is one.",
        )
    )


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=_BY_DIGEST)
def _walks(graph: Graph, start: int, settings: WalkSettings, many: int) -> NDArray[np.int32]:
    """Return walks from a node: those of training first, and further ones of the same kind."""
    walker = Walker(graph, p=settings.p, q=settings.q, seed=settings.seed)
    numbers = np.arange(many, dtype=np.int64) * graph.n_nodes + start
    walks = walker.walk(np.full(many, start, np.int32), settings.length, numbers)
    walks.setflags(write=False)
    return walks


def _sentence(
    view: View,
    id_: str,
    graph: Graph,
    start: int,
    walks: NDArray[np.int32],
    settings: WalkSettings,
) -> str:
    """Read the walks: how many of all nodes they come to, and how far they get."""
    steps = steps_from(graph, start)
    reachable = int((steps >= 0).sum())
    if reachable == 1:
        return f"No edge leads on from {word(id_)}, so that its walks end where they begin"
    seen = np.unique(walks[: settings.walks])
    seen = seen[seen >= 0]
    far = mean_steps(walks, steps)[1:].mean()
    return (
        f"{count(settings.walks, 'walk')} from {word(id_)} come to {len(seen):,} of the "
        f"{reachable:,} nodes in reach; they are {far:.2g} steps from it on average"
    )


# --- the drawing --------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Walked:
    """What is walked: from where, one walk without its empty end, many walks, and how."""

    start: int
    path: NDArray[np.int32]
    walks: NDArray[np.int32]
    settings: WalkSettings


def _draw(view: View, network: Network, walked: Walked, id_: str) -> None:
    """Send all of it to the browser, which plays it by itself; a click there begins elsewhere."""
    payload = packed(graph_of(view), network, walked)
    key, ids = f"{view.choices.page}-walk", view.embedding.ids

    def changed(message: Mapping[str, Any]) -> None:
        node = whole_number(message, "start", len(network.nodes))
        if node is not None:
            view.choices.set("start", ids[network.nodes[node]])

    summary = (
        f"A walk of {count(len(walked.path) - 1, 'step')} from {shortened(id_)} over a drawn "
        f"network of {count(len(network.nodes), 'node')}."
    )
    with st.container(gap=None):
        mount_payload(payload, key=f"{key}-payload")
        mount_chooser(
            "walk",
            {"walk": payload.id, "summary": summary},
            key=key,
            items=payload.id,
            height=_HEIGHT,
            on_choose=changed,
        )


def packed(graph: Graph, network: Network, walked: Walked) -> Payload:
    """Pack a walk with the chances of every step, many walks, and the network below them.

    Nodes that are not drawn are `NOWHERE`; of very many ways on only the likeliest are sent, and
    what all of each kind come to.
    """
    place = np.full(graph.n_nodes + 1, NOWHERE, dtype=np.uint32)
    place[network.nodes] = np.arange(len(network.nodes))
    ways = _ways(graph, walked, place)
    settings = walked.settings
    facts = {
        "start": int(place[walked.start]),
        "p": settings.p,
        "q": settings.q,
        "window": settings.window,
        "training": settings.walks,
        "length": settings.length,
        "count": len(walked.walks),
        "isCut": len(walked.path) < settings.length,
    }
    arrays: dict[str, NDArray[Any]] = {
        "x": network.geometry.coords[:, 0].copy(),
        "y": network.geometry.coords[:, 1].copy(),
        "pairs": np.asarray(network.edges.pairs).astype(np.uint32).ravel(),
        "levels": np.asarray(network.edges.levels).astype(np.uint8),
        "path": place[walked.path],
        # Behind the end of a walk stands -1: the last place, which is nowhere.
        "walks": place[walked.walks].ravel(),
        **ways,
    }
    return pack(facts, arrays, {"names": list(network.geometry.labels)})


def _ways(graph: Graph, walked: Walked, place: NDArray[np.uint32]) -> dict[str, NDArray[Any]]:
    """Return every step's ways on, the likeliest first, and the sums of each kind."""
    settings, path = walked.settings, walked.path.tolist()
    nodes, chances, kinds, begins = [], [], [], [0]
    sums = np.zeros((len(path), len(_KINDS)), dtype=np.float32)
    counts = np.zeros((len(path), len(_KINDS)), dtype=np.uint32)
    for at, current in enumerate(path):
        step = next_step(graph, current, path[at - 1] if at else None, p=settings.p, q=settings.q)
        codes = np.array([_KINDS.index(kind) for kind in step.kinds], dtype=np.intp)
        sums[at] = np.bincount(codes, weights=step.chances, minlength=len(_KINDS))
        counts[at] = np.bincount(codes, minlength=len(_KINDS))
        likeliest = np.argsort(-step.chances, kind="stable")
        taken = step.targets[likeliest] == (path[at + 1] if at + 1 < len(path) else -1)
        # The way it goes is among those sent, however unlikely it was.
        likeliest = likeliest[(np.arange(len(likeliest)) < _SENT_WAYS) | taken]
        nodes.append(place[step.targets[likeliest]])
        chances.append(step.chances[likeliest].astype(np.float32))
        kinds.append(codes[likeliest].astype(np.uint8))
        begins.append(begins[-1] + len(likeliest))
    return {
        "begins": np.array(begins, dtype=np.uint32),
        "nodes": np.concatenate(nodes),
        "chances": np.concatenate(chances),
        "kinds": np.concatenate(kinds),
        "kindChances": sums.ravel(),
        "kindCounts": counts.ravel(),
    }


def _told(network: Network) -> None:
    """Say how a walk chooses, and what is drawn of a large graph."""
    part = (
        ""
        if network.is_whole
        else f" Of {network.n_items:,} nodes those around the walk are drawn; chances count all."
    )
    st.caption(
        "Each way on weighs as much as its edge, times 1/p where it leads back, times 1 where it "
        "leads to a node that is linked to the one before too, times 1/q where it leads further "
        "out (Grover and Leskovec, 2016). Tinted names stand within the window: each of them makes "
        f"a pair with the one the walk is at. Places are a drawing, not the embedding.{part}"
    )


# --- pairs over all walks -----------------------------------------------------------------------


def _pairs(view: View, graph: Graph, settings: WalkSettings) -> None:
    """Draw the pairs that all walks of a training make most often."""
    found, ids = _met(graph, settings), view.embedding.ids
    all_walks = settings.walks * graph.n_nodes
    which = (
        f"all {all_walks:,} walks"
        if found.n_walks >= all_walks
        else f"the first {found.n_walks:,} of {all_walks:,} walks"
    )
    first = found.pairs[:_LISTED]
    linked = np.isin(first[:, 0] * graph.n_nodes + first[:, 1], _link_keys(graph))
    said = np.where(first[:, 0] == first[:, 1], "itself", np.where(linked, "linked", "no link"))
    with st.container(key="side-by-side"):
        left, right = st.columns([3, 2], gap="medium")
    with left:
        st.dataframe(
            pd.DataFrame(
                {
                    "Training pair": [_pair(ids, a, b) for a, b in first.tolist()],
                    "Met": found.met[:_LISTED],
                    "Learned": found.learned[:_LISTED].round().astype(int),
                    "": said,
                }
            ),
            hide_index=True,
            row_height=29,
            height=29 * 7 + 10,
            column_config={
                "Met": st.column_config.NumberColumn(
                    format="localized", width=70, help="How often within the window of each other."
                ),
                "Learned": st.column_config.NumberColumn(
                    format="localized",
                    width=75,
                    help="How often one round of training is expected to learn it, from both ends.",
                ),
                "": st.column_config.TextColumn(width=65),
            },
        )
    with right:
        st.markdown(
            f"**{found.n_pairs:,}** different pairs were met on {which}, {found.n_met:,} times in "
            "all."
        )
        st.caption(
            "They are what the model learns from: nodes that are met often come to lie near each "
            "other. Training cuts every window at random, so that two nodes next to each other on "
            f"a walk are always learned, and two {settings.window} apart in "
            f"{share(1 / settings.window)} of the cases."
        )


def _pair(ids: tuple[str, ...], a: int, b: int) -> str:
    one = shortened(ids[a], 28)
    return f"{one}, met again" if a == b else f"{one} – {shortened(ids[b], 28)}"


def _link_keys(graph: Graph) -> NDArray[np.int64]:
    ends = graph.edges()
    keys: NDArray[np.int64] = ends.min(axis=1) * graph.n_nodes + ends.max(axis=1)
    return keys


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=_BY_DIGEST)
def _met(graph: Graph, settings: WalkSettings) -> Meetings:
    walker = Walker(graph, p=settings.p, q=settings.q, seed=settings.seed)
    blocks = walker.blocks(settings.length, settings.walks)
    return count_meetings(blocks, settings.window, graph.n_nodes, most=_LISTED)


QUESTION = Question("walks", "How walks see it", _ask)
