"""A view that other libraries cannot make again: by this project's public functions."""

from __future__ import annotations

from embedding_core.embedders import EMBEDDERS
from embedding_core.models import TrainerSpec
from embedding_core.preprocessing import RAW
from embedding_core.samples import CORPORA
from embedding_core.snippets.items import reading, sample_file
from embedding_core.snippets.maps import written
from embedding_core.snippets.script import Name, Script, assigned, call, quoted
from embedding_core.snippets.texts import model_name
from embedding_core.snippets.vectors import file_name, is_elsewhere
from embedding_core.snippets.view import Recipe


def is_needed(recipe: Recipe) -> bool:
    """Tell whether the model or what the map asks of it is only here.

    Semantic axes may be named by any word the model knows, whether it is among the items or not.
    """
    if not recipe.model:
        return False
    named = any(recipe.projector_params.values()) if recipe.projector == "axes" else False
    return named or not is_elsewhere(recipe)


def write(script: Script, recipe: Recipe) -> None:
    """Write how to get ``names``, ``table``, ``vectors`` and ``coords``."""
    script.imports("import embedding_core as ec", "import numpy as np")
    lines = [f"items = {_reading(recipe)}"]
    keywords: dict[str, object] = dict(recipe.params)
    for name, told in (("path", file_name), ("model", model_name)):
        if name in keywords:
            keywords[name] = told(str(keywords[name]))
    if recipe.corpus:
        reader = "ec.sample_corpus" if recipe.corpus in CORPORA else "ec.read_corpus"
        lines.append(f"text = {reader}({quoted(recipe.corpus)})")
        keywords = {"corpus": Name("text"), **keywords}
    if isinstance(EMBEDDERS[recipe.model], TrainerSpec):
        keywords["seed"] = recipe.model_seed
    lines.append(call("embedding = ec.embed", [Name("items"), recipe.model], keywords))
    if recipe.only:
        lines += [
            assigned("only", recipe.only),
            "embedding = embedding.take([embedding.position(name) for name in only])",
        ]
    if recipe.preprocessing != RAW:
        lines.append(f"embedding = ec.preprocess(embedding, {quoted(recipe.preprocessing)})")
    drawing = {"n_components": recipe.n_components, "metric": recipe.metric, "seed": recipe.seed}
    lines += [
        call(
            "coords = ec.project",
            [Name("embedding"), recipe.projector],
            {**drawing, **written(recipe.projector_params)},
        )
        + ".coords",
        "names, vectors = list(embedding.ids), embedding.vectors",
        "table = items.select(names).table",
    ]
    script.step(*lines, about="Our engine: what other libraries do not have.")


def _reading(recipe: Recipe) -> str:
    source, spec = recipe.source, EMBEDDERS[recipe.model]
    if spec.modality != "text":
        return reading(source, spec.modality)
    unit = spec.unit
    options: dict[str, object] = {} if unit == "word" else {"unit": unit}
    options |= source.options
    if source.sample:
        return call("ec.read", [sample_file(source.sample)], options)
    if source.path:
        arguments = [source.path, source.modality] if source.modality else [source.path]
        return call("ec.read", arguments, options)
    return f"{'ec.words' if unit == 'word' else 'ec.sentences'}({quoted(source.words)})"
