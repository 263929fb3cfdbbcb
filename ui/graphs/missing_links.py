"""Missing links: edges are hidden, the model learns without them, and is asked to find them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.link_trial import Predicted, Trial, predict_links, summarize, try_links
from embedding_core.links import ADAMIC, COMMON, LinkScore
from embedding_core.palette import CATEGORIES
from embedding_core.params import Param
from ui import jobs
from ui.edges import graph_of
from ui.errors import show_notes, tell
from ui.graphs.charts import GREY
from ui.jobs import show_progress
from ui.plain import count, plain, score, share, shortened
from ui.questions.base import Question
from ui.selection import Selection
from ui.state import picked_rows
from ui.view import View, all_notes

_SHARE = Param(
    "hide", "Hidden edges, %", "number", 10,
    "Of all edges, drawn at random; so many stay that no part of the graph falls off.",
    minimum=1, maximum=50, step=5,
)  # fmt: skip
_REPEATS = Param(
    "repeats", "Times", "number", 5,
    "How often other edges are hidden and the model learns anew: one draw says little.",
    minimum=1, maximum=20, step=1,
)  # fmt: skip
_SEED = Param(
    "hide-seed", "Seed", "number", 0, "Another seed hides other edges.", minimum=0, maximum=9999,
    step=1,
)  # fmt: skip
_MANY_EDGES = 20_000
"""From here on one time is the default, and nothing starts by itself."""
_LISTED = 100
_FEW = 50
_ROW, _HEIGHT = 29, 470
_NAMES = {"model": "The model", COMMON: "common neighbours", ADAMIC: "Adamic-Adar"}
_METRICS = {"cosine": "Cosine", "dot": "Dot product"}


@dataclass(frozen=True, eq=False)
class _Found:
    """What came of it: every time, and the likeliest missing links of the first."""

    trials: tuple[Trial, ...]
    predicted: Predicted


@st.fragment
def _ask(view: View) -> None:
    sentence = st.container()
    settings = _choose_settings(view)
    found = _tried(view, settings)
    with sentence:
        st.markdown(f"##### {_sentence(view, found)}")
        show_notes(all_notes(view))
    if found is not None:
        with st.container(key="side-by-side"):
            left, right = st.columns([1, 1], gap="large")
        with left:
            _draw_scores(view, found)
        with right:
            _draw_predicted(view, found.predicted, settings["metric"])
    view.choices.publish()


# --- trying -------------------------------------------------------------------------------------


def _choose_settings(view: View) -> dict[str, Any]:
    choices, is_large = view.choices, graph_of(view).n_edges > _MANY_EDGES
    repeats = replace(_REPEATS, default=1) if is_large else _REPEATS
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=150):
            hidden = choices.number("hide", _SHARE)
        with st.container(width=110):
            times = choices.number("repeats", repeats)
        with st.container(width=110):
            seed = choices.number("hide-seed", _SEED)
        with st.container(width=240):
            metric = choices.select(
                "scored",
                "Scored by",
                list(_METRICS),
                "cosine",
                labels=_METRICS,
                segmented=True,
                kind="score",
                help="How likely a link between two nodes is held: the cosine of their vectors, or "
                "the dot product, in which long vectors count more.",
            )
    return {"share": hidden / 100, "repeats": int(times), "seed": int(seed), "metric": metric}


def _tried(view: View, settings: Mapping[str, Any]) -> _Found | None:
    """Return what came of it; None while that takes a while, waits to be started or was stopped."""
    model, collection = view.model, view.collection
    assert model is not None
    key = (
        "links",
        collection.fingerprint,
        model.spec.name,
        tuple(model.params.items()),
        tuple(settings.items()),
    )

    def work(job: Job[_Found]) -> _Found:
        trials = try_links(
            collection,
            model.spec.name,
            model.params,
            progress=job.progress,
            cancel=job.cancelled,
            **settings,
        )
        first, metric = trials[0], settings["metric"]
        predicted = predict_links(
            first.hidden,
            first.vectors,
            metric,
            most=_LISTED,
            seed=settings["seed"],
            cancel=job.cancelled,
        )
        return _Found(trials, predicted)

    if jobs.find(key) is None and graph_of(view).n_edges > _MANY_EDGES and not _is_asked(view):
        return None
    job = jobs.start(key, work, patience=1.5)
    if jobs.is_stopped(job) or not job.ended:
        show_progress(job, "Hiding and learning")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


def _is_asked(view: View) -> bool:
    """Draw the button that starts what takes a while."""
    st.caption(
        f"A graph of {graph_of(view).n_edges:,} edges: learning it anew takes as long as it did at "
        "first, each time."
    )
    return st.button("Hide and learn", type="primary", icon=":material/visibility_off:")


# --- what is shown ------------------------------------------------------------------------------


def _sentence(view: View, found: _Found | None) -> str:
    label = plain(_model_name(view))
    if found is None:
        return f"Does {label} find links that it was not shown?"
    means = {who: summarize(found.trials, who)[0].auc for who in _NAMES}
    counted = max((COMMON, ADAMIC), key=lambda who: means[who])
    return (
        f"By {label} a hidden link scores above a pair without one in {share(means['model'])} of "
        f"cases; by {_NAMES[counted]}, which only counts, in {share(means[counted])}"
    )


def _model_name(view: View) -> str:
    assert view.model is not None
    return view.model.spec.label.split(",")[0]


def _draw_scores(view: View, found: _Found) -> None:
    """Draw both scores of the model and of what it is compared with, and say what they mean."""
    trials, first = found.trials, found.trials[0].hidden
    scores = {who: summarize(trials, who) for who in _NAMES}
    prior = len(first.edges) / (len(first.edges) + len(first.others))
    names = {who: name[:1].upper() + name[1:] for who, name in _NAMES.items()}
    names = {**names, "model": shortened(_model_name(view), 24)}
    for title, name, chance in (
        ("ROC-AUC", "auc", 0.5),
        ("Average precision", "average_precision", prior),
    ):
        st.markdown(f"**{title}** · :small[the dashed line is chance]")
        st.altair_chart(_chart(scores, names, name, chance), height=150)
    mean = scores["model"][0]
    many = f"{len(trials)} times" if len(trials) > 1 else "once"
    spread = " A bar spans the lowest and the highest time." if len(trials) > 1 else ""
    st.caption(
        f"{count(len(first.edges), 'edge')} ({share(first.share)}) hidden and "
        f"{count(len(first.others), 'pair')} without one drawn, {many}.{spread} *ROC-AUC* "
        f"{score(mean.auc)}: of a hidden edge and a pair without one, the hidden one scores higher "
        f"in {share(mean.auc)} of all cases; half would be chance. *Average precision* "
        f"{score(mean.average_precision)}: going down from the highest score, the mean share of "
        f"hidden edges so far; by chance it is their share in the mix, here {share(prior)}. "
        "*Common neighbours* counts the nodes both are linked to; *Adamic-Adar* counts those with "
        "few links for more (2003). Neither learns anything: a model is worth its training where "
        "it does better."
    )
    looked_for = sum(len(trial.hidden.edges) for trial in trials)
    if looked_for < _FEW:
        st.caption(
            f"{count(looked_for, 'hidden edge')} in all, a number from which little follows: hide "
            "more, more often, or bring a larger graph."
        )


def _chart(
    scores: Mapping[str, tuple[LinkScore, LinkScore, LinkScore]],
    names: Mapping[str, str],
    what: str,
    chance: float,
) -> Any:
    import altair as alt

    rows = [
        {
            "Who": names[who],
            "Mean": round(getattr(mean, what), 3),
            "Lowest": round(getattr(low, what), 3),
            "Highest": round(getattr(high, what), 3),
        }
        for who, (mean, low, high) in scores.items()
    ]
    y = alt.Y("Who:N", title=None, sort=list(names.values()), axis=alt.Axis(labelLimit=140))
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(pd.DataFrame(rows)).encode(y=y, tooltip=["Who", "Mean", "Lowest", "Highest"])
    color = alt.condition(
        alt.datum.Who == names["model"], alt.value(CATEGORIES[0]), alt.value(GREY)
    )
    bar = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("Lowest:Q", title=None, scale=scale), x2="Highest:Q", color=color
    )
    dot = base.mark_circle(size=90, opacity=1).encode(x=alt.X("Mean:Q", scale=scale), color=color)
    text = base.mark_text(dy=-11, fontSize=11).encode(
        x="Mean:Q", text=alt.Text("Mean:Q", format=".3f"), color=alt.value(GREY)
    )
    line = (
        alt.Chart(pd.DataFrame({"at": [chance]}))
        .mark_rule(strokeDash=[4, 3], color=GREY)
        .encode(x="at:Q")
    )
    return alt.layer(line, bar, dot, text)


def _draw_predicted(view: View, predicted: Predicted, metric: str) -> None:
    """Draw the likeliest missing links by name, and which of them were hidden."""
    ids, selection = view.collection.ids, Selection(view)
    key = f"{view.choices.page}-missing"

    def picked() -> None:
        rows = picked_rows(key)
        if rows:
            known = view.embedding.positions
            pair = (ids[at] for at in predicted.pairs[rows[0]])
            selection.select(tuple(id_ for id_ in pair if id_ in known))

    one, other = predicted.pairs.T
    table = pd.DataFrame(
        {
            "Missing link": [
                f"{shortened(ids[a], 28)} – {shortened(ids[b], 28)}"
                for a, b in zip(one.tolist(), other.tolist(), strict=True)
            ],
            _METRICS[metric]: predicted.scores,
            "In common": predicted.common,
            "Was hidden": ["found" if found else "" for found in predicted.hidden.tolist()],
        }
    )
    st.markdown(_told(predicted))
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        row_height=_ROW,
        height=min(_HEIGHT, _ROW * (len(table) + 1) + 10),
        on_select=picked,
        selection_mode="single-cell",
        column_config={
            _METRICS[metric]: st.column_config.NumberColumn(format="%.3f", width=75),
            "In common": st.column_config.NumberColumn(
                width=80, help="Nodes both are linked to, by the edges that were left."
            ),
            "Was hidden": st.column_config.TextColumn(
                width=85, help="Found: an edge that was hidden. Else it is a guess."
            ),
        },
    )
    st.caption(
        "The strongest of the pairs that no edge joins, the first time. A click selects both "
        f"nodes.{_sampled(view, predicted)}"
    )


def _told(predicted: Predicted) -> str:
    """Say how many hidden edges are among as many of the strongest pairs, beside chance."""
    top = min(predicted.n_hidden, len(predicted.pairs))
    if not top:
        return "No pair without an edge was left to look at."
    hits = int(predicted.hidden[:top].sum())
    expected = top * predicted.n_hidden / predicted.n_pairs
    return (
        f"**{hits}** of the {top:,} strongest pairs are hidden edges; of {top:,} drawn from all "
        f"{predicted.n_pairs:,} pairs without an edge it would be {expected:.2g}. So rare are "
        "missing links among all pairs that a high ROC-AUC still leaves many wrong guesses."
    )


def _sampled(view: View, predicted: Predicted) -> str:
    if predicted.n_nodes >= len(view.collection):
        return ""
    left = len(view.collection) - predicted.n_nodes
    return (
        f" Pairs of {predicted.n_nodes:,} nodes with all others were looked at; {left:,} others "
        "have no vector, or were not drawn, as all pairs would be too many."
    )


QUESTION = Question("missing", "Missing links", _ask)
