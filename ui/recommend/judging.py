"""Is it any good? Ratings are hidden, and what is recommended without them is held against them."""

from __future__ import annotations

import streamlit as st

import embedding_core as ec
from embedding_core.errors import ExplorerError
from embedding_core.jobs import Job
from embedding_core.offline import Measure, OfflineTest, judge
from embedding_core.params import Param
from embedding_core.ratings import Role
from embedding_core.same_label import SameLabel
from ui import jobs
from ui.errors import tell
from ui.plain import count, plain, score, share, word
from ui.questions.base import Question, notes
from ui.recommend.bars import draw_beside
from ui.recommend.reading import is_implicit, only, ratings_in
from ui.view import View

_LENGTH = Param(
    "k", "Length of a list", "number", 10, "How many items are recommended to each user.",
    minimum=1, maximum=100, step=1,
)  # fmt: skip
_HIDDEN = Param(
    "hidden", "Hidden, in %", "number", 20, "How many of the ratings the model does not see.",
    minimum=5, maximum=80, step=5,
)  # fmt: skip
_MEANS = {
    "precision": ("Precision", "The share of a list that was liked"),
    "recall": ("Recall", "The share of what was liked that is in the list"),
    "ndcg": (
        "NDCG",
        "How near the list comes to the best there could be, which is 1; the top of it counts most "
        "(Järvelin and Kekäläinen, 2002)",
    ),
}
_SURE = 2.0  # Standard errors.


@st.fragment
def _ask(view: View) -> None:
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", key="recommend-judge"):
        with st.container(width=150):
            k = int(view.choices.number("k", _LENGTH))
        with st.container(width=150):
            hidden = int(view.choices.number("hidden", _HIDDEN))
    found = _judged(view, k, hidden / 100)
    if found is not None:
        with sentence:
            st.markdown(f"##### {_sentence(found)}")
            notes(view)
        st.caption(plain(_how(view, found)))
    with st.container(key="side-by-side"):
        if found is not None:
            _measures(view, found)
        _truth(view)
    view.choices.publish()


def _judged(view: View, k: int, hidden: float) -> OfflineTest | None:
    """Return the test; None while it runs, or where it cannot."""
    model = view.model
    assert model is not None
    settings = tuple(model.params.items())
    key = ("judge", view.collection.fingerprint, settings, model.seed, k, hidden)

    def work(job: Job[OfflineTest]) -> OfflineTest:
        return judge(
            view.collection,
            k=k,
            share=hidden,
            seed=model.seed,
            progress=job.progress,
            cancel=job.cancelled,
            **dict(settings),
        )

    job = jobs.start(key, work, patience=1.5)
    if jobs.is_stopped(job) or not job.ended:
        jobs.show_progress(job, "Test")
        return None
    if isinstance(job.error, ExplorerError):
        tell(str(job.error))
        return None
    return job.result()


# --- what is shown --------------------------------------------------------------------------------


def _sentence(found: OfflineTest) -> str:
    """Read the test: who hits more, and whether that may be chance."""
    ndcg = found.measures[-1]
    ours, theirs = _number(ndcg.value), _number(ndcg.popular)
    if not is_told_apart(ndcg):
        return (
            "The model's lists and the most popular items are about as good "
            f"({ours} and {theirs} by NDCG)"
        )
    if ndcg.value > ndcg.popular:
        return (
            "The model's lists are better than the most popular items "
            f"({ours} against {theirs} by NDCG)"
        )
    return (
        f"The most popular items are better than the model's lists ({theirs} against {ours} by "
        "NDCG)"
    )


def is_told_apart(measure: Measure) -> bool:
    """Tell whether model and popularity differ by more than chance explains; not where unknown."""
    return abs(measure.value - measure.popular) > _SURE * measure.error


