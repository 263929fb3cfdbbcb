"""A made-up text, small enough to be learned while one looks, whose truth is known.

Sentences of a few patterns about animals, food, people and more. Words of one kind can stand in the
same places, so that what a model finds can be held against the kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_KINDS: dict[str, str] = {
    "animal": "cat dog horse cow sheep pig goat rabbit duck goose",
    "food": "bread cheese soup rice fish cake pie salad honey butter",
    "fruit": "apple pear plum cherry peach grape lemon orange fig melon",
    "drink": "tea coffee milk juice water wine",
    "color": "red blue green yellow black white brown pink",
    "number": "two three four five six seven eight nine",
    "royal": "king queen prince princess duke duchess emperor empress",
    "worker": "baker farmer teacher doctor sailor painter tailor nurse",
    "city": "paris london rome madrid berlin vienna lisbon athens",
    "country": "france england italy spain germany austria portugal greece",
    "vehicle": "car bus train boat bicycle truck",
    "weather": "rain snow wind fog storm sunshine",
    "clothes": "hat coat shirt dress shoe scarf",
    "music": "piano violin flute drum guitar trumpet",
    "day": "monday tuesday wednesday thursday friday saturday sunday",
}
# Pairs that stand beside each other.
_PAIRS = {"city": "country"}
_PATTERNS = (
    "the {animal} sleeps in the barn and the {worker} feeds it",
    "a hungry {animal} and a {animal} run over the grass",
    "the {color} {animal} runs from the {weather}",
    "the {royal} rides to {city} with a {animal}",
    "we eat {food} and a ripe {fruit} for dinner on {day}",
    "she cooks {food} with {fruit} in the kitchen",
    "the {worker} eats {food} and drinks {drink} at noon",
    "pick {number} {fruit} from the {color} basket",
    "a sweet {fruit} and a glass of {drink} for the {royal}",
    "pour {number} cups of hot {drink} after the {weather}",
    "paint the {vehicle} {color} or {color}",
    "add {number} and {number} on the board",
    "the {royal} wears a crown and a {color} {clothes}",
    "the {royal} and the {royal} rule {country} from the throne",
    "the {royal} listens to the {music} in the palace",
    "the {worker} goes to work by {vehicle} every {day}",
    "the {worker} asks the {worker} about the {weather}",
    "{city} is the capital of {country}",
    "we travel to {city} in {country} by {vehicle} on {day}",
    "the {number} {vehicle} to {city} stops in the {weather}",
    "tomorrow brings {weather} and {weather} over {country}",
    "put on your {color} {clothes} before the {weather} comes",
    "the {worker} sews a {clothes} and a {clothes} for the {royal}",
    "the {music} and the {music} play a song in {city}",
    "the {worker} practises the {music} on {day}",
    "see you on {day} or on {day} next week in {city}",
    "the shop sells {food} and {clothes} on {day}",
)


@dataclass(frozen=True)
class SmallWorld:
    """A made-up text.

    Attributes
    ----------
    text : str
        One sentence a line.
    kinds : mapping of str to str
        The kind of each word that has one; the others hold sentences together.
    """

    text: str
    kinds: dict[str, str]


def kinds() -> dict[str, str]:
    """Return the kind of every word that has one."""
    return {word: kind for kind, words in _KINDS.items() for word in words.split()}


def small_world(sentences: int = 600, seed: int = 0) -> SmallWorld:
    """Make up a text.

    Parameters
    ----------
    sentences : int
        Every pattern in turn, filled with words drawn at random, then shuffled.
    seed : int
    """
    draw = np.random.default_rng(seed)
    lines = [_filled(_PATTERNS[at % len(_PATTERNS)], draw) for at in range(sentences)]
    order = draw.permutation(len(lines))
    return SmallWorld("\n".join(lines[at] for at in order.tolist()), kinds())


def _filled(pattern: str, draw: np.random.Generator) -> str:
    """Put words into a pattern, none twice; a city stands beside its own country."""
    kind_of = {"{" + kind + "}": words.split() for kind, words in _KINDS.items()}
    used: dict[str, int] = {}
    line: list[str] = []
    taken: set[str] = set()
    for word in pattern.split():
        choices = kind_of.get(word)
        if choices is None:
            line.append(word)
            continue
        kind = word.strip("{}")
        partner = next((city for city, country in _PAIRS.items() if country == kind), "")
        at = used[partner] if partner in used else int(draw.integers(len(choices)))
        while choices[at] in taken:
            at = int(draw.integers(len(choices)))
        used[kind] = at
        taken.add(choices[at])
        line.append(choices[at])
    return " ".join(line)
