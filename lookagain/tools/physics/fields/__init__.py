"""Fields: quantities that fill space, and the partial differential equations that govern them."""

from lookagain.tools.physics.fields.acceptance import FieldBounds, field_acceptance
from lookagain.tools.physics.fields.discover import discover_field
from lookagain.tools.physics.fields.discovery import (
    FieldCandidate,
    FieldDiscovery,
    FieldForm,
    FieldHeldOut,
    FieldRival,
    FieldSettings,
    FieldTests,
)
from lookagain.tools.physics.fields.features import Feature, feature_names
from lookagain.tools.physics.fields.field import Field, FieldValues
from lookagain.tools.physics.fields.system import FieldSystem

__all__ = [
    "Feature",
    "Field",
    "FieldBounds",
    "FieldCandidate",
    "FieldDiscovery",
    "FieldForm",
    "FieldHeldOut",
    "FieldRival",
    "FieldSettings",
    "FieldSystem",
    "FieldTests",
    "FieldValues",
    "discover_field",
    "feature_names",
    "field_acceptance",
]
