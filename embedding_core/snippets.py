"""A view as Python: the lines that make it again with the public functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from embedding_core.embedders import EMBEDDERS
from embedding_core.models import TrainerSpec
from embedding_core.params import ParamValue
from embedding_core.projectors import PROJECTORS
from embedding_core.samples import CORPORA, SAMPLES

_LINE = 88


@dataclass(frozen=True)
class Source:
    """Where a view's items come from: one of the three.

    Attributes
    ----------
    sample : str
        A name in ``SAMPLES``.
    path : str
        A file, ZIP or folder.
    words : str
        Typed words, apart by commas or lines.
    modality : str
        What the file holds; guessed where empty.
    options : mapping
        For reading the file, such as ``column``.
    """

    sample: str = ""
    path: str = ""
    words: str = ""
    modality: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


def snippet(
    source: Source,
    *,
    model: str = "",
    params: Mapping[str, ParamValue] | None = None,
    corpus: str = "",
    model_seed: int = 0,
    projector: str = "umap",
    projector_params: Mapping[str, ParamValue] | None = None,
    n_components: int = 2,
    metric: str = "cosine",
    seed: int = 0,
    color: str = "",
) -> str:
    """Return a Python program that makes a view again and writes it as ``map.html``.

    Parameters
    ----------
    source : Source
    model : str
        A name in ``EMBEDDERS``; empty for ready-made vectors.
    params : mapping, optional
        The model's settings.
    corpus : str
        A name in ``CORPORA`` or a text file, for models that learn from text.
    model_seed : int
        The seed of a training.
    projector : str
        A name in ``PROJECTORS``.
    projector_params : mapping, optional
        Its settings.
    n_components, metric, seed
        As for ``project()``.
    color : str
        The column to colour by, or empty.

    Returns
    -------
    str
        Every setting is written out, so that other defaults to come change nothing.
    """
    spec = EMBEDDERS[model] if model else None
    PROJECTORS[projector]  # Raises where there is none.
    lines = ["import embedding_core as ec", "", f"items = {_reading(source)}"]
    keywords: dict[str, object] = {k: v for k, v in (params or {}).items() if k != "seed"}
    if corpus:
        call = "ec.sample_corpus" if corpus in CORPORA else "ec.read_corpus"
        lines.append(f"text = {call}({corpus!r})")
        keywords = {"corpus": _Name("text"), **keywords}
    if isinstance(spec, TrainerSpec):
        keywords["seed"] = model_seed
    embed = [_Name("items"), model] if model else [_Name("items")]
    drawing = {"n_components": n_components, "metric": metric, "seed": seed}
    shown = {"collection": _Name("items"), **({"color": color} if color else {})}
    trust = _call("ec.quality", [_Name("embedding"), _Name("projection")], {})
    lines += [
        _call("embedding = ec.embed", embed, keywords),
        _call(
            "projection = ec.project",
            [_Name("embedding"), projector],
            {**drawing, **(projector_params or {})},
        ),
        f"trust = {trust}",
        "if trust is not None:",
        '    print(f"keeps {trust.neighbor_recall:.0%} of true neighbours")',
        _call(
            "ec.figures.write_html",
            ["map.html", _Name("embedding"), _Name("projection")],
            {**shown, "quality": _Name("trust")},
        ),
    ]
    return "\n".join(lines) + "\n"


class _Name(str):
    """A variable, written without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _reading(source: Source) -> str:
    if source.sample:
        SAMPLES[source.sample]  # Raises where there is none.
        return f"ec.SAMPLES[{source.sample!r}].read()"
    if source.path:
        arguments = [source.path, source.modality] if source.modality else [source.path]
        return _call("ec.read", arguments, source.options)
    return f"ec.words({source.words!r})"


def _call(name: str, arguments: Sequence[object], keywords: Mapping[str, object]) -> str:
    """Return a call, on one line where it fits, else with a line for each argument."""
    parts = [repr(value) for value in arguments]
    parts += [f"{key}={value!r}" for key, value in keywords.items()]
    line = f"{name}({', '.join(parts)})"
    if len(line) <= _LINE:
        return line
    return "\n".join([f"{name}(", *(f"    {part}," for part in parts), ")"])
