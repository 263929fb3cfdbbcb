"""Ratings: who rated what, and when; items are the users and the things they rated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.collection import Collection, Payload
from embedding_core.errors import (
    EmptyCollectionError,
    InputError,
    UnknownNameError,
    UnreadableItemError,
)
from embedding_core.modalities.base import Bundle, ModalitySpec, check_size
from embedding_core.modalities.contents import Content
from embedding_core.modalities.delimited import Cells, find_column, numbers, read_cells
from embedding_core.modalities.tables import typed
from embedding_core.ratings import Rated, Ratings, Role

if TYPE_CHECKING:
    import pandas as pd

_SURELY_USERS = ("userid", "user", "customerid")
USERS = ("userid", "user", "username", "customer", "customerid", "reader", "who", "uid", "person")
ITEMS = (
    "itemid", "item", "movieid", "movie", "bookid", "book", "isbn", "productid", "product", "title",
    "artistid", "artist", "songid", "song", "iid", "trackid", "track", "recipeid", "gameid", "game",
)  # fmt: skip
VALUES = ("rating", "ratings", "stars", "bookrating", "score", "value", "count", "plays", "weight")
_MOST = 1e6  # Squares of larger ones leave nothing of what is learned beside them.
_SURELY = 4  # The others are numbers of many other things too.
TIMES = ("timestamp", "time", "date", "datetime", "when", "ts", "unixreviewtime")
_KNOWN = ("user", "userid", "item", "itemid", "movieid", "rating")
_BESIDE = ("movies", "items", "titles", "books", "products")
# What MovieLens 100K calls the columns of u.item: the rest of them are kinds of films.
_MOVIELENS_KINDS = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary",
    "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi",
    "Thriller", "War", "Western",
)  # fmt: skip


def has_ratings(columns: Sequence[str]) -> bool:
    """Tell whether headings name users, items and ratings, and can mean nothing else."""
    user = find_column(columns, _SURELY_USERS, set())
    item = find_column(columns, ITEMS, {user})
    return bool(user and item and find_column(columns, VALUES[:_SURELY], {user, item}))


def decode(data: bytes, name: str, *, unit: str = "", column: str = "") -> Collection:
    """Read a table of ratings.

    Parameters
    ----------
    data : bytes
        ``user,item,rating`` and, where known, a time, with headings or in that order; apart by
        commas, tabs or ``::`` as MovieLens has them. Without a rating each line counts 1.
    name : str
        The file, for messages.
    unit : str
        Not used; ratings have none.
    column : str
        The columns of users, items, ratings and times, apart by commas; found by headings, else by
        order, where left out.

    Returns
    -------
    Collection
        All users, then all items; its context is the :class:`~embedding_core.ratings.Ratings`.

    Raises
    ------
    UnreadableItemError
        If there are fewer than two columns, or ratings that are no numbers.
    EmptyCollectionError
    TooLargeError
    """
    return _collected(data, name, column)


def columns_of(data: bytes, name: str) -> tuple[str, ...]:
    """Return the columns of a table of ratings; none where a file is no table, or has no rows."""
    if PurePosixPath(name).suffix.lower() not in SPEC.suffixes:
        return ()
    try:
        return tuple(map(str, read_cells(data, name, _KNOWN).frame.columns))
    except InputError:
        # What is wrong with it is told where it is read.
        return ()


def _collected(
    data: bytes, name: str, column: str = "", said: pd.DataFrame | None = None
) -> Collection:
    import pandas as pd

    cells = read_cells(data, name, _KNOWN)
    user, item, value, time = _chosen(cells, name, column)
    notes = list(cells.notes)
    frame = pd.DataFrame({"user": cells.frame[user], "item": cells.frame[item]})
    frame["value"] = numbers(cells.frame[value]) if value else 1.0
    if value:
        _refuse_words(cells.frame[value], frame["value"], value, name)
    seconds = _seconds(cells.frame[time]) if time else None
    if time and seconds is None:
        notes.append(f"The column “{time}” holds no times that can be read, and is left out.")
    if seconds is not None:
        frame["time"] = seconds
    frame = _sound(frame, notes)
    if not len(frame):
        raise EmptyCollectionError(
            f"{name} has no rating that names a user, an item and a number; bring at least one."
        )
    users, user_names = pd.factorize(frame["user"])
    items, item_names = pd.factorize(frame["item"])
    check_size(len(user_names) + len(item_names), name)
    order = np.lexsort((items, users))
    ratings = Ratings(
        len(user_names),
        len(item_names),
        users[order].astype(np.int32),
        items[order].astype(np.int32),
        frame["value"].to_numpy()[order].astype(np.float32),
        frame["time"].to_numpy()[order].astype(np.int64) if "time" in frame else None,
    )
    if len(user_names) == 1:
        notes.append(
            "There is one user only, so that nothing can be learned of who likes the same; bring "
            "the ratings of several."
        )
    return assembled(ratings, list(user_names), list(item_names), name, said, notes)


def assembled(
    ratings: Ratings,
    users: Sequence[str],
    items: Sequence[str],
    name: str,
    said: pd.DataFrame | None = None,
    notes: Sequence[str] = (),
) -> Collection:
    """Return a collection of users and items.

    Parameters
    ----------
    ratings : Ratings
    users, items : sequence of str
        What they are called in the file.
    name : str
    said : pandas.DataFrame, optional
        What is said of the items, indexed by what they are called; its ``title`` names them.
    notes : sequence of str
    """
    import pandas as pd

    titles, columns = list(items), pd.DataFrame(index=range(len(items)))
    if said is not None:
        columns = said.reindex(list(items)).fillna("").reset_index(drop=True)
        if "title" in columns:
            named = zip(columns["title"], items, strict=True)
            titles = [str(title) or f"item {item}" for title, item in named]
            columns = columns.drop(columns=["title"])
    # Users and items are often numbered alike: then the ids must say which of them is meant.
    alike = not set(users).isdisjoint(titles)
    user_ids = [_told("user", user, alike) for user in users]
    item_ids = [_told("item", title, alike) for title in titles]
    table = pd.DataFrame(
        {
            "kind": ["user"] * len(users) + ["item"] * len(items),
            "ratings": np.concatenate(
                [
                    np.bincount(ratings.users, minlength=len(users)),
                    np.bincount(ratings.items, minlength=len(items)),
                ]
            ),
        }
    )
    if not ratings.is_implicit:
        table["mean rating"] = np.concatenate(
            [
                _means(ratings.users, ratings.values, len(users)),
                _means(ratings.items, ratings.values, len(items)),
            ]
        )
    for column in columns.columns:
        if column not in table:
            table[column] = [""] * len(users) + columns[column].astype(str).tolist()
    payloads = [
        *(Rated("user", i, id_) for i, id_ in enumerate(user_ids)),
        *(Rated("item", i, id_) for i, id_ in enumerate(item_ids)),
    ]
    return Collection.of(
        [*user_ids, *item_ids],
        payloads,
        table,
        modality="ratings",
        context=ratings,
        notes=notes,
        name=name,
    )


def _told(role: Role, name: str, alike: bool) -> str:
    """Return what to call a user or item: with its role where the name alone tells nothing."""
    return f"{role} {name}" if alike or name.isdigit() else name


def _means(places: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    counts = np.bincount(places, minlength=n)
    return np.bincount(places, weights=values, minlength=n) / np.maximum(counts, 1)


def _chosen(cells: Cells, name: str, column: str) -> tuple[str, str, str, str]:
    """Return the columns of users, items, ratings and times; "" where there is none."""
    columns = [str(one) for one in cells.frame.columns]
    if len(columns) < 2:
        raise UnreadableItemError(
            name, "it has one column, and ratings need a user, an item and a number."
        )
    asked = [one.strip() for one in column.split(",") if one.strip()]
    if asked:
        for one in asked:
            if one not in columns:
                raise UnknownNameError(f"column of {name}", one, columns)
        if not 2 <= len(asked) <= 4:
            raise InputError(
                f"The ratings of {name} got {len(asked)} columns; name those of users, items, "
                "ratings and, where known, times, apart by commas."
            )
        user, item, value, time = (*asked, "", "")[:4]
        return user, item, value, time
    user = find_column(columns, USERS, set())
    item = find_column(columns, ITEMS, {user})
    if user and item:
        taken = {user, item}
        value = find_column(columns, VALUES, taken)
        return user, item, value, find_column(columns, TIMES, taken | {value})
    user, item, value, time = (*columns, "", "")[:4]
    return user, item, value, time


def _refuse_words(cells: pd.Series, values: pd.Series, column: str, name: str) -> None:
    if values.isna().mean() > 0.5:
        words = [cell for cell in cells.head(1000) if cell]
        shown = f", such as “{words[0]}”" if words else ""
        raise UnreadableItemError(
            name,
            f"most ratings in its column “{column}” are no numbers{shown}; are the columns "
            "swapped? Name them user, item and rating in the first line.",
        )


def _seconds(cells: pd.Series) -> pd.Series | None:
    """Return times in seconds since 1970, NaN where there is none; None where most are none."""
    import pandas as pd

    found = numbers(cells)
    if found.isna().mean() > 0.5:
        dates = pd.to_datetime(cells, errors="coerce", utc=True, format="mixed")
        known = dates.notna()
        found = pd.Series(np.nan, index=cells.index)
        found[known] = [moment.timestamp() for moment in dates[known]]
    elif found.median() > 1e11:
        found = found / 1000  # milliseconds
    return None if found.isna().mean() > 0.5 else found


def _sound(frame: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return the ratings that can be used: whole, finite, the last of several of one pair."""
    unnamed = (frame["user"] == "") | (frame["item"] == "")
    if unnamed.any():
        notes.append(f"{_ratings(int(unnamed.sum()))} left out, without a user or an item.")
    odd = ~np.isfinite(frame["value"]) & ~unnamed
    if odd.any():
        notes.append(f"{_ratings(int(odd.sum()))} left out, without a number.")
    vast = (frame["value"].abs() > _MOST) & ~unnamed & ~odd
    if vast.any():
        notes.append(f"{_ratings(int(vast.sum()))} left out, beyond {_MOST:,.0f}.")
    frame = frame[~(unnamed | odd | vast)]
    if "time" in frame:
        lost = frame["time"].isna()
        if lost.any():
            notes.append(f"{_ratings(int(lost.sum()))} left out, without a time.")
            frame = frame[~lost]
        frame = frame.sort_values("time", kind="stable")
        again = frame.duplicated(["user", "item"], keep="last")
        frame = frame[~again].sort_index()
    else:
        again = frame.duplicated(["user", "item"], keep="last")
        frame = frame[~again]
    if again.any():
        notes.append(f"{_ratings(int(again.sum()))} left out, where the user rated the same again.")
    return frame


