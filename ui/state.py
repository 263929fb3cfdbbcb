"""Choices: what a person set on a page, between widgets, session and link.

The only place that knows ``session_state`` and ``query_params``. A choice lives in the session, so
that it is still there after a look at another page; what differs from the defaults stands in the
page's address, so that the view opens again elsewhere. A link that asks for what does not exist is
told, and the rest of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Mapping, Sequence
from copy import copy
from typing import Any, TypeVar

import streamlit as st

from embedding_core.errors import ExplorerError, InputError, UnknownNameError
from embedding_core.params import Param, Params
from ui.plain import listed

T = TypeVar("T")
Link = dict[str, list[str]]

# Of one choice: letters, and texts. Streamlit drops a whole link of more than 1,000 texts.
_MAX_LINK, _MAX_TEXTS = 2_000, 500
_REMEMBERED_LINKS = 50


class Choices:
    """The choices of one page, for one run of it.

    Parameters
    ----------
    page
        The page's name; choices of two pages do not touch.
    """

    def __init__(self, page: str) -> None:
        self.page = page
        self._prefix = ""
        self._link: Link = {}
        self._too_large: Link = {}
        asked = _asked()
        if asked and asked not in self._published():
            self._forget()
            # A copy: what was followed is taken out of it.
            st.session_state[self._key("?pending")] = dict(asked)
            self._published().append(asked)
            self._keep_notes([])

    @property
    def notes(self) -> list[str]:
        """What was told of the link.

        A page that waits for its map or its training runs again: it stays in view.
        """
        notes: list[str] = st.session_state.get(self._key("?notes"), [])
        return notes

    def part(self, name: str) -> Choices:
        """Return choices of the same page and link, whose names all begin with ``name.``.

        For a page that asks the same twice, such as for a model on the left and on the right.
        """
        part = copy(self)
        part._prefix = f"{self._prefix}{name}."
        return part

    # --- values ------------------------------------------------------------------------------

    def value(self, name: str, default: T, read: Callable[[list[str]], T] | None = None) -> T:
        """Return a choice; on the first run of a link, what the link asks for.

        Parameters
        ----------
        name
            As it stands in the link.
        default
            Where nothing was chosen.
        read
            Turns the link's texts into a value; raises an ExplorerError where it is not valid.
            Without it the choice never comes from a link.
        """
        key = self._key(name)
        pending: Link = st.session_state.get(self._key("?pending"), {})
        asked = pending.pop(self._prefix + name, None)
        if asked is not None and read is not None:
            try:
                st.session_state[key] = read(asked)
            except ExplorerError as problem:
                self.tell_of_link(str(problem))
        if key not in st.session_state:
            st.session_state[key] = default
        value: T = st.session_state[key]
        return value

    def set(self, name: str, value: object) -> None:
        """Change a choice; before its widget is drawn, or from a callback."""
        st.session_state[self._key(name)] = value

    def link(self, name: str, texts: Sequence[str]) -> None:
        """Put a choice into the link, or leave it out with no texts."""
        name = self._prefix + name
        self._link.pop(name, None)
        self._too_large.pop(name, None)
        if len(texts) > _MAX_TEXTS or sum(map(len, texts)) > _MAX_LINK:
            self._too_large[name] = list(texts)
        elif texts:
            self._link[name] = list(texts)

    @property
    def left_out(self) -> frozenset[str]:
        """The choices that are too large for a link."""
        return frozenset(self._too_large)

    def whole(self) -> Link:
        """Return every choice that differs from its default, those too large for a link too."""
        return {name: list(texts) for name, texts in {**self._link, **self._too_large}.items()}

    def open(self, link: Link, keep: Container[str] = ()) -> None:
        """Follow choices that a file brought, as if they had come with the address.

        Parameters
        ----------
        link
            What :meth:`whole` gave; names that the page does not know are passed over.
        keep
            The choices that stay: those that are drawn already, and what the file is.
        """
        self._forget(keep)
        asked = {name: list(texts) for name, texts in link.items() if name not in keep}
        st.session_state[self._key("?pending")] = asked
        self._keep_notes([])

    def tell_of_link(self, problem: str) -> None:
        """Note what a link asks for and cannot have."""
        self._keep_notes([*self.notes, f"The link could not be followed in full. {problem}"])

    def publish(self) -> None:
        """Write the link into the page's address; with another view the notes on its link go."""
        told_with = st.session_state.setdefault(self._key("?notes-of"), dict(self._link))
        if told_with != self._link:
            st.session_state[self._key("?notes")] = []
        if _asked() != self._link:
            st.query_params.from_dict(self._link)
        published = self._published()
        if self._link not in published:
            published.append({name: list(texts) for name, texts in self._link.items()})
            del published[:-_REMEMBERED_LINKS]

    def address(self) -> str:
        """Return the whole address of this view."""
        from urllib.parse import urlencode

        base = (st.context.url or "").split("?")[0]
        query = urlencode(self._link, doseq=True)
        return f"{base}?{query}" if query else base

    # --- widgets -----------------------------------------------------------------------------

    def select(
        self,
        name: str,
        label: str,
        options: Sequence[str],
        default: str,
        *,
        labels: Mapping[str, str] | Callable[[str], str] = str,
        segmented: bool = False,
        slider: bool = False,
        kind: str = "choice",
        **widget: Any,
    ) -> str:
        """Draw a choice of one among some; `labels` says what they are called on screen.

        Segmented for a few; as a slider where their order means something.
        """

        def read(texts: list[str]) -> str:
            if texts[-1] not in options:
                raise UnknownNameError(kind, texts[-1], options)
            return texts[-1]

        if self.value(name, default, read) not in options:
            self.set(name, default)
        shown = labels if callable(labels) else lambda option: labels.get(option, option)
        fixed: dict[str, Any] = {
            "key": self._key(name),
            "persist_state": "session",
            "format_func": shown,
        }
        if segmented:
            chosen = st.segmented_control(label, options, required=True, **fixed, **widget)
        elif slider:
            chosen = st.select_slider(label, options, **fixed, **widget)
        else:
            chosen = st.selectbox(label, options, **fixed, **widget)
        self.link(name, [chosen] if chosen != default else [])
        return str(chosen)

    def text(
        self,
        name: str,
        label: str,
        default: str = "",
        *,
        area: bool = False,
        in_link: bool = True,
        **widget: Any,
    ) -> str:
        """Draw a field for a line of text, or for many lines."""
        self.value(name, default, (lambda texts: texts[-1]) if in_link else None)
        draw = st.text_area if area else st.text_input
        typed = draw(label, key=self._key(name), persist_state="session", **widget) or ""
        self.link(name, [typed] if in_link and typed != default else [])
        return typed

    def upload(
        self, name: str, label: str, take: Callable[[str, bytes], T], **widget: Any
    ) -> T | None:
        """Draw an upload; `take` turns a file's name and bytes into what is kept of it.

        A file lives with its widget; what was taken of it is still there after another page, until
        the person removes it.
        """
        taken = self.uploads(name, label, take, accept_multiple_files=False, **widget)
        return taken[0] if taken else None

    def uploads(
        self, name: str, label: str, take: Callable[[str, bytes], T], **widget: Any
    ) -> tuple[T, ...]:
        """Draw an upload of several files at once; as :meth:`upload`."""
        key = f"{self.page}-{self._prefix}{name}"
        nothing: tuple[T, ...] = ()

        def taken_of(files: Any) -> tuple[T, ...]:
            listed = files if isinstance(files, list) else [files] if files else []
            return tuple(take(file.name, file.getvalue()) for file in listed)

        def changed() -> None:
            self.set(name, taken_of(st.session_state[key]))

        options = {"accept_multiple_files": True, **widget}
        files = st.file_uploader(label, key=key, on_change=changed, **options)
        taken = self.value(name, nothing)
        if not taken and files:
            # A link was opened meanwhile, which begins afresh.
            taken = taken_of(files)
            self.set(name, taken)
        return taken

    def camera(
        self, name: str, label: str, take: Callable[[str, bytes], T], **widget: Any
    ) -> tuple[T, ...]:
        """Draw a camera; what `take` makes of each picture is added to what was taken before."""
        return self._one_by_one(st.camera_input, name, label, take, **widget)

    def microphone(
        self, name: str, label: str, take: Callable[[str, bytes], T], **widget: Any
    ) -> tuple[T, ...]:
        """Draw a microphone; as :meth:`camera`."""
        return self._one_by_one(st.audio_input, name, label, take, **widget)

    def _one_by_one(
        self,
        draw: Callable[..., Any],
        name: str,
        label: str,
        take: Callable[[str, bytes], T],
        **widget: Any,
    ) -> tuple[T, ...]:
        """Draw a device; what is taken of each thing it gives is added to what was before."""
        nothing: tuple[T, ...] = ()
        # After each one the device is another one, which is ready for the next.
        key = f"{self.page}-{self._prefix}{name}-{len(self.value(name, nothing))}"

        def taken() -> None:
            file = st.session_state[key]
            if file is not None:
                self.set(name, (*self.value(name, nothing), take(file.name, file.getvalue())))

        draw(label, key=key, on_change=taken, **widget)
        return self.value(name, nothing)

    def flag(self, name: str, label: str, default: bool = False, **widget: Any) -> bool:
        """Draw a switch."""
        self.value(name, default, lambda texts: _flag(name, texts[-1]))
        on = st.toggle(label, key=self._key(name), persist_state="session", **widget)
        self.link(name, [str(int(on))] if on != default else [])
        return on

    def params(
        self,
        owner: str,
        label: str,
        params: Sequence[Param],
        *,
        sliders: bool = False,
        columns: Sequence[str] = (),
    ) -> Params:
        """Draw the settings of a model or projector; paths are drawn elsewhere.

        Those that name a column choose among `columns`, and are left out where there is none.
        """
        drawn = [param for param in params if param.kind not in ("path", "collection")]
        return {
            param.name: self._column(f"{owner}.{param.name}", param, columns)
            if param.kind == "column"
            else self._param(f"{owner}.{param.name}", label, param, sliders)
            for param in drawn
            if columns or param.kind != "column"
        }

    def _column(self, name: str, param: Param, columns: Sequence[str]) -> str:
        """Draw the choice of a column, or of none."""
        none = str(param.default)
        return self.select(
            name,
            param.label,
            [none, *columns],
            none,
            labels={none: none or "None"},
            kind="column",
            help=param.help,
        )

    def _param(
        self, name: str, owner: str, param: Param, sliders: bool
    ) -> int | float | bool | str:
        if param.kind == "choice":
            shown = dict(zip(param.choices, param.labels, strict=False))
            return self.select(
                name,
                param.label,
                param.choices,
                str(param.default),
                labels=shown,
                help=param.help,
                kind=f"{param.label} of {owner}",
            )
        if param.kind == "flag":
            return self.flag(name, param.label, bool(param.default), help=param.help)
        if param.kind == "text":
            return self.text(name, param.label, str(param.default), help=param.help)
        return self.number(name, param, slider=sliders)

    def number(self, name: str, param: Param, *, slider: bool = False) -> int | float:
        """Draw a field, or a slider, for a number within the range of `param`."""
        kind: Any = type(param.default)
        self.value(name, param.default, lambda texts: param.check(texts[-1]))
        draw: Any = st.slider if slider else st.number_input
        number = draw(
            param.label,
            # Two digits, as it has by itself, would make 0.003 a 0.00.
            format="%d" if kind is int else "%g",
            min_value=None if param.minimum is None else kind(param.minimum),
            max_value=None if param.maximum is None else kind(param.maximum),
            step=None if param.step is None else kind(param.step),
            key=self._key(name),
            persist_state="session",
            help=param.help,
        )
        value: Any = param.default if number is None else number
        self.link(name, [str(value)] if value != param.default else [])
        return kind(value)

    # --- items -------------------------------------------------------------------------------

    def ids(self, known: Container[str], name: str = "sel") -> tuple[str, ...]:
        """Return the ids of the items a person selected, of those that are on screen.

        What was selected among other data is no part of the view, nor of its link; it is still
        selected when that data is back.
        """
        nothing: tuple[str, ...] = ()

        def read(texts: list[str]) -> tuple[str, ...]:
            unknown = [text for text in texts if text not in known]
            if unknown:
                self.tell_of_link(f"It selects {listed(unknown)}, and there is no such item here.")
            return tuple(dict.fromkeys(text for text in texts if text in known))

        ids = tuple(id_ for id_ in self.value(name, nothing, read) if id_ in known)
        self.link(name, ids)
        return ids

    # --- inside ------------------------------------------------------------------------------

    def _key(self, name: str) -> str:
        # What begins with a question mark is the page's own, and the same in all its parts.
        prefix = "" if name.startswith("?") else self._prefix
        return f"{self.page}:{prefix}{name}"

    def _keep_notes(self, notes: list[str]) -> None:
        st.session_state[self._key("?notes")] = notes
        st.session_state.pop(self._key("?notes-of"), None)

    def _published(self) -> list[Link]:
        return st.session_state.setdefault(self._key("?published"), [])

    def _forget(self, keep: Container[str] = ()) -> None:
        """A link is a whole view: what was chosen before does not mix with it."""
        for key in list(st.session_state):
            page, mark, name = str(key).partition(":")
            if mark and page == self.page and "?" not in name and name not in keep:
                del st.session_state[key]


