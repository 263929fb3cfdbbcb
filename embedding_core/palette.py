"""Colours that stay tellable: of categories, of numbers, of similarities."""

from __future__ import annotations

OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442")
"""Okabe and Ito, 2008: told apart with any colour vision. Without their black, which a dark ground
swallows."""

CATEGORIES = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#f0e442", "#962d00",
    "#2df0f0", "#a569ff", "#694b69", "#5a00e1", "#a5d296", "#786978", "#96b487", "#b44b3c",
    "#4bd2f0", "#870f96", "#d22dd2", "#f0c34b", "#c3b4c3", "#d200a5", "#a500ff", "#8796ff",
    "#e1783c", "#d2d2c3", "#ff69d2", "#87f087", "#693cc3", "#963c87", "#69a55a", "#00a5c3",
    "#1e784b", "#d2b469", "#873c3c", "#877887", "#a5784b", "#7869d2", "#a53c1e", "#d23c0f",
    "#c396a5", "#69c33c", "#a54bb4", "#c369e1", "#3c695a", "#87a587", "#ff5a69", "#e1b4e1",
    "#5ae100", "#c369a5", "#693ce1", "#87e178", "#965af0", "#96c3a5", "#2dd278", "#a58787",
    "#c32d5a", "#a5e1a5", "#d296f0", "#f04bc3", "#ffa5ff", "#5a5a96", "#b400a5", "#c3c3c3",
    "#8787f0", "#780fb4", "#3c00ff", "#e16900", "#2d965a", "#d23ca5", "#d29600", "#c30096",
    "#96963c", "#3c5a78", "#876900", "#9696e1", "#b40069", "#697869", "#2dff1e", "#f00f69",
    "#4b5a4b", "#5ab4b4", "#2d87c3", "#5a692d", "#69f069", "#3c96c3", "#96a5d2", "#f0a5a5",
    "#e169ff", "#a52d78", "#961e87", "#b44be1", "#c35a96", "#b4c387", "#a50078", "#874bc3",
    "#d26978", "#a5e1e1", "#9600d2", "#5a961e", "#87c3ff", "#69c3b4", "#69873c", "#b4d2d2",
    "#a56978", "#7878f0", "#ff964b", "#a5002d", "#696987", "#1e5af0", "#875ac3", "#872db4",
    "#5a783c", "#a5a578", "#4b5aa5", "#7896b4", "#a569b4", "#6987e1", "#691ec3", "#87c3d2",
    "#87c35a", "#b4a5ff", "#a5b4e1", "#e15ad2", "#3c4bd2", "#78e1b4", "#4b6996", "#3cc396",
    "#a53ce1", "#b47896", "#e1875a", "#c3e15a", "#c3a569", "#e11e87", "#d27878", "#78a596",
    "#a578b4", "#d2a596", "#78d2b4", "#ff00b4", "#a54b5a", "#b45a69", "#f078e1", "#ffb496",
    "#b4b42d", "#a578d2", "#0f3cf0", "#c32db4", "#e14b5a", "#a51e4b", "#7869a5", "#b4c300",
    "#3c8787", "#d2c35a", "#d2002d", "#d2b4f0", "#e178ff", "#a55aff", "#a53c96", "#b487f0",
    "#ff4b5a", "#78f0b4", "#784b4b", "#c3a5a5", "#87a5c3", "#a596d2", "#ffa578", "#d28796",
    "#c3002d", "#783c87", "#96782d", "#87e1ff", "#c35ae1", "#006978", "#874b69", "#3c00f0",
    "#0078f0", "#870fa5", "#d20078", "#c3d25a", "#b4e11e", "#87d2ff", "#872d96", "#963c00",
    "#b45ac3", "#e1a5d2", "#d29678", "#c369ff", "#69e1f0", "#e1c32d", "#ffc3a5", "#87b43c",
    "#b4b4b4", "#e1a55a", "#ff69b4", "#1e78d2", "#69693c", "#961e5a", "#0f87a5", "#a5c378",
    "#787896", "#d2d287", "#699687", "#a52d5a", "#e15a2d", "#5a7887", "#a55a4b", "#0f5aff",
    "#a5a5f0", "#f096e1", "#8796c3", "#874b3c", "#5ab478", "#a596b4", "#873cb4", "#e1a5ff",
    "#b4a5c3", "#e13c00", "#966969", "#7896d2", "#c38769", "#878769", "#78a54b", "#a5a500",
    "#873c69", "#78c3c3", "#875a2d", "#87784b", "#1e5a87", "#b478f0", "#78874b", "#b49600",
    "#d2782d", "#690fd2", "#1ee14b", "#e1c3e1", "#c3693c", "#f087ff", "#69b4c3", "#87e1c3",
    "#c33c00", "#b47878", "#d2c3a5", "#f0c3d2", "#969687", "#96c369", "#87a53c", "#87964b",
    "#78e187", "#b4d269", "#2d69d2", "#c3a5d2", "#d26996", "#8796a5", "#2d4bf0", "#78c387",
)  # fmt: skip
"""Each the farthest from all before with normal and with deficient colour vision, from Okabe-Ito's
on: made by ``tools/palette.py``, which says how."""

REST = "#9a9ca8"
"""Of what is not told apart."""

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
    """Return `n` colours, as far apart as so many can be; above 256 they repeat."""
    return [CATEGORIES[i % len(CATEGORIES)] for i in range(n)]
