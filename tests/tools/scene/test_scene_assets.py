"""Catalogues: the ProcTHOR database, a folder of models, typical boxes, and one after the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lookagain.core.errors import InputError
from lookagain.tools.scene.assets import Asset, Chain, GlbFolder, ProcthorAssets, TypicalSizes, shape_of
from lookagain.tools.scene.typical import typical_size
from lookagain.tools.scene.values import Point
from tests.support import scene_made

DATABASE = {
    "ArmChair": [
        {"assetId": "A1", "boundingBox": {"x": 0.9, "y": 0.8, "z": 0.7}},
        {"assetId": "A2", "boundingBox": None},
        {"assetId": "A3", "boundingBox": {"x": 1, "y": 1, "z": 1}},
    ]
}


@pytest.fixture
def procthor() -> ProcthorAssets:
    return ProcthorAssets(json.dumps(DATABASE).encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = json.dumps(scene_made.gltf())
    (tmp_path / "sofas").mkdir()
    (tmp_path / "Armchair_01.gltf").write_text(model)
    (tmp_path / "sofas" / "x7f.gltf").write_text(model)
    (tmp_path / "sofa").mkdir()
    (tmp_path / "sofa" / "x7f.GLTF").write_text(model)
    (tmp_path / "notes.txt").write_text("no model")
    return tmp_path


def test_the_database_has_sizes_with_the_height_last(procthor: ProcthorAssets) -> None:
    assert len(procthor) == 2
    asset = Asset(id="A1", category="armchair", size=Point(0.9, 0.7, 0.8), source="ProcTHOR assets")
    assert procthor.get("A1") == asset
    assert [one.id for one in procthor.of("armchair")] == ["A1", "A3"]
    assert procthor.of("sofa") == ()


def test_the_real_database_is_read(data: Path) -> None:
    found = ProcthorAssets((data / "scenes" / "procthor" / "databases" / "asset-database.json").read_bytes())
    assert len(found) == 1653
    assert all(0 < side < 5 for one in found.of("dining_table") for side in one.size)


def test_a_folder_of_models_is_named_by_its_files(folder: Path) -> None:
    assets = GlbFolder(folder)
    chair = assets.get("Armchair_01")
    assert chair is not None
    assert chair.category == "armchair"
    assert chair.size == pytest.approx((4, 3, 0.95))
    assert chair.source == "Armchair_01.gltf"
    assert [one.id for one in assets.of("sofa")] == ["sofa/x7f"]
    assert assets.get("notes") is None


def test_a_file_that_is_no_model_is_named_when_it_is_asked_for(folder: Path) -> None:
    (folder / "lamp.glb").write_bytes(b"glTF nothing")
    assets = GlbFolder(folder)
    assert assets.get("Armchair_01") is not None
    with pytest.raises(InputError, match=r"lamp\.glb"):
        assets.of("lamp")


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "bed.gltf"
    outside.write_text(json.dumps(scene_made.gltf()))
    (folder / "bed.gltf").symlink_to(outside)
    with pytest.raises(InputError, match="outside the allowed folder"):
        GlbFolder(folder).of("bed")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a folder"):
        GlbFolder(tmp_path / "none")


def test_a_chain_says_who_gave_the_answer(procthor: ProcthorAssets) -> None:
    chain = Chain(procthor, TypicalSizes())
    assert [one.source for one in chain.of("armchair")] == ["ProcTHOR assets"] * 2
    assert [(one.source, one.size) for one in chain.of("sofa")] == [("typical size", typical_size("sofa"))]
    assert chain.of("zyx") == ()
    assert chain.get("A3") == procthor.get("A3")
    assert chain.get("none") is None


@pytest.mark.parametrize(
    ("id_", "category", "source"),
    [("A1", "sofa", "ProcTHOR assets"), ("", "sofa", "typical size"), ("none", "zyx", "guess")],
)
def test_every_object_has_a_shape(procthor: ProcthorAssets, id_: str, category: str, source: str) -> None:
    assert shape_of(procthor, id_, category).source == source