def _asked() -> Link:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _flag(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise InputError(f"{name} got {text!r}; it takes 0 or 1.")
    return text == "1"


def picked_rows(key: str) -> list[int]:
    """Return the rows that are ticked, or whose cell was clicked, in the table `key`."""
    picked = st.session_state[key].selection
    return [*picked.rows, *(row for row, _ in picked.cells)]


def picked_cell(key: str) -> tuple[int, str] | None:
    """Return the row and the column's name of the cell that was clicked in the table `key`."""
    cells = st.session_state[key].selection.cells
    return (int(cells[0][0]), str(cells[0][1])) if cells else None


def component_state(key: str) -> object:
    """Return what a component in the browser said last, None where it said nothing."""
    return st.session_state.get(key)


def keep(key: str, value: object) -> None:
    """Keep a value for this visitor that is no choice of theirs."""
    st.session_state[key] = value


def kept(key: str, default: T) -> T:
    """Return what :func:`keep` kept."""
    value: T = st.session_state.get(key, default)
    return value


def stopped() -> set[Hashable]:
    """Return the keys of the work that this visitor stopped, to be changed in place."""
    keys: set[Hashable] = st.session_state.setdefault("?stopped", set())
    return keys


def visitor() -> str:
    """Return a name for this visitor's session, for taking turns."""
    import uuid

    return str(st.session_state.setdefault("?visitor", uuid.uuid4().hex))
