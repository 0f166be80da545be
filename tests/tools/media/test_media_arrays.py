from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import scipy.io
from PIL import Image as Pillow

from lookagain.core.errors import ConfigError, InputError
from lookagain.tools.media import MediaDoor
from tests.tools.media import made_arrays as made
from tests.tools.media.made_arrays import Values


@pytest.mark.parametrize(("write", "axes"), made.FORMATS, ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.parametrize("dtype", ["f8", "f4", "i2", "u1"])
def test_every_format_gives_the_same_frames(
    write: Callable[[Path, Values], Path], axes: str, dtype: str, tmp_path: Path
) -> None:
    u = (20 * made.field()).clip(0, 100).astype(dtype)
    path = write(tmp_path, u)
    stack = MediaDoor().array(path, axes=axes)
    assert stack.shape == (10, 1, 9, 12)
    whole = stack.read()
    assert whole.dtype == {"f8": np.float64, "f4": np.float32, "i2": np.float32, "u1": np.uint8}[dtype]
    np.testing.assert_array_equal(whole[:, 0], u)
    np.testing.assert_array_equal(stack.read(3, 7)[:, 0], u[3:7])
    assert stack.sha256 == MediaDoor().sha256(path, kind="array")


def test_an_npy_file_stays_on_disk(tmp_path: Path) -> None:
    u = made.field().astype(np.float32)
    values = MediaDoor().array(made.npy(tmp_path, u), axes="tyx").read()
    assert isinstance(values, np.memmap)
    assert not values.flags.writeable


@pytest.mark.parametrize(
    ("axes", "order"), [("tyx", (0, 1, 2)), ("yxt", (1, 2, 0)), ("xty", (2, 0, 1)), ("ytx", (1, 0, 2))]
)
def test_axes_may_come_in_any_order(axes: str, order: tuple[int, ...], tmp_path: Path) -> None:
    u = made.field()
    stack = MediaDoor().array(made.npy(tmp_path, u.transpose(order)), axes=axes)
    np.testing.assert_array_equal(stack.read()[:, 0], u)


@pytest.mark.parametrize("axes", ["tcyx", "tyx"])
def test_a_channel_axis_of_one_entry_may_be_named_or_left_out(axes: str, tmp_path: Path) -> None:
    u = made.field()
    stack = MediaDoor().array(made.npy(tmp_path, u[:, None]), axes=axes)
    assert stack.shape == (10, 1, 9, 12)
    np.testing.assert_array_equal(stack.read()[:, 0], u)


def test_a_channel_axis_and_two_arrays_are_the_same(tmp_path: Path) -> None:
    u, v = made.field(), made.field(seed=1701)
    np.save(tmp_path / "both.npy", np.stack([u, v], axis=-1))
    np.savez(tmp_path / "both.npz", u=u, v=v)
    together = MediaDoor().array(tmp_path / "both.npy", axes="tyxc")
    apart = MediaDoor().array(tmp_path / "both.npz", axes="tyx", dataset="u, v")
    assert together.names == ()
    assert apart.names == ("u", "v")
    np.testing.assert_array_equal(together.read(), apart.read())
    np.testing.assert_array_equal(together.read()[:, 1], v)


def test_coordinates_give_axes_times_and_spacing(tmp_path: Path) -> None:
    u = made.field()[:, 0, :]
    scipy.io.savemat(
        tmp_path / "u.mat", {"usol": u.T + 0j, "t": 0.1 * np.arange(10)[:, None], "x": np.linspace(3, -2.5, 12)}
    )
    stack = MediaDoor().array(tmp_path / "u.mat")
    assert (stack.axes, stack.names, stack.shape) == ("xt", ("usol",), (10, 1, 12))
    assert stack.t is not None
    np.testing.assert_allclose(stack.t, 0.1 * np.arange(10))
    assert stack.spacing == pytest.approx((0.5,))
    # A coordinate that falls is turned, so that derivatives keep their sign.
    np.testing.assert_array_equal(stack.read()[:, 0], u[:, ::-1])


def test_single_steps_are_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "u.npz", u=made.field(), dt=0.25, dx=2.0, dy=3.0)
    stack = MediaDoor().array(tmp_path / "u.npz", axes="tyx")
    assert stack.spacing == (3.0, 2.0)
    assert stack.t is not None
    np.testing.assert_allclose(np.diff(stack.t), 0.25)


def test_the_rest_of_a_fourier_transform_is_not_data(tmp_path: Path) -> None:
    u = made.field()
    np.savez(tmp_path / "real.npz", u=u + 1e-9j)
    np.savez(tmp_path / "complex.npz", u=u + 1e-3j)
    np.testing.assert_array_equal(MediaDoor().array(tmp_path / "real.npz", axes="tyx").read()[:, 0], u)
    with pytest.raises(InputError, match=r"complex.*two channels"):
        MediaDoor().array(tmp_path / "complex.npz", axes="tyx").read()


