"""Which language an answer is in: the sentence model that compares answers reads English."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_MIN_LETTERS = 30
# Terse English, such as "HNSW: layered graph, greedy search", is not told from other languages
# with certainty; only what is hardly English at all is.
_MOST_ENGLISH = 0.05
_NAMES = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "pl": "Polish", "ru": "Russian", "uk": "Ukrainian", "tr": "Turkish",
    "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "ar": "Arabic", "hi": "Hindi",
    "sv": "Swedish", "da": "Danish", "cs": "Czech", "el": "Greek", "he": "Hebrew",
    "fa": "Persian", "vi": "Vietnamese", "id": "Indonesian", "ro": "Romanian", "hu": "Hungarian",
}  # fmt: skip


def other_language(text: str) -> str:
    """Return what a text is written in where that is not English; "" where it is, or is too short.

    Letter sequences are compared with those of 97 languages by py3langid (after Lui and Baldwin,
    langid.py: An Off-the-shelf Language Identification Tool, ACL 2012).
    """
    letters = sum(letter.isalpha() for letter in text)
    # A letter of Chinese or Japanese says as much as several of an alphabet.
    weight = sum(1 if letter.isascii() else 3 for letter in text if letter.isalpha())
    if weight < _MIN_LETTERS or not letters:
        return ""
    ranked = _identifier().rank(text)
    if dict(ranked).get("en", 0.0) > _MOST_ENGLISH:
        return ""
    code = ranked[0][0]
    return _NAMES.get(code, "another language") if code != "en" else ""


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
