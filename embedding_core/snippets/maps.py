"""The map of a view: by the library that draws it, or by one call of our engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from embedding_core.projectors import PROJECTORS
from embedding_core.snippets.script import Name, Script, call
from embedding_core.snippets.view import Recipe

_ENGINE = "Our engine: same seed, same map."


def write(script: Script, recipe: Recipe) -> None:
    """Write how ``vectors`` become ``coords``; of very few items the plain PCA picture."""
    name = "pca" if recipe.are_few else recipe.projector
    if recipe.preprocessing == "whitened" and name != "random":
        # No direction is wider than another: rounding would choose which ones a library takes.
        _by_our_engine(script, recipe)
        return
    MAPS.get(name, _by_our_engine)(script, recipe)


def _pca(script: Script, recipe: Recipe) -> None:
    script.imports("from sklearn.decomposition import PCA")
    compared = _compared(script, recipe)
    script.step(
        f'coords = PCA({recipe.n_components}, svd_solver="full").fit_transform({compared})',
        about="PCA.",
    )


def _random(script: Script, recipe: Recipe) -> None:
    script.imports("import numpy as np")
    compared, n = _compared(script, recipe), recipe.n_components
    script.step(
        f"rng = np.random.default_rng({recipe.seed})",
        f"directions = rng.normal(scale={n}**-0.5, size=({n}, vectors.shape[1]))",
        f"coords = ({compared} - {compared}.mean(axis=0)) @ directions.T",
        about="Random projection.",
    )


def _tsne(script: Script, recipe: Recipe) -> None:
    """Write t-SNE by openTSNE, which also draws it here, from the same start."""
    if recipe.metric == "dot":
        # openTSNE knows no neighbours by dot product.
        _by_our_engine(script, recipe)
        return
    script.imports(
        "import numpy as np",
        "from openTSNE import TSNE",
        "from openTSNE.affinity import PerplexityBasedNN",
        "from sklearn.decomposition import PCA",
    )
    compared, n = _compared(script, recipe), recipe.n_components
    asked = float(recipe.projector_params["perplexity"])
    rounds = int(recipe.projector_params["max_iter"])
    early = min(250, rounds // 2)
    script.step(
        f"perplexity = min({asked}, (len(vectors) - 2) / 3)",
        call(
            "affinities = PerplexityBasedNN",
            [Name("vectors")],
            {
                "perplexity": Name("perplexity"),
                "metric": recipe.metric,
                "method": "exact",
                "k_neighbors": Name("int(3 * perplexity + 1)"),
            },
        ),
        f"start = PCA({n}).fit_transform({compared})",
        f"noise = np.random.default_rng({recipe.seed}).normal(scale=1e-6, size=start.shape)",
        "start = start / start[:, 0].std() * 1e-4 + noise",
        call(
            "tsne = TSNE",
            [n],
            {
                "early_exaggeration_iter": early,
                "n_iter": rounds - early,
                "learning_rate": Name("max(len(vectors) / 12, 50)"),
                "initial_momentum": 0.5,
                "negative_gradient_method": Name(
                    '"fft" if len(vectors) >= 10_000 else "bh"' if n == 2 else '"bh"'
                ),
                "random_state": recipe.seed,
            },
        ),
        "coords = np.array(tsne.fit(affinities=affinities, initialization=start))",
        about="t-SNE by openTSNE.",
    )


def _umap(script: Script, recipe: Recipe) -> None:
    near, apart = (recipe.projector_params[name] for name in ("n_neighbors", "min_dist"))
    other = call(
        "umap.UMAP",
        [near, recipe.n_components],
        {"metric": recipe.metric, "min_dist": apart},
    )
    # Another start and other chances: alike, and never the same.
    alike = () if recipe.metric == "dot" else (f"# umap-learn draws one like it: {other}",)
    _by_our_engine(script, recipe, *alike)


def _by_our_engine(script: Script, recipe: Recipe, *after: str) -> None:
    script.imports("import embedding_core as ec", "import numpy as np")
    drawing = {"n_components": recipe.n_components, "metric": recipe.metric, "seed": recipe.seed}
    drawn = call(
        "ec.project",
        [Name("embedding"), recipe.projector],
        {**drawing, **written(recipe.projector_params)},
    )
    script.step(
        'embedding = ec.Embedding(tuple(names), np.float32(vectors), "these", "vectors")',
        f"coords = {drawn}.coords",
        *after,
        about=f"{PROJECTORS[recipe.projector].label}. {_ENGINE}",
    )


def written(params: Mapping[str, object]) -> dict[str, object]:
    """Return settings as they are written out: all but texts left empty."""
    return {name: value for name, value in params.items() if value != ""}


def _compared(script: Script, recipe: Recipe) -> str:
    """Return what a linear map is made of: for cosine, vectors of length 1."""
    if recipe.metric != "cosine":
        return "vectors"
    script.imports("from sklearn.preprocessing import normalize")
    return "normalize(vectors)"


MAPS: dict[str, Callable[[Script, Recipe], None]] = {
    "pca": _pca,
    "random": _random,
    "tsne": _tsne,
    "umap": _umap,
}
"""How other libraries draw a map; what is not here is drawn by our engine."""
