"""The items of a view: their names and columns."""

from __future__ import annotations

import re
from pathlib import PurePath

from embedding_core.samples import SAMPLES
from embedding_core.snippets.script import Name, Script, assigned, call, quoted
from embedding_core.snippets.source import Source
from embedding_core.snippets.view import Recipe

_HERE = "# in the project's folder"
OURS = "# our reader: it tells columns apart and says what it left out"
# How a second item of the same name is called.
_NUMBERED = re.compile(r" \(\d+\)$")
_MANY = 300


def write_words(script: Script, recipe: Recipe) -> None:
    """Write how to get a table with the column ``word``."""
    source = recipe.source
    script.imports("import pandas as pd")
    if source.sample:
        path = sample_file(source.sample)
        script.step(f'table = pd.read_csv("{path}", keep_default_na=False)  {_HERE}')
    elif source.path:
        _word_file(script, source)
    else:
        assert recipe.known is not None
        words = [str(payload.load()) for payload in recipe.known.payloads]
        script.step(assigned("words", words), 'table = pd.DataFrame({"word": words})')


def _word_file(script: Script, source: Source) -> None:
    column, header = source.options.get("column", ""), source.options.get("header", "auto")
    suffix = PurePath(source.path).suffix.lower()
    if suffix in (".csv", ".tsv") and column and header != "no":
        # The separator is looked for, as a table may be apart by semicolons.
        read = call(
            "pd.read_csv",
            [source.path],
            {"sep": None, "engine": "python", "dtype": Name("str"), "keep_default_na": False},
        )
        lines = [f"table = {read}"]
        if column != "word":
            lines.append(f'table = table.rename(columns={{{quoted(column)}: "word"}})')
        script.step(*lines, 'table["word"] = table["word"].str.strip()')
        script.step('table = table[table["word"] != ""].drop_duplicates()')
        return
    if suffix == ".txt" and not source.options:
        script.imports("import re", "from pathlib import Path")
        script.step(
            f'text = Path({quoted(source.path)}).read_text(encoding="utf-8-sig")',
            'words = [part.strip() for part in re.split(r"[\\n\\t,;]+", text) if part.strip()]',
            'table = pd.DataFrame({"word": list(dict.fromkeys(words))})',
        )
        return
    script.imports("import embedding_core as ec")
    arguments = [source.path, source.modality] if source.modality else [source.path]
    script.step(
        OURS,
        f"items = {call('ec.read', arguments, source.options)}",
        "table = items.table.assign(word=[payload.load() for payload in items.payloads])",
    )


def write_vectors(script: Script, recipe: Recipe) -> None:
    """Write how to get ready-made ``vectors``, with ``names`` and ``table``."""
    source = recipe.source
    script.imports("import numpy as np", "import pandas as pd")
    if source.sample:
        script.step(
            f'table = pd.read_parquet("{sample_file(source.sample)}")  {_HERE}',
            'names = table["id"].tolist()',
            'vectors = np.stack(table["vector"]).astype(np.float32)',
        )
        return
    if PurePath(source.path).suffix.lower() == ".npy" and not source.options:
        script.step(
            f"vectors = np.load({quoted(source.path)}).astype(np.float32)",
            "finite = np.isfinite(vectors).all(axis=1)",
            "names, vectors = np.flatnonzero(finite).astype(str).tolist(), vectors[finite]",
            'table = pd.DataFrame({"id": names})',
        )
        return
    script.imports("import embedding_core as ec")
    script.step(
        OURS,
        f"items = {call('ec.read', [source.path, 'vectors'], source.options)}",
        "names, table, vectors = list(items.ids), items.table, items.payloads.matrix",
    )


def write_only(script: Script, only: tuple[str, ...]) -> None:
    """Write how to leave out all items but some."""
    if not only:
        return
    lines = []
    if any(_NUMBERED.search(name) for name in only):
        lines += [
            "again = pd.Series(names).groupby(names).cumcount()",
            'names = [f"{a} ({i + 1})" if i else a for a, i in zip(names, again)]',
        ]
    if len(only) > _MANY:
        # So many do not fit here: the table that can be taken away beside this program has them.
        lines.append('only = pd.read_csv("view.csv", dtype=str)["id"]  # “Take away” as CSV')
    else:
        lines.append(assigned("only", only))
    script.step(
        *lines,
        "place = {name: at for at, name in enumerate(names)}",
        "shown = [place[name] for name in only if name in place]",
        "names, table = [names[at] for at in shown], table.iloc[shown]",
        "vectors = vectors[shown]",
        about="Only these items.",
    )


def reading(source: Source, modality: str) -> str:
    """Return the call that reads pictures or recordings, by this project's reader."""
    if source.sample and SAMPLES[source.sample].make is not None:
        return call(f"ec.SAMPLES[{quoted(source.sample)}].read", [], source.options)
    path = sample_file(source.sample) if source.sample else source.path
    return call("ec.read", [path, modality], source.options)


def sample_file(name: str) -> str:
    """Return where a built-in set lies, seen from the project's folder."""
    sample = SAMPLES[name]
    return f"samples/{sample.folder}/{sample.file}"
