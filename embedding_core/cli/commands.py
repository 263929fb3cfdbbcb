"""Commands that make files: embed, project, map."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass

import embedding_core as ec
from embedding_core.cli.inputs import Opened, make_embedding, open_input, split_settings
from embedding_core.cli.terminal import ProgressLine, say, say_notes
from embedding_core.collection import Collection
from embedding_core.embedding import Embedding
from embedding_core.exports import SUFFIXES
from embedding_core.figures.caption import making, trust_words
from embedding_core.figures.colours import colours_of
from embedding_core.project_file import kept_projection
from embedding_core.projection import Projection
from embedding_core.quality import Quality
from embedding_core.writing import check_target

_PROJECTOR = next(iter(ec.PROJECTORS))


@dataclass(frozen=True)
class Drawn:
    """A map and all it was made of."""

    collection: Collection
    embedding: Embedding
    projection: Projection
    quality: Quality | None


def embed(arguments: Namespace) -> None:
    """Embed INPUT and write its vectors."""
    target = check_target(arguments.out, SUFFIXES)
    owners = {arguments.model: ec.EMBEDDERS[arguments.model].params} if arguments.model else {}
    params = split_settings(arguments.set, owners).get(arguments.model, {})
    opened = open_input(arguments)
    with ProgressLine() as progress:
        embedding = make_embedding(arguments, opened.collection, params, progress)
    ec.write(target, opened.collection, embedding)
    items = "1 vector" if len(embedding) == 1 else f"{len(embedding):,} vectors"
    say(f"{items} of {embedding.dim:,} dimensions, written to {target}.")


def project(arguments: Namespace) -> None:
    """Draw the map of INPUT and write it beside the vectors."""
    target = check_target(arguments.out, SUFFIXES)
    drawn = _draw(arguments, open_input(arguments), fresh=True)
    ec.write(target, drawn.collection, drawn.embedding, drawn.projection)
    _say_trust(drawn)
    say(f"Written to {target}.")


def draw(arguments: Namespace) -> None:
    """Draw the map of INPUT as an HTML page."""
    target = check_target(arguments.out, (".html", ".htm"))
    opened = open_input(arguments)
    color = arguments.color or ec.figures.default_color(opened.collection, opened.color)
    if color:
        # Said before the map is drawn, which may take long.
        colours_of(opened.collection, color, opened.collection.ids)
    drawn = _draw(arguments, opened, fresh=False)
    ec.figures.write_html(
        target,
        drawn.embedding,
        drawn.projection,
        collection=drawn.collection,
        color=color,
        quality=drawn.quality,
    )
    _say_trust(drawn)
    say(f"Written to {target}.")


def _draw(arguments: Namespace, opened: Opened, *, fresh: bool) -> Drawn:
    """Embed, project and measure; INPUT's own map is taken where no other is asked for."""
    name = arguments.projector or _PROJECTOR
    owners = {name: ec.PROJECTORS[name].params}
    if arguments.model:
        owners[arguments.model] = ec.EMBEDDERS[arguments.model].params
    settings = split_settings(arguments.set, owners)
    asked = (arguments.projector, arguments.dims, arguments.metric, arguments.seed, arguments.model)
    with ProgressLine() as progress:
        params = settings.get(arguments.model, {})
        embedding = make_embedding(arguments, opened.collection, params, progress)
        projection = None
        if not fresh and not arguments.set and all(choice is None for choice in asked):
            projection = kept_projection(opened.collection)
        if projection is None:
            projection = ec.project(
                embedding,
                name,
                n_components=arguments.dims or 2,
                metric=arguments.metric or "cosine",
                seed=arguments.seed or 0,
                progress=progress,
                **settings[name],
            )
        quality = ec.quality(embedding, projection, progress=progress)
    say_notes(projection.notes)
    return Drawn(opened.collection, embedding, projection, quality)


def _say_trust(drawn: Drawn) -> None:
    say(f"{making(drawn.embedding, drawn.projection)}.")
    words = trust_words(drawn.quality)
    say(f"{words[0].upper()}{words[1:]}.")
