"""The arrows: pages -> ui -> embedding_core, and nothing heavy before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import embedding_core as ec

ROOT = Path(__file__).resolve().parent.parent
HEAVY = (
    "torch", "numba", "umap", "gensim", "sklearn", "scipy", "faiss", "transformers", "pandas",
    "lancedb",
)  # fmt: skip
CORE = sorted((ROOT / "embedding_core").rglob("*.py"))
UI = sorted((ROOT / "ui").rglob("*.py"))
PAGES = [*sorted((ROOT / "pages").glob("*.py")), *ROOT.glob("app.py")]

# What a page leaves to ui and the core.
NOT_IN_PAGES = {
    "numpy", "pandas", "scipy", "sklearn", "torch", "umap", "gensim", "transformers", "plotly",
    "faiss", "numba", "pyarrow",
}  # fmt: skip


def imports(path):
    """Return the first names of all modules a file imports, inside its functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").split(".")[0])
    return found


def named(path):
    return path.relative_to(ROOT).as_posix()


def test_there_is_something_to_look_at():
    assert len(CORE) > 30
    assert "streamlit" in imports(ROOT / "ui" / "map.py")


@pytest.mark.parametrize("path", CORE, ids=named)
def test_the_core_knows_no_screen(path):
    assert imports(path).isdisjoint({"streamlit", "ui", "pages", "app"})


@pytest.mark.parametrize("path", UI, ids=named)
def test_ui_knows_no_page(path):
    assert imports(path).isdisjoint({"pages", "app"})


@pytest.mark.parametrize("path", [*UI, *PAGES], ids=named)
def test_session_and_link_are_known_in_one_place(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    touched = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    touched &= {"session_state", "query_params"}
    expected = {"session_state", "query_params"} if path == ROOT / "ui" / "state.py" else set()
    assert touched == expected


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_leaves_the_work_to_others(path):
    assert imports(path).isdisjoint(NOT_IN_PAGES)


def loaded_after(code):
    """Run code in a fresh process and return the heavy modules it loaded."""
    code += f"\nimport sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return ast.literal_eval(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "code",
    [
        "import embedding_core",
        "import embedding_core as ec; [list(r) for r in (ec.EMBEDDERS, ec.PROJECTORS, "
        "ec.MODALITIES, ec.SAMPLES, ec.CORPORA)]",
        "import embedding_core as ec\n"
        "from embedding_core.params import resolve\n"
        "for spec in ec.EMBEDDERS.values():\n"
        "    spec.availability(resolve(spec.name, spec.params, {}))",
    ],
    ids=["the package", "all specs", "what is available"],
)
def test_nothing_heavy_is_loaded_by(code):
    assert loaded_after(code) == []


def test_the_front_page_needs_neither_torch_nor_numba():
    """King, queen and apple: embedded, compared and drawn by PCA."""
    code = (
        "import embedding_core as ec\n"
        "e = ec.embed(ec.words('king, queen, apple, man'), 'glove-6b-50d')\n"
        "ec.similarity(e); ec.project(e, 'pca'); ec.quality(e, ec.project(e, 'pca'))"
    )
    assert set(loaded_after(code)) <= {"pandas", "scipy"}


def test_all_public_names_are_there():
    assert len(set(ec.__all__)) == len(ec.__all__)
    for name in ec.__all__:
        assert getattr(ec, name) is not None
    assert set(ec.__all__) <= set(dir(ec))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ec.nothing  # noqa: B018


def test_public_names_are_what_type_checkers_see():
    tree = ast.parse((ROOT / "embedding_core" / "__init__.py").read_text(encoding="utf-8"))
    seen = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("embedding_core")
        for alias in node.names
    }
    assert seen == set(ec.__all__)


def test_importing_a_submodule_hides_no_function():
    code = (
        "import embedding_core.quality, embedding_core.similarity\n"
        "import embedding_core as ec\n"
        "assert callable(ec.quality) and callable(ec.similarity)"
    )
    loaded_after(code)