def _ratings(n: int) -> str:
    return "1 rating was" if n == 1 else f"{n:,} ratings were"


def bundles(files: Sequence[tuple[str, Content]]) -> list[Bundle]:
    """Return which files are ratings and what was rated: MovieLens, or tables named alike.

    Such as ``ratings.csv`` beside ``movies.csv``, ``ratings.dat`` beside ``movies.dat``, or
    ``u.data`` beside ``u.item``. What lies beside them besides is part of the set and not read.
    """
    contents = dict(files)
    found = []
    for name in contents:
        path = PurePosixPath(name)
        if path.name.lower() == "u.data" or (
            path.stem.lower() == "ratings" and path.suffix.lower() in (".csv", ".dat", ".tsv")
        ):
            near = [
                one for one in contents
                if one != name and PurePosixPath(one).parent == path.parent and _describes(one)
            ]  # fmt: skip
            # All of the folder belongs to it: tags, links, licences.
            folder = {one for one in contents if PurePosixPath(one).parent == path.parent}
            found.append(_whole(name, near[0] if near else "", contents, frozenset(folder)))
    return found


def _describes(name: str) -> bool:
    path = PurePosixPath(name.lower())
    return path.name == "u.item" or (
        path.stem in _BESIDE and path.suffix in (".csv", ".dat", ".tsv")
    )


