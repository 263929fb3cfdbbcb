"""Terms of the field, each in two sentences with a formula: ``lessons/glossary.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from embedding_core.errors import InputError
from embedding_core.registry import Registry

_FILE = "glossary.toml"
_TEXTS = ("name", "title", "says", "formula", "symbols", "source", "view")
_LISTS = ("also", "related")
_NEEDED = ("name", "title", "says", "formula", "symbols")


@dataclass(frozen=True)
class Term:
    """One term.

    Attributes
    ----------
    name : str
        Its name in links.
    title : str
        As it is read.
    says : str
        What it is, in two sentences.
    formula, symbols : str
        LaTeX, and what every symbol stands for.
    also : tuple of str
        Other words for it.
    source : str
        Papers by author and year; empty for common knowledge.
    view : str
        The page and choices that show it live, such as ``"words?ask=analogy"``; empty for none.
    related : tuple of str
        Names of other terms.
    """

    name: str
    title: str
    says: str
    formula: str
    symbols: str
    also: tuple[str, ...] = ()
    source: str = ""
    view: str = ""
    related: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Everything it is called."""
        return (self.title, *self.also)


@dataclass(frozen=True)
class Glossary:
    """All terms, in the order of the alphabet.

    Attributes
    ----------
    terms : Registry of Term
    notes : tuple of str
        What was left out of the file, and why.
    """

    terms: Registry[Term]
    notes: tuple[str, ...] = ()

    def find(self, text: str) -> tuple[Term, ...]:
        """Return the terms that a typed text may mean, those called so first.

        Parameters
        ----------
        text : str
            Part of a name, or of what is said of it; upper and lower case are the same.
        """
        wanted = " ".join(text.casefold().split())
        if not wanted:
            return tuple(self.terms.values())

        def rank(term: Term) -> int:
            names = [word.casefold() for word in term.words]
            if any(name.startswith(wanted) for name in names):
                return 0
            if any(wanted in name for name in names):
                return 1
            return 2 if wanted in term.says.casefold() else 3

        ranked = [(rank(term), term) for term in self.terms.values()]
        return tuple(term for place, term in sorted(ranked, key=lambda pair: pair[0]) if place < 3)


@cache
def glossary(folder: Path | None = None) -> Glossary:
    """Read the glossary, once a process.

    Parameters
    ----------
    folder : path, optional
        Where ``glossary.toml`` lies; the app's own where left out.

    Returns
    -------
    Glossary
        A term that is not as it should be is left out with a note.

    Raises
    ------
    InputError
        If the file is no TOML.
    """
    from embedding_core.teaching.lessons import lessons_dir

    path = (folder or lessons_dir()) / _FILE
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("terms", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InputError(f"{_FILE} cannot be read as TOML ({problem}); mend the file.") from None
    found: dict[str, Term] = {}
    notes = []
    for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
        try:
            term = _term(entry)
            if term.name in found:
                raise InputError(f"the name {term.name} is taken; choose another")
            found[term.name] = term
        except InputError as problem:
            notes.append(f"Term {number} of {_FILE} was left out: {problem}.")
    ordered = sorted(found.values(), key=lambda term: term.title.casefold().lstrip("["))
    return Glossary(Registry("term", ordered), tuple(notes))


def term(name: str) -> Term:
    """Return one term. Raises UnknownNameError where there is none of that name."""
    return glossary().terms[name]


def more_on(*labels: str) -> str:
    """Return links to the terms that are called so, as Markdown to stand behind a text.

    Parameters
    ----------
    *labels : str
        Whole names, such as ``"UMAP"``; upper and lower case are the same, and one that is no term
        is passed over.
    """
    named = {word.casefold(): each for each in glossary().terms.values() for word in each.words}
    found = [named[label.casefold()] for label in labels if label.casefold() in named]
    links = [f"[{each.title}](glossary?term={each.name})" for each in dict.fromkeys(found)]
    return f" Glossary: {', '.join(links)}." if links else ""


def linked(text: str, names: Iterable[str]) -> str:
    """Return a text of Markdown in which the first mention of each term is a link to it.

    Parameters
    ----------
    text : str
        In which nothing is a link yet.
    names : iterable of str
        Which terms to link; one that is not mentioned is passed over.

    Raises
    ------
    UnknownNameError
        If a term is not in the glossary.
    """
    for name in names:
        words = sorted(term(name).words, key=len, reverse=True)
        named = "|".join(re.escape(word) for word in words)
        # Neither within a word nor within a link that is there by now.
        pattern = re.compile(rf"(?<![\w/=\[-])({named})(?![\w\]-])(?![^\[]*\]\()", re.IGNORECASE)
        text = pattern.sub(rf"[\1](glossary?term={name})", text, count=1)
    return text


def _term(entry: Any) -> Term:
    if not isinstance(entry, Mapping):
        raise InputError(f"it is a {type(entry).__name__}, not a table of fields")
    known = {field.name for field in fields(Term)}
    unknown = sorted(set(entry) - known)
    if unknown:
        raise InputError(f"there is no field {unknown[0]}; use {', '.join(sorted(known))}")
    for name in _TEXTS:
        if not isinstance(entry.get(name, ""), str):
            raise InputError(f"{name} is no text")
    for name in _LISTS:
        value = entry.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise InputError(f"{name} is no list of texts")
    missing = [name for name in _NEEDED if not str(entry.get(name, "")).strip()]
    if missing:
        raise InputError(f"{missing[0]} is missing")
    texts = {name: entry[name].strip() for name in _TEXTS if name in entry}
    also, related = (tuple(entry.get(name, ())) for name in _LISTS)
    return Term(**texts, also=also, related=related)
