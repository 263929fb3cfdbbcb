"""Whether a sentence affirms or denies: cues of negation, and pairs of opposites.

Sentence vectors hardly tell "t-SNE keeps distances" from "t-SNE does not keep distances" (negation
is a known blind spot of such models: Ettinger, What BERT Is Not, TACL 2020). So two sentences that
are near each other are looked at word by word: does one deny what the other affirms?

What this sees is on the surface: "not", "never", "without", "fails to", and opposites such as near
and far. It does not see irony, a wrong number, or a name in another's place.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_CUE_WORDS = (
    "not no never none nothing nobody neither nor without cannot hardly barely rarely seldom "
    "lack lacks lacking fail fails failing ignore ignores ignoring useless impossible "
    "unrelated irrelevant meaningless false wrong mistake myth"
)
_CUES = frozenset(_CUE_WORDS.split())
_CONTRAST = re.compile(
    r"\bnot (?:only|just|merely|simply|necessarily)\b"
    r"|\b(?:rather than|instead of|as opposed to|unlike)\b[^,;.]*"
    r"|,\s*(?:and |but )?not\b[^,;.]*"
    r"|\bno (?:matter|longer than)\b"
)
_OPPOSITES = tuple(
    tuple(frozenset(side.split()) for side in pair.split("|"))
    for pair in (
        "near nearby close closer nearest similar alike | far farther further apart distant "
        "dissimilar opposite",
        "more higher larger bigger greater increase increases increased raises grows | less fewer "
        "lower smaller decrease decreases decreased reduces shrinks",
        "high large big | low small little tiny",
        "same identical equal similar alike | different distinct unequal differently",
        "one single | several many multiple each",
        "remove removed removes subtract subtracts excluded left | add added adds include included "
        "allowed stay stays",
        "separate separately apart | together jointly mixed combined",
        "prevent prevents avoid avoids | cause causes",
        "beforehand advance precomputed | request time serving",
        "strong strongly well excellent | weak weakly poor poorly",
        "up rises raised | down falls lowered",
        "long longer | short shorter",
        "matters important | irrelevant difference",
        "always every all | sometimes some",
        "dense | sparse",
        "before first | after last",
        "faster fast quick cheap cheaper | slower slow expensive costly",
        "better best good well | worse worst poor bad poorly badly",
        "learned learnt trained | random handcrafted hand-written fixed",
        "preserve preserves preserved keep keeps kept | lose loses lost destroy destroys discard "
        "discards distorts",
        "contextual dynamic | static",
        "symmetric | asymmetric",
        "linear | nonlinear non-linear",
        "exact | approximate approximately",
        "easy easily simple | hard difficult",
        "useful helpful helps | useless harmful",
        "supervised labelled labeled | unsupervised unlabelled unlabeled",
        "comparable compatible | incomparable incompatible",
        "interpretable meaningful | uninterpretable meaningless",
        "common frequent | rare infrequent",
        "popular | unpopular niche",
        "local | global",
        "possible | impossible",
        "must should need needs | optional unnecessary",
    )
)


def denials(sentence: str) -> int:
    """Count the cues of negation in a sentence, contrasts such as "rather than" left out."""
    return sum(
        word in _CUES or word.endswith(("n't", "n’t"))
        for word in _WORD.findall(_CONTRAST.sub(" ", sentence.casefold()))
    )


def is_denied(sentence: str, form: str) -> bool:
    """Tell whether a sentence denies what a form of a key point affirms, or the other way round.

    Parameters
    ----------
    sentence, form : str
        Two sentences about the same thing.

    Returns
    -------
    bool
        True where one has an odd number of denials and turned opposites more than the other.
    """
    turned = (denials(sentence) - denials(form)) % 2
    return bool((turned + _opposed(sentence, form)) % 2)


def _opposed(sentence: str, form: str) -> int:
    """Count the pairs of opposites of which each sentence has the other side only."""
    mine, theirs = (frozenset(_WORD.findall(text.casefold())) for text in (sentence, form))
    count = 0
    for left, right in _OPPOSITES:
        sides = [(bool(words & left), bool(words & right)) for words in (mine, theirs)]
        count += sides in ([(True, False), (False, True)], [(False, True), (True, False)])
    return count
