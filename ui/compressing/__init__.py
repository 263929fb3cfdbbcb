"""How small vectors can get: bytes, neighbours kept and time, way by way."""

from __future__ import annotations

import pandas as pd
import streamlit as st

import embedding_core as ec
from embedding_core.collection import Collection
from embedding_core.compression import CompressionReport, Measured, raw_weights
from embedding_core.compression.recipes import Recipe
from embedding_core.jobs import Job
from embedding_core.params import Param
from embedding_core.teaching.glossary import linked
from ui import jobs
from ui.compressing.chart import draw_chart
from ui.compressing.losers import show_losers
from ui.compressing.own import choose_recipes
from ui.compressing.subject import Subject
from ui.errors import show_notes
from ui.plain import count, plain, share
from ui.state import Choices, picked_rows

_ROW, _ROWS = 29, 14
_GOOD = 0.95
_FORMS = {
    "text": "as text",
    "file": "as files",
    "pixels": "decoded to pixels",
    "samples": "decoded to samples",
}
_TERMS = ("pca", "johnson-lindenstrauss", "quantisation", "product-quantisation")
_WAYS = """
Fewer numbers:
- **PCA** keeps the directions in which these vectors spread most.
- **Random projection** turns them into some directions that chance chose. Distances stay about
  right, whatever the vectors are (Johnson and Lindenstrauss, 1984).

Less of each number:
- **float32** is how vectors come: 4 bytes, about 7 digits. **float16** has 2 bytes and 3 digits.
- **int8** cuts the range of each number into 256 steps: 1 byte.
- **Binary** keeps only whether a number is above its mean: 1 bit. Near is how few bits differ.
- **Product quantisation** (PQ) cuts a vector into pieces and keeps of each only which of 256
  examples is most like it: 1 byte a piece. With fewer than 256 vectors it is 16 examples, half a
  byte (Jégou, Douze and Schmid, 2011).
"""
_SCALE = Param(
    "at", "For how many vectors", "number", 1_000_000,
    "Memory is told for this many; what all share, such as code books, is in it once.",
    minimum=1, maximum=10**12, step=1,
)  # fmt: skip


def compare_recipes(choices: Choices, subject: Subject) -> None:
    """Draw what each way costs and keeps, and who loses by the chosen one."""
    sentence = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        recipes = choose_recipes(choices, subject)
        with st.popover("What the ways are", type="tertiary", icon=":material/help:"):
            st.markdown(linked(_WAYS, _TERMS))
        with st.container(width=210):
            scale = int(choices.number("at", _SCALE))
    report = _measured(subject, recipes)
    chosen = _chosen(choices, report)
    with sentence:
        st.markdown(f"### {_sentence(subject, report)}")
        st.caption(_weights(subject))
    with st.container(key="side-by-side"):
        left, right = st.columns([5, 6], gap="medium")
        with left:
            draw_chart(report, chosen.recipe.name, scale)
        with right:
            _table(choices, report, chosen, scale)
    st.caption(_explained(subject, report))
    show_losers(subject, report, chosen)
    show_notes(
        [*choices.notes, *subject.data.collection.notes]
        + [f"{recipe.label} was left out: {why}" for recipe, why in report.left_out]
    )


def _measured(subject: Subject, recipes: tuple[Recipe, ...]) -> CompressionReport:
    """Return the figures; the page ends with progress while they are computed."""
    embedding = subject.embedding
    names = tuple(recipe.name for recipe in recipes)
    key = ("compression", embedding.fingerprint, names, subject.metric, subject.k, subject.seed)

    def work(job: Job[CompressionReport]) -> CompressionReport:
        return ec.measure_compression(
            embedding,
            recipes,
            subject.k,
            subject.metric,
            seed=subject.seed,
            progress=job.progress,
            cancel=job.cancelled,
        )

    return jobs.finish(key, work, "Compression")


def _chosen(choices: Choices, report: CompressionReport) -> Measured:
    """Return the way whose losses are told: the one asked for, else one byte a number."""
    known = {each.recipe.name: each for each in report.measured}
    usual = "int8" if "int8" in known else next(iter(known))
    name = choices.value("as", usual, lambda texts: texts[-1])
    if name not in known:
        choices.set("as", usual)
        name = usual
    choices.link("as", [name] if name != usual else [])
    return known[name]


# --- what is said ---------------------------------------------------------------------------------


