"""How long ``import embedding_core`` takes in a new process, and what it brings along."""

from __future__ import annotations

from _timing import Row, fresh, fresh_medians, show, show_machine

HEAVY = ("torch", "numba", "umap", "gensim", "sklearn", "transformers", "streamlit")
CODE = """
start = time.perf_counter()
import {module}
tell(seconds=time.perf_counter() - start, modules=len(sys.modules))
"""
LOOK = f"""
import embedding_core as ec
list(ec.EMBEDDERS), list(ec.PROJECTORS), list(ec.SAMPLES), list(ec.TESTS)
tell(heavy=[name for name in {HEAVY} if name in sys.modules])
"""


def main() -> None:
    show_machine("numpy", "pandas")
    codes = {name: CODE.format(module=name) for name in ("numpy", "embedding_core")}
    fresh_medians(1, codes)  # The files of both are in the system's memory from here on.
    found = fresh_medians(9, codes)
    ours, numpy = found["embedding_core"], found["numpy"]
    heavy = fresh(LOOK)["heavy"]
    show(
        [
            Row(
                "import embedding_core",
                f"{ours['seconds']:.2f} s, {ours['modules']:.0f} modules",
                "under 0.5 s",
                ours["seconds"] < 0.5,
            ),
            Row("import numpy alone", f"{numpy['seconds']:.2f} s, {numpy['modules']:.0f} modules"),
            Row(
                "heavy libraries loaded after listing all registries",
                ", ".join(heavy) or "none",
                "none",
                not heavy,
            ),
        ]
    )


if __name__ == "__main__":
    main()
