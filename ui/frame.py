"""What every page begins with: its title, the navigation, and the warm-up of what is slow."""

from __future__ import annotations

import threading
import time
from importlib import import_module
from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from ui.components.mounting import preload
from ui.garbage import settle

NAME = "Embedding Explorer"
_WARM_UP_AFTER = 4.0  # seconds
_COMPILED = ("ranks", "walks", "skipgram", "stress")
GROUPS = {
    "": [("app.py", "Start", ":material/home:")],
    "Explore": [
        ("pages/words.py", "Words", ":material/abc:"),
        ("pages/sentences.py", "Sentences", ":material/notes:"),
        ("pages/images.py", "Images", ":material/image:"),
        ("pages/audio.py", "Audio", ":material/graphic_eq:"),
        ("pages/graphs.py", "Graphs", ":material/hub:"),
        ("pages/recommend.py", "Recommend", ":material/recommend:"),
        ("pages/vectors.py", "Vectors", ":material/scatter_plot:"),
        ("pages/projections.py", "Projections", ":material/3d_rotation:"),
        ("pages/compare.py", "Compare", ":material/compare:"),
    ],
    "Learn": [
        ("pages/lessons.py", "Lessons", ":material/school:"),
        ("pages/training.py", "Training", ":material/model_training:"),
        ("pages/compression.py", "Compression", ":material/compress:"),
        ("pages/glossary.py", "Glossary", ":material/dictionary:"),
        ("pages/interview.py", "Interview", ":material/forum:"),
    ],
}
DOORS = [
    (
        "pages/words.py",
        "Words",
        "Any words you like: what is near what, analogies, axes of meaning, the odd one out, and "
        "how good a model is. Train Word2Vec or FastText on your own text.",
    ),
    (
        "pages/sentences.py",
        "Sentences",
        "Sentences and documents under BERT and its relatives: ask the map anything, watch a word "
        "part into its senses layer by layer, see which words make two sentences alike.",
    ),
    (
        "pages/images.py",
        "Images",
        "Pictures as a network sees them: a map of the pictures themselves, what is in one, where "
        "two are alike, a thing marked in one and found in all, and what each layer groups by.",
    ),
    (
        "pages/audio.py",
        "Audio",
        "Recordings by how they sound: played, and seen as spectrogram and MFCC. Watch a sound "
        "become numbers, enrol voices and verify them, change a clip and see what each model "
        "hears.",
    ),
    (
        "pages/graphs.py",
        "Graphs",
        "Networks of people or things: the drawn network beside the map of its nodes, walks that "
        "learn step by step, who is alike and why, and which links are missing.",
    ),
    (
        "pages/recommend.py",
        "Recommend",
        "Ratings of films, books or anything: users and items on one map, what to recommend and "
        "why, yourself placed by a few ratings, and an honest test beside what is popular.",
    ),
    (
        "pages/vectors.py",
        "Vectors",
        "Vectors from anywhere, as NumPy, CSV or Parquet: a map that says how far it can be "
        "trusted, neighbours and similarities.",
    ),
    (
        "pages/projections.py",
        "Projections",
        "PCA, UMAP, t-SNE and others at work, on your data or on shapes whose truth is known: "
        "turn their settings, watch the points move, see what is kept.",
    ),
    (
        "pages/compare.py",
        "Compare",
        "The same items under two models, two metrics or two maps, side by side: how far they "
        "agree, and about which items they do not.",
    ),
    (
        "pages/lessons.py",
        "Lessons",
        "Step by step beside a live picture: guess first, then see it computed here, then try your "
        "own. For a class as well as for yourself.",
    ),
    (
        "pages/training.py",
        "Training",
        "Word2Vec, node2vec, a GCN, matrix factorization and a small SimCLR, trained before your "
        "eyes: the vectors moving, the loss, who comes near whom, and what negatives are for.",
    ),
    (
        "pages/compression.py",
        "Compression",
        "Why a vector instead of the picture, and how small it can get: bytes, neighbours kept and "
        "search time for each way to shrink it, on your own data, with who loses whom by name.",
    ),
    (
        "pages/glossary.py",
        "Glossary",
        "The terms of the field in two sentences and a formula each, every symbol explained, with "
        "the page that shows it live.",
    ),
    (
        "pages/interview.py",
        "Interview",
        "Questions on embeddings at three levels, with model answers that open the view that shows "
        "them: to browse, as flashcards, or asked one by one, your typed answers compared with the "
        "key points.",
    ),
]

_STYLE = """
<style>
/* One screen, one thought: less air above the first sentence and in the sidebar. */
.stMainBlockContainer { padding: 1.6rem clamp(1rem, 3vw, 5rem) 3rem; }
[data-testid="stSidebarHeader"] { height: 2.6rem; margin-bottom: 0; }
[data-testid="stSidebarUserContent"] { padding-top: 0; }
/* A list of options is as wide as they are, also where its field is narrow. */
[data-testid="stSelectboxVirtualDropdown"] {
  width: max-content !important; min-width: var(--trigger-width); max-width: min(32rem, 94vw);
}
/* Panels side by side stand below each other where they would be too narrow to read. */
@media (max-width: 1050px) {
  .st-key-side-by-side > [data-testid="stHorizontalBlock"],
  .st-key-side-by-side > div > [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .st-key-side-by-side > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"],
  .st-key-side-by-side > div > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] {
    flex: 1 1 100%; min-width: 100%;
  }
}
</style>
"""


def frame(title: str = "") -> None:
    """Open a page: every page's first call.

    Parameters
    ----------
    title
        The page's name in the browser's tab; the app's own where left out.
    """
    settle()
    _read_ahead()
    st.set_page_config(
        page_title=f"{title} · {NAME}" if title else NAME,
        page_icon=str(Path(__file__).parent / "icon.svg"),
        layout="wide",
    )
    st.html(_STYLE)
    _navigation()
    with st.sidebar:
        preload()
    _warm_up()


def _navigation() -> None:
    with st.sidebar:
        for group, pages in GROUPS.items():
            with st.container(gap="xxsmall"):
                if group:
                    st.caption(group)
                for path, label, icon in pages:
                    try:
                        st.page_link(path, label=label, icon=icon)
                    except StreamlitPageNotFoundError:
                        # A page started on its own (streamlit run pages/words.py) has no others.
                        return


@st.cache_resource(show_spinner=False)
def _read_ahead() -> threading.Thread:
    """Import what the order of a heatmap needs, while the first page is put together."""
    name = "scipy.cluster.hierarchy"
    thread = threading.Thread(target=import_module, args=(name,), daemon=True, name="read-ahead")
    thread.start()
    return thread


@st.cache_resource(show_spinner=False)
def _warm_up() -> threading.Thread:
    """Compile in the background, once a server, what a person would otherwise wait for."""
    from embedding_core.projectors import PROJECTORS

    def work(*, is_last: bool = False) -> None:
        try:
            for spec in PROJECTORS.values():
                spec.warm_up()
            for name in _COMPILED:
                import_module(f"embedding_core.{name}").warm_up()
        except (AttributeError, ImportError, RuntimeError):
            # A server that ends meanwhile lets nothing be imported or started any more.
            if not threading.main_thread().is_alive():
                return
            if is_last:
                raise
            # Two threads that import what needs each other see it half done: once more, then.
            time.sleep(_WARM_UP_AFTER)
            work(is_last=True)

    # The first page goes first: what is imported here keeps Python's lock, and would hold it up.
    thread = threading.Timer(_WARM_UP_AFTER, work)
    thread.daemon, thread.name = True, "warm-up"
    thread.start()
    return thread
