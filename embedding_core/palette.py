"""Colours that stay tellable: of categories, of numbers, of similarities."""

from __future__ import annotations

OKABE_ITO = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442", "#8c8fa3",
)  # fmt: skip
"""Okabe and Ito, 2008: told apart with any colour vision; black became a grey for both themes."""

VIRIDIS = tuple(
    (i / 9, colour)
    for i, colour in enumerate(
        (
            "#440154", "#482878", "#3e4989", "#31688e", "#26828e",
            "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725",
        )
    )
)  # fmt: skip
"""Numbers, low to high (van der Walt and Smith, 2015)."""

DIVERGING = tuple(
    (i / 10, colour)
    for i, colour in enumerate(
        (
            "#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7",
            "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f",
        )
    )
)  # fmt: skip
"""Similarities about zero, blue below and red above (ColorBrewer RdBu, turned)."""


def category_colours(n: int) -> list[str]:
    """Return `n` colours, as far apart as so many can be.

    Okabe-Ito up to eight; beyond, Glasbey's (Glasbey et al., 2007), each next one the farthest from
    all before. Above 256 they repeat.
    """
    if n <= len(OKABE_ITO):
        return list(OKABE_ITO[:n])
    import colorcet

    many = colorcet.b_glasbey_category10
    return [str(many[i % len(many)]) for i in range(n)]
