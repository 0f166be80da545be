from __future__ import annotations

from lookagain.tools.physics import fields


def test_every_exported_name_is_documented() -> None:
    assert sorted(set(fields.__all__)) == sorted(fields.__all__)
    for name in fields.__all__:
        assert getattr(fields, name).__doc__ or name == "FieldValues", name


def test_the_names_that_the_program_relies_on() -> None:
    assert {"Field", "FieldSettings", "FieldSystem", "FieldDiscovery", "discover_field", "field_acceptance"} <= set(
        fields.__all__
    )
