"""Every registered thing says what it is; listing it loads nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import embedding_core as ec
from embedding_core.errors import ContractError, UnknownNameError
from embedding_core.models import EncoderSpec, TrainerSpec
from embedding_core.params import resolve
from embedding_core.registry import Registry
from embedding_core.weights import Available, Missing


@dataclass(frozen=True)
class Thing:
    name: str


def test_a_registry_keeps_its_order_and_names_what_it_has():
    things = Registry("thing", [Thing("one"), Thing("three"), Thing("two")])
    assert list(things) == ["one", "three", "two"]
    assert things["two"].name == "two"
    assert "four" not in things
    assert things.get("four") is None
    with pytest.raises(UnknownNameError, match=r"no thing called 'thre'.*'three'.*one, three, two"):
        things["thre"]


def test_a_name_can_be_there_once():
    with pytest.raises(ContractError, match="two things are called 'one'"):
        Registry("thing", [Thing("one"), Thing("one")])


every_spec = pytest.mark.parametrize(
    "spec", [*ec.EMBEDDERS.values(), *ec.PROJECTORS.values()], ids=lambda spec: spec.name
)


@every_spec
def test_a_spec_says_what_a_person_needs_to_know(spec):
    assert spec.label.strip()
    assert spec.about.endswith(".")
    assert len(spec.about) > 30
    assert spec.source.strip()
    assert getattr(spec, "licence", "none needed").strip()


@every_spec
def test_its_defaults_are_valid_and_its_settings_say_what_they_do(spec):
    settings = resolve(spec.name, spec.params, {})
    assert settings == {param.name: param.default for param in spec.params}
    for param in spec.params:
        assert param.check(param.default) == param.default
        # As a link or a shell would give it.
        assert param.check(str(param.default)) == param.default
        assert param.help.endswith(".")
        assert len(param.labels) in (0, len(param.choices))


@pytest.mark.parametrize("spec", ec.EMBEDDERS.values(), ids=lambda spec: spec.name)
def test_a_model_is_an_encoder_or_a_trainer_and_says_whether_it_is_here(spec):
    assert isinstance(spec, EncoderSpec) != isinstance(spec, TrainerSpec)
    assert spec.modality in ec.MODALITIES
    state = spec.availability(resolve(spec.name, spec.params, {}))
    assert isinstance(state, (Available, Missing))
    if isinstance(state, Missing):
        assert state.reason
        assert state.remedy


def test_glove_is_always_there():
    assert isinstance(ec.EMBEDDERS["glove-6b-50d"].availability({}), Available)


@pytest.mark.parametrize("sample", ec.SAMPLES.values(), ids=lambda sample: sample.name)
def test_a_sample_opens_as_what_it_is(sample):
    collection = sample.read()
    assert collection.name == sample.title
    assert collection.modality == sample.modality
    assert not collection.notes
    assert sample.color in collection.table.columns
    assert len(collection) >= 15
    # A word, not a line of the file.
    within = "\n" if sample.unit == "sentence" else ",\n"
    assert not [id_ for id_ in collection.ids if set(within) & set(id_)]
    assert ec.MODALITIES[sample.modality].preview(collection.payloads[0])


def test_a_sample_of_words_reads_as_its_table():
    capitals = ec.SAMPLES["capitals"].read()
    row = capitals.table.iloc[capitals.positions["paris"]]
    assert row.to_dict() == {"group": "capital", "continent": "europe", "country": "france"}