def _sentence(subject: Subject, report: CompressionReport) -> str:
    """Read the figures: the smallest that keeps nearly all, and the smallest of all."""
    whole = report.measured[0]
    others = report.measured[1:]
    kept = f"of the {report.k} nearest"
    good = [each for each in others if each.recall >= _GOOD]
    told = f"{count(whole.recipe.dim or subject.embedding.dim, 'number')} make a vector of "
    told += f"{_size(whole.bytes_per_vector)}. "
    if good:
        best = min(good, key=lambda each: each.bytes_per_vector)
        told += f"As **{best.recipe.label}** it takes {_times(whole, best)} less and keeps "
        told += f"{share(best.recall)} {kept}"
    else:
        told += f"No way here keeps {_GOOD:.0%} {kept}"
    least = min(others, key=lambda each: each.bytes_per_vector, default=whole)
    if least is not whole and (not good or least.recall < _GOOD):
        told += f"; **{least.recipe.label}** takes {_times(whole, least)} less and keeps "
        told += share(least.recall)
    return f"{told}."


def _times(whole: Measured, other: Measured) -> str:
    return f"{whole.bytes_per_vector / other.bytes_per_vector:.3g} times"


def _weights(subject: Subject) -> str:
    """Say what the items weigh before they are vectors, and what their vectors weigh."""
    embedding = subject.embedding
    vectors = f"their vectors {_size(4 * embedding.dim * len(embedding))}"
    forms = [
        f"{_size(weight.nbytes)} {_FORMS[weight.form]}" for weight in _raw(subject.data.collection)
    ]
    if not forms:
        return f"{count(len(embedding), 'item')}: {vectors} in float32."
    return (
        f"{count(len(subject.data.collection), 'item')} weigh {' or '.join(forms)}, {vectors} in "
        "float32. A vector is as long for a small item as for a large one, and two of them are "
        "compared in one step."
    )


@st.cache_resource(
    max_entries=16, show_spinner=False, hash_funcs={Collection: lambda each: each.fingerprint}
)
def _raw(collection: Collection):
    return raw_weights(collection)


def _explained(subject: Subject, report: CompressionReport) -> str:
    n, asked = len(subject.embedding), len(report.asked)
    whom = f"{asked:,} of {count(n, 'item')}" if asked < n else f"all {count(n, 'item')}"
    return (
        f"Neighbours kept: of the {report.k} nearest of each item among the vectors as they are, "
        f"the share still among its {report.k} nearest, mean over {whom} with its 95% interval; by "
        f"chance {share(report.chance)}. Search: the median time of one query against all "
        f"{n:,}, on one thread of this machine; with few vectors it is mostly the call itself. "
        "Directions, ranges and examples are learned from these very vectors, so others may lose a "
        "little more."
    )


def _size(nbytes: float) -> str:
    """Return bytes as people read them: 200 bytes, 5.1 kB, 40 MB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if nbytes < 999.5:
            return f"{nbytes:.3g} {unit}"
        nbytes /= 1_000
    return f"{nbytes:,.3g} TB" if nbytes < 999.5 else f"{nbytes:,.0f} TB"


# --- the table ------------------------------------------------------------------------------------


def _table(choices: Choices, report: CompressionReport, chosen: Measured, scale: int) -> None:
    """Draw one row for each way; a click chooses the one whose losses are told."""
    whole = report.measured[0]
    table = pd.DataFrame(
        {
            "Kept as": [
                f"{'▸ ' if each is chosen else ''}{each.recipe.short}" for each in report.measured
            ],
            "Bytes": [each.bytes_per_vector for each in report.measured],
            "Smaller": [whole.bytes_per_vector / each.bytes_per_vector for each in report.measured],
            "Memory": [_size(each.total_bytes(scale)) for each in report.measured],
            "Kept": [100 * each.recall for each in report.measured],
            "Search": [1e6 * each.seconds for each in report.measured],
        }
    )
    key = "compression-table"

    def clicked() -> None:
        picked = picked_rows(key)
        if picked:
            choices.set("as", report.measured[picked[0]].recipe.name)

    st.dataframe(
        table,
        key=key,
        hide_index=True,
        row_height=_ROW,
        height=min(len(table) + 1, _ROWS) * _ROW + 8,
        on_select=clicked,
        selection_mode="single-cell",
        column_config={
            "Kept as": st.column_config.TextColumn(
                width=165, help="A click shows below who loses neighbours by it."
            ),
            "Bytes": st.column_config.NumberColumn(
                format="localized", width=55, help="Of each vector."
            ),
            "Smaller": st.column_config.NumberColumn(
                format="%.3g ×", width=62, help="How many times, against float32."
            ),
            "Memory": st.column_config.TextColumn(
                width=72, help=plain(f"Memory of {scale:,} such vectors.")
            ),
            "Kept": st.column_config.ProgressColumn(
                width=92, format="%.1f%%", min_value=0.0, max_value=100.0,
                help="Share of the true neighbours that are still found.",
            ),
            "Search": st.column_config.NumberColumn(
                format="%.0f µs", width=65, help="Median time of one query."
            ),
        },
    )  # fmt: skip
