"""Ratings from files: MovieLens as it is downloaded, tables of one's own, and bad input."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.errors import ContractError, EmptyCollectionError, InputError
from embedding_core.ratings import Ratings


def read(text, name="ratings.csv", **options):
    data = text.encode() if isinstance(text, str) else text
    return ec.read(data, "ratings", name=name, **options)


def cells_of(collection):
    """Return what each user gave each item, by ids."""
    ratings = collection.context
    ids = collection.ids
    return {
        (ids[user], ids[ratings.n_users + item]): float(value)
        for user, item, value in zip(ratings.users, ratings.items, ratings.values, strict=True)
    }


EXPECTED = {("user 1", "item 10"): 4, ("user 1", "item 11"): 3, ("user 2", "item 10"): 5}
LAYOUTS = {
    "ratings.csv": "userId,movieId,rating,timestamp\n1,10,4.0,100\n1,11,3.0,300\n2,10,5.0,200\n",
    "ratings.dat": "1::10::4::100\n1::11::3::300\n2::10::5::200\n",
    "u.data": "1\t10\t4\t100\n1\t11\t3\t300\n2\t10\t5\t200\n",
    "bare.csv": "1,10,4,100\n1,11,3,300\n2,10,5,200\n",
    "swapped.csv": "rating,timestamp,item,user\n4,100,10,1\n3,300,11,1\n5,200,10,2\n",
    "spaced.txt": "1 10 4 100\n1 11 3 300\n2 10 5 200\n",
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_the_same_ratings(name):
    found = read(LAYOUTS[name], name)
    assert found.ids == ("user 1", "user 2", "item 10", "item 11")
    assert cells_of(found) == EXPECTED
    assert found.context.timestamps.tolist() == [100, 300, 200]
    assert found.table["kind"].tolist() == ["user", "user", "item", "item"]
    assert found.table["ratings"].tolist() == [2, 1, 2, 1]
    assert found.table["mean rating"].tolist() == [3.5, 5, 4.5, 3]
    np.testing.assert_array_equal(found.context.matrix().toarray(), [[4, 3], [5, 0]])
    assert not found.notes


def test_movielens_as_it_is_downloaded():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("ml/ratings.csv", LAYOUTS["ratings.csv"])
        archive.writestr(
            "ml/movies.csv",
            'movieId,title,genres\n10,Toy Story (1995),Comedy\n11,"Heat, The",Crime\n12,Unseen,X\n',
        )
        archive.writestr("ml/tags.csv", "userId,movieId,tag,timestamp\n1,10,fun,3\n")
        archive.writestr("ml/README.txt", "Read this.")
    found = ec.read(file.getvalue(), name="ml.zip")
    assert found.modality == "ratings"
    assert found.ids[2:] == ("Toy Story (1995)", "Heat, The")
    assert found.table["genres"].tolist() == ["", "", "Comedy", "Crime"]


def test_movielens_100k_has_names_in_another_alphabet_and_genres_in_columns():
    kinds = ["0"] * 19
    kinds[3] = kinds[5] = "1"
    item = f"10|Toy St\xf6ry|01-Jan-1995||http://x|{'|'.join(kinds)}\n"
    item += f"11|Heat|01-Jan-1995||http://x|{'|'.join(['0'] * 18 + ['1'])}\n"
    files = {"u.data": LAYOUTS["u.data"].encode(), "u.item": item.encode("latin-1")}
    found = ec.read({**files, "u.user": b"1|24|M|x|1\n", "u1.base": b"1\t2\t3\t4\n"})
    assert found.ids[2:] == ("Toy Störy", "Heat")
    assert found.table["genres"].tolist()[2:] == ["Animation|Comedy", "Western"]


def test_movielens_1m_names_films_apart_by_colons():
    files = {
        "ml-1m/ratings.dat": LAYOUTS["ratings.dat"].encode(),
        "ml-1m/movies.dat": b"10::Toy Story (1995)::Animation\n11::Alien: Heat::Crime\n",
    }
    found = ec.read(files)
    assert found.ids[2:] == ("Toy Story (1995)", "Alien: Heat")


def test_names_are_kept_unless_users_and_items_share_some():
    assert read("Ann,Heat,4\nBob,Heat,3\n").ids == ("Ann", "Bob", "Heat")
    assert read("Ann,Bob,4\nBob,Cy,3\n").ids == ("user Ann", "user Bob", "item Bob", "item Cy")


def test_ratings_that_are_no_numbers_are_left_out_and_counted():
    found = read("user,item,rating\na,x,4\na,y,NaN\nb,x,\nb,y,inf\n,x,3\nb,z,good\nb,x,2\na,z,1\n"
                 "a,w,5\nb,w,5\n")  # fmt: skip
    assert cells_of(found) == {("a", "x"): 4, ("b", "x"): 2, ("a", "z"): 1, ("a", "w"): 5,
                               ("b", "w"): 5}  # fmt: skip
    assert "4 ratings were left out, without a number." in found.notes
    assert "1 rating was left out, without a user or an item." in found.notes


def test_of_two_ratings_the_later_counts():
    timed = read("user,item,rating,timestamp\na,x,1,200\na,x,5,100\nb,x,2,1\n")
    assert cells_of(timed)["a", "x"] == 1
    assert "1 rating was left out, where the user rated the same again." in timed.notes
    assert cells_of(read("user,item,rating\na,x,1\na,x,5\nb,x,2\n"))["a", "x"] == 5


def test_one_user_only_is_read_and_said():
    found = read("user,item,rating\na,x,1\na,y,5\n")
    assert len(found) == 3
    assert any("one user only" in note for note in found.notes)


def test_without_ratings_each_line_counts_one():
    found = read("user,item\na,x\na,y\nb,x\n")
    assert found.context.is_implicit
    assert "mean rating" not in found.table
    assert set(cells_of(found).values()) == {1}


@pytest.mark.parametrize(
    ("cells", "seconds"),
    [
        (("2020-01-01", "2020-01-02 00:00:10"), (1577836800, 1577923210)),
        (("1577836800000", "1577923210000"), (1577836800, 1577923210)),
        (("1577836800", "1577923210"), (1577836800, 1577923210)),
    ],
    ids=["dates", "milliseconds", "seconds"],
)
def test_times_are_seconds_whatever_their_form(cells, seconds):
    found = read(f"user,item,rating,date\na,x,1,{cells[0]}\nb,x,5,{cells[1]}\n")
    assert tuple(found.context.timestamps) == seconds


def test_times_that_are_none_are_said():
    found = read("user,item,rating,time\na,x,1,soon\nb,x,5,later\n")
    assert found.context.timestamps is None
    assert any("holds no times" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("user,item,rating\na,5,x\nb,4,y\n", "are the columns swapped"),
        ("one\ntwo\n", "one column"),
        ("user,item,rating\n,x,3\n", "no rating that names"),
        ("", "empty"),
    ],
)
def test_what_is_no_table_of_ratings_is_refused_in_a_sentence(text, says):
    with pytest.raises(InputError, match=says) as problem:
        read(text)
    assert str(problem.value).endswith(".")


def test_ratings_too_large_to_reckon_with_are_left_out():
    found = read("user,item,rating\na,x,1e300\na,y,-1e38\na,z,1000000\nb,x,3\n")
    assert cells_of(found) == {("a", "z"): 1_000_000, ("b", "x"): 3}
    assert "2 ratings were left out, beyond 1,000,000." in found.notes


def test_columns_can_be_named():
    text = "a,b,c\n5,x,Ann\n3,x,Bob\n"
    assert cells_of(read(text, column="c,b,a")) == {("Ann", "x"): 5, ("Bob", "x"): 3}
    with pytest.raises(LookupError):
        read(text, column="c,b,d")


def test_the_context_checks_itself_and_knows_its_content():
    def ratings(users=(0, 0, 1), items=(0, 1, 0), values=(1, 2, 3), **more):
        return Ratings(2, 2, np.array(users, np.int32), np.array(items, np.int32),
                       np.array(values, np.float32), **more)  # fmt: skip

    times = np.array([1, 2, 3])
    prints = [ratings(), ratings(values=(1, 2, 4)), ratings(items=(0, 1, 1)),
              ratings(timestamps=times)]  # fmt: skip
    assert len({one.digest() for one in prints}) == 4
    for wrong in ({"users": (1, 0, 0)}, {"items": (0, 0, 0)}, {"items": (0, 1, 2)},
                  {"values": (1, 2, np.nan)}, {"timestamps": times[:2]}):  # fmt: skip
        with pytest.raises(ContractError):
            ratings(**wrong)
    part = ratings(timestamps=times).keep(np.array([True, False, True]))
    assert part.values.tolist() == [1, 3]
    assert part.timestamps.tolist() == [1, 3]


def test_nothing_is_an_empty_collection():
    with pytest.raises(EmptyCollectionError):
        read("user,item,rating\n")