def _how(view: View, found: OfflineTest) -> str:
    """Return how the test was done, of how many users, and what counted as liked."""
    hidden, all_ = f"{found.n_hidden:,}", f"{len(ratings_in(view)):,}"
    split = (
        f"Split by time: the latest {hidden} of {all_} ratings were hidden, so that nothing was "
        "learned from the future."
        if found.by_time
        else f"No times are known, so {hidden} of {all_} ratings were hidden, some of every user "
        "at random; a split by time would be stricter."
    )
    liked = (
        "Everything hidden counts as liked."
        if is_implicit(view)
        else f"Liked is what got {found.liked:.2f}, the mean of the ratings learned from, or more."
    )
    left = (
        f" {count(found.n_left_out, 'user')} could not be judged: with nothing to learn from, or "
        "nothing liked among the hidden."
        if found.n_left_out
        else ""
    )
    return f"{split} Each list was made for one of {count(found.n_users, 'user')}. {liked}{left}"


def _measures(view: View, found: OfflineTest) -> None:
    columns = st.columns(len(found.measures), gap="large")
    for column, measure in zip(columns, found.measures, strict=True):
        name, meaning = _MEANS[measure.name]
        with column:
            st.markdown(f"**{name} of {count(found.k, 'item')}**")
            draw_beside(
                [
                    ("This model", measure.value, _number(measure.value)),
                    ("The most popular", measure.popular, _number(measure.popular)),
                ]
            )
            st.caption(plain(f"{meaning}. {_in_words(measure)}"))
    if is_told_apart(found.measures[-1]) and found.measures[-1].value < found.measures[-1].popular:
        st.caption(plain(_why_popular(is_implicit(view))))


def _in_words(measure: Measure) -> str:
    """Return the difference, its standard error, and what the two say together."""
    gap = measure.value - measure.popular
    if measure.error != measure.error:
        return "Of one user alone it cannot be told whether the difference is chance."
    told = f"Difference {_number(gap)}, standard error {_number(measure.error)}:"
    if is_told_apart(measure):
        return f"{told} more than two of them, so hardly chance."
    return f"{told} less than two of them, so it may be chance."


def _why_popular(implicit: bool) -> str:
    text = (
        "What is popular is hard to beat where most ratings are of few items (Cremonesi, Koren and "
        "Turrin, 2010)."
    )
    if implicit:
        return (
            f"{text} Fewer dimensions, a higher penalty or a lower confidence, in the model's "
            "settings, are worth a try."
        )
    return (
        f"{text} Here the model learns how much people like what they rate, not what they come to "
        "rate; “Only that”, in the model's settings, learns the latter."
    )


# --- the truth of made-up ratings -----------------------------------------------------------------


def _truth(view: View) -> None:
    """Draw how well the known tastes were recovered; of real ratings no taste is known."""
    column = view.data.color
    if not view.data.source.sample or column not in view.collection.table:
        return
    st.markdown("**Are the known tastes found?**")
    st.caption(
        plain(
            "These ratings are made up, so the truth is known: each film's kind, and what each "
            "user likes most. The model was told neither."
        )
    )
    roles: tuple[tuple[Role, str], ...] = (("item", "Items"), ("user", "Users"))
    for place, (role, named) in zip(st.columns(2, gap="large"), roles, strict=True):
        found = _recovered(view, role, column)
        low, high = (share(end) for end in found.chance_range)
        with place:
            st.markdown(f"{named}: the nearest has the same {word(column)}")
            draw_beside(
                [
                    ("This model", found.value, share(found.value)),
                    ("By chance", found.chance, share(found.chance)),
                ]
            )
            mixed = (
                " A user's taste is a mixture, of which the strongest part is asked for."
                if role == "user"
                else ""
            )
            st.caption(
                plain(
                    f"Of {len(found):,}, by cosine; dealt out anew, 95% of the shares lie between "
                    f"{low} and {high}.{mixed}"
                )
            )


def _recovered(view: View, role: Role, column: str) -> SameLabel:
    among = only(view, role)
    table, positions = view.collection.table, view.collection.positions
    labels = [str(table[column].iloc[positions[id_]]) for id_ in among.ids]
    return _same(view.collection.fingerprint, among.fingerprint, column, among, labels)


@st.cache_resource(max_entries=16, show_spinner=False)
def _same(
    collection: str, embedding: str, column: str, _among: ec.Embedding, _labels: list[str]
) -> SameLabel:
    return ec.same_label(_among, _labels)


def _number(value: float) -> str:
    return score(value)


QUESTION = Question("judge", "Is it any good?", _ask)
