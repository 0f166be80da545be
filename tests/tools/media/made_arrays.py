"""One field written in every format that the door reads, and files that mean harm."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import scipy.io
import zarr
import zarr.codecs
import zarr.storage
from numpy.typing import NDArray
from PIL import Image as Pillow

Values = NDArray[Any]


def field(frames: int = 10, height: int = 9, width: int = 12, seed: int = 1700) -> NDArray[np.float64]:
    """Values (t, y, x) without any symmetry."""
    return np.random.default_rng(seed).normal(size=(frames, height, width))


def npy(path: Path, u: Values) -> Path:
    np.save(path / "u.npy", u)
    return path / "u.npy"


def npy_fortran(path: Path, u: Values) -> Path:
    np.save(path / "u.npy", np.asfortranarray(u))
    return path / "u.npy"


def npy_big_endian(path: Path, u: Values) -> Path:
    np.save(path / "u.npy", u.astype(u.dtype.newbyteorder(">")))
    return path / "u.npy"


def npz(path: Path, u: Values) -> Path:
    np.savez_compressed(path / "u.npz", u=u, dt=0.5)
    return path / "u.npz"


def mat(path: Path, u: Values) -> Path:
    scipy.io.savemat(path / "u.mat", {"u": u, "note": "words"}, do_compression=True)
    return path / "u.mat"


def hdf5(path: Path, u: Values) -> Path:
    with h5py.File(path / "u.h5", "w") as file:
        made = file.create_dataset(
            "run/u", data=u, chunks=(5, *u.shape[1:]), compression="gzip", shuffle=True, fletcher32=True
        )
        for dim, name in zip(made.dims, ("time", "y", "x"), strict=True):
            dim.label = name
    return path / "u.h5"


def lzf(path: Path, u: Values) -> Path:
    with h5py.File(path / "u.h5", "w") as file:
        file.create_dataset("u", data=u, chunks=True, compression="lzf")
    return path / "u.h5"


def netcdf_like(path: Path, u: Values) -> Path:
    """Dimensions named by scales, as NetCDF 4 writes them."""
    with h5py.File(path / "u.nc", "w") as file:
        made = file.create_dataset("u", data=u)
        for k, name in enumerate(("time", "lat", "lon")):
            file[name] = np.arange(u.shape[k], dtype=float)
            file[name].make_scale(name)
            made.dims[k].attach_scale(file[name])
    return path / "u.nc"


def matlab73(path: Path, u: Values) -> Path:
    """HDF5 behind MATLAB's block of 512 bytes, dimensions reversed as MATLAB stores them."""
    with h5py.File(path / "u.mat", "w", userblock_size=512) as file:
        file["u"] = u
        file.create_group("#refs#")["hidden"] = u
    with (path / "u.mat").open("r+b") as stream:
        stream.write(b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\x00\x02IM")
    return path / "u.mat"


def zarr3(path: Path, u: Values) -> Path:
    group = zarr.open_group(str(path / "u.zarr"), mode="w", zarr_format=3)
    made = group.create_array(
        "u", shape=u.shape, dtype=u.dtype, chunks=(5, *u.shape[1:]), dimension_names=("time", "y", "x")
    )
    made[:] = u
    return path / "u.zarr"


def zarr2(path: Path, u: Values) -> Path:
    group = zarr.open_group(str(path / "u.zarr"), mode="w", zarr_format=2)
    made = group.create_array("u", shape=u.shape, dtype=u.dtype, chunks=(5, *u.shape[1:]))
    made[:] = u
    made.attrs["_ARRAY_DIMENSIONS"] = ["time", "lat", "lon"]
    return path / "u.zarr"


def zarr_zip(path: Path, u: Values) -> Path:
    with zarr.storage.ZipStore(str(path / "u.zip"), mode="w") as store:
        made = zarr.create_array(
            store,
            shape=u.shape,
            dtype=u.dtype,
            chunks=(5, *u.shape[1:]),
            compressors=zarr.codecs.GzipCodec(),
            dimension_names=("t", "y", "x"),
        )
        made[:] = u
    return path / "u.zip"


#: Formats that keep any numbers, with the axes that must be said.
FORMATS: tuple[tuple[Callable[[Path, Values], Path], str], ...] = (
    (npy, "tyx"),
    (npy_fortran, "tyx"),
    (npy_big_endian, "tyx"),
    (npz, "tyx"),
    (mat, "tyx"),
    (hdf5, ""),
    (lzf, "tyx"),
    (netcdf_like, ""),
    (matlab73, "tyx"),
    (zarr3, ""),
    (zarr2, ""),
    (zarr_zip, ""),
)


def tiff(path: Path, pages: Values) -> Path:
    pictures = [Pillow.fromarray(page) for page in pages]
    pictures[0].save(path / "stack.tif", save_all=True, append_images=pictures[1:])
    return path / "stack.tif"


def pictures(path: Path, pages: Values, *, ending: str = "png") -> Path:
    folder = path / "pictures"
    folder.mkdir()
    for number, page in enumerate(pages):
        Pillow.fromarray(page).save(folder / f"frame{number}.{ending}")
    return folder


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def npy_bytes(values: Values) -> bytes:
    out = io.BytesIO()
    np.save(out, values, allow_pickle=True)
    return out.getvalue()


def npy_header(shape: tuple[int, ...], descr: str = "<f8") -> bytes:
    """A header that declares any shape, without values."""
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, {"descr": descr, "fortran_order": False, "shape": shape})
    return out.getvalue()


def edited(path: Path, name: str, **changes: Any) -> Path:
    """A Zarr folder with its metadata changed."""
    file = path / name
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
    return path
