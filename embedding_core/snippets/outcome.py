"""What a view says: who is near whom, how far the map can be trusted; and its picture."""

from __future__ import annotations

from embedding_core.figures.colours import Categories, colours_of
from embedding_core.palette import CATEGORIES
from embedding_core.snippets.script import Name, Script, assigned, call, quoted
from embedding_core.snippets.view import Recipe

_K = 15
_COLOURS = 12


def write(script: Script, recipe: Recipe) -> None:
    """Write the neighbours, the figures of trust and the picture."""
    script.imports("import numpy as np")
    if not recipe.are_few:
        _neighbors(script, recipe)
        _trust(script, recipe)
    _picture(script, recipe)


def _neighbors(script: Script, recipe: Recipe) -> None:
    lines = [f"k = min({_K}, (len(names) - 1) // 2)"]
    if recipe.metric == "dot":
        lines += [
            "products = vectors @ vectors.T",
            "np.fill_diagonal(products, -np.inf)",
            "near = np.argsort(-products, axis=1)[:, :k]",
        ]
    else:
        script.imports("from sklearn.neighbors import NearestNeighbors")
        lines += [
            f'search = NearestNeighbors(n_neighbors=k, metric="{recipe.metric}").fit(vectors)',
            "near = search.kneighbors(return_distance=False)",
        ]
    script.step(
        *lines,
        'print(names[0], "is near", ", ".join(names[at] for at in near[0][:5]))',
        about="Neighbours.",
    )


def _trust(script: Script, recipe: Recipe) -> None:
    script.imports(
        "from sklearn.manifold import trustworthiness",
        "from sklearn.neighbors import NearestNeighbors",
    )
    measured = f'trustworthiness(vectors, coords, n_neighbors=k, metric="{recipe.metric}")'
    before = []
    if recipe.metric == "dot":
        # Products turned into distances in the same order.
        before = ["np.fill_diagonal(products, products.max())"]
        measured = (
            "trustworthiness(\n    products.max() - products, coords, n_neighbors=k, "
            'metric="precomputed"\n)'
        )
    script.step(
        *before,
        f"trust = {measured}",
        "search = NearestNeighbors(n_neighbors=k).fit(coords)",
        "shown = search.kneighbors(return_distance=False)",
        "kept = np.mean([np.isin(a, b).mean() for a, b in zip(near, shown)])",
        'print(f"keeps {kept:.1%} of true neighbours; trustworthiness {trust:.3f}")',
        about="How far the map can be trusted.",
    )


def _picture(script: Script, recipe: Recipe) -> None:
    script.imports("import plotly.express as px")
    three = recipe.n_components == 3
    places = {axis: Name(f"coords[:, {at}]") for at, axis in enumerate("xyz"[: 2 + three])}
    keywords: dict[str, object] = {**places, "hover_name": Name("names")}
    before, colours = _coloring(recipe)
    drawn = call("figure = px.scatter_3d" if three else "figure = px.scatter", [], {
        **keywords,
        **colours,
    })  # fmt: skip
    after = [] if three else ['figure.update_yaxes(scaleanchor="x")']
    script.step(*before, drawn, *after, 'figure.write_html("map.html")', about="The picture.")


def _coloring(recipe: Recipe) -> tuple[list[str], dict[str, object]]:
    """Return the lines and keywords that colour as on screen."""
    name, known = recipe.color, recipe.known
    one: dict[str, object] = {"color_discrete_sequence": [CATEGORIES[0]]}
    if not name or (known is not None and name not in known.table.columns):
        # What is measured on the map, such as trust, is no column.
        return [], one
    cells: dict[str, object] = {
        "color": Name(f"table[{quoted(name)}].tolist()"),
        "color_continuous_scale": "viridis",
    }
    if known is None:
        sequence = {"color_discrete_sequence": Name("colours")}
        return [assigned("colours", CATEGORIES[:_COLOURS])], {**cells, **sequence}
    ids = [id_ for id_ in known.ids if not recipe.only or id_ in set(recipe.only)]
    found = colours_of(known, name, ids)
    if not isinstance(found, Categories):
        return [], cells
    lines = [
        f"groups = table[{quoted(name)}].astype(str).tolist()",
        assigned("order", found.names),
        assigned("colours", found.colours),
    ]
    return lines, {
        "color": Name("groups"),
        "category_orders": Name('{"color": order}'),
        "color_discrete_sequence": Name("colours"),
    }
