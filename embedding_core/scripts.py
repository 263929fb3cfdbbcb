"""Scripts that put no space between words."""

from __future__ import annotations

# Thai, Lao, Myanmar and Khmer; kana; Chinese characters, those of the later planes too.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Their letters, as the inside of a regular expression's brackets."""