def _whole(name: str, items: str, contents: dict[str, Content], files: frozenset[str]) -> Bundle:
    def read(unit: str = "", column: str = "") -> Collection:
        said = _items(contents[items](), items) if items else None
        return _collected(contents[name](), name, column, said)

    return Bundle(name, files, read)


def _items(data: bytes, name: str) -> pd.DataFrame:
    """Return what a table says of the items, by what the ratings call them."""
    cells = read_cells(data, name, ("title", "movieid", "item", "itemid", "id"))
    frame = cells.frame
    if PurePosixPath(name).name.lower() == "u.item" and frame.shape[1] == 24:
        kinds = list(frame.columns[5:])
        frame = frame.assign(genres=[
            "|".join(kind for kind, said in zip(_MOVIELENS_KINDS, row, strict=True) if said == "1")
            for row in frame[kinds].to_numpy()
        ]).iloc[:, [0, 1, 24]]  # fmt: skip
        frame.columns = ["item", "title", "genres"]
    elif not cells.named:
        frame.columns = ["item", "title", "genres", *frame.columns[3:]][: frame.shape[1]]
    columns = [str(column) for column in frame.columns]
    key = find_column(columns, ("id", *ITEMS), {"title"}) or columns[0]
    said = frame[frame[key] != ""].drop_duplicates(key).set_index(key)
    return typed(said)


def _preview(payload: Payload) -> str:
    assert isinstance(payload, Rated)
    return payload.name


SPEC = ModalitySpec(
    name="ratings",
    label="Ratings",
    suffixes=(".data", ".dat", ".csv", ".tsv", ".txt"),
    decode=decode,
    preview=_preview,
    bundles=bundles,
)