def test_complex_numbers_of_hdf5(tmp_path: Path) -> None:
    u = made.field()
    pairs = np.zeros(u.shape, dtype=[("real", "f8"), ("imag", "f8")])
    pairs["real"] = u
    with h5py.File(tmp_path / "u.h5", "w") as file:
        file["u"] = pairs
    np.testing.assert_array_equal(MediaDoor().array(tmp_path / "u.h5", axes="tyx").read()[:, 0], u)


@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_pages_of_a_tiff(dtype: str, tmp_path: Path) -> None:
    pages = (50 * made.field()).clip(0, 200).astype(dtype)
    stack = MediaDoor().array(made.tiff(tmp_path, pages))
    assert (stack.axes, stack.format) == ("tyx", "tiff")
    np.testing.assert_array_equal(stack.read()[:, 0], pages)
    np.testing.assert_array_equal(stack.read(4, 6)[:, 0], pages[4:6])


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_a_folder_of_pictures_is_in_natural_order(ending: str, tmp_path: Path) -> None:
    pages = np.random.default_rng(1702).integers(0, 256, (12, 9, 10, 3), dtype=np.uint8)
    folder = made.pictures(tmp_path, pages, ending=ending)
    (folder / "notes.txt").write_text("not a picture")
    stack = MediaDoor().array(folder)
    assert (stack.axes, stack.shape) == ("tyxc", (12, 3, 9, 10))
    np.testing.assert_array_equal(stack.read(), pages.transpose(0, 3, 1, 2))


def test_the_hash_of_a_folder_is_that_of_names_and_contents(tmp_path: Path) -> None:
    pages = np.random.default_rng(1703).integers(0, 256, (9, 8, 8), dtype=np.uint8)
    folder = made.pictures(tmp_path, pages)
    first = MediaDoor().sha256(folder, kind="array")
    moved = folder.rename(tmp_path / "elsewhere")
    assert MediaDoor().sha256(moved, kind="array") == first
    (moved / "frame8.png").rename(moved / "frame9.png")
    renamed = MediaDoor().sha256(moved, kind="array")
    (moved / "frame0.png").write_bytes((moved / "frame1.png").read_bytes())
    assert len({first, renamed, MediaDoor().sha256(moved, kind="array")}) == 3


@pytest.mark.parametrize(
    ("arrays", "dataset", "says"),
    [
        ({"u": made.field(), "v": made.field()}, "", r"2 arrays: u \(10, 9, 12\), v .*dataset"),
        ({"u": made.field()}, "w", "no array is called 'w'; there are u"),
        ({"u": made.field()}, "u,u", "twice"),
        ({"u": made.field(), "v": made.field(8)}, "u,v", "one shape"),
        ({"t": np.arange(5)}, "", "no array of numbers"),
        ({"u": np.array(["a", "b"])}, "", r"no array of numbers.*u \(its type is <U1\)"),
    ],
)
def test_what_is_not_clear_is_refused(arrays: dict[str, Values], dataset: str, says: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=says) as caught:
        MediaDoor().array(tmp_path / "a.npz", axes="tyx", dataset=dataset)
    assert "a.npz" in str(caught.value)


def test_an_uneven_coordinate_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", u=made.field(), x=np.arange(12.0) ** 2)
    with pytest.raises(InputError, match="not evenly spaced"):
        MediaDoor().array(tmp_path / "a.npz", axes="tyx")


def test_pictures_of_two_sizes_are_refused(tmp_path: Path) -> None:
    folder = made.pictures(tmp_path, np.zeros((9, 8, 8), dtype=np.uint8))
    Pillow.fromarray(np.zeros((8, 9), dtype=np.uint8)).save(folder / "frame9.png")
    with pytest.raises(InputError, match="picture 9"):
        MediaDoor().array(folder).read()


@pytest.mark.parametrize(("module", "write"), [("h5py", made.hdf5), ("zarr", made.zarr3)])
def test_a_missing_library_is_named(
    module: str, write: Callable[[Path, Values], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, made.field())
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigError, match=rf"{module}.*lookagain\[arrays\]"):
        MediaDoor().array(path).read()


@pytest.mark.parametrize("write", [made.npy, made.zarr3, made.hdf5, made.zarr_zip])
def test_arrays_stay_inside_the_jail(write: Callable[[Path, Values], Path], tmp_path: Path) -> None:
    outside, jail = tmp_path / "out", tmp_path / "jail"
    outside.mkdir()
    jail.mkdir()
    path = write(outside, made.field())
    (jail / "link").symlink_to(path)
    for way in (path, "link", f"../out/{path.name}"):
        for asked in (MediaDoor(root=jail).array, lambda p: MediaDoor(root=jail).sha256(p, kind="array")):
            with pytest.raises(InputError, match="outside"):
                asked(way)


def test_an_image_or_video_is_no_array(tmp_path: Path) -> None:
    folder = made.pictures(tmp_path, np.zeros((9, 8, 8), dtype=np.uint8))
    with pytest.raises(InputError, match="expected array"):
        MediaDoor().array(folder / "frame0.png")
    with pytest.raises(InputError, match=r"expected image.*npy"):
        MediaDoor().image(made.npy(tmp_path, made.field()))
