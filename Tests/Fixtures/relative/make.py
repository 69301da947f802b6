"""Makes buckets.csv beside this script: the bucket of T5's relative positions for every offset from -600 to 600.

    python make.py transformers-4.46.3-py3-none-any.whl
    (the wheel comes from `pip download --no-deps transformers==4.46.3`; needs numpy; the tests need neither)

It runs the source of `T5Attention._relative_position_bucket` as it stands in the wheel. The few functions of PyTorch that
it calls are those of numpy here, in the same types: logarithms of 32-bit floats, integers of 64 bits.
"""

import math
import pathlib
import sys
import textwrap
import types
import zipfile

import numpy


class Tensor:
    """As much of a tensor as the function asks for."""

    def __init__(self, values):
        self.values = values

    def float(self):
        return Tensor(self.values.astype(numpy.float32))

    def to(self, kind):
        return Tensor(self.values.astype(kind))

    def __gt__(self, other):
        return Tensor(self.values > other)

    def __lt__(self, other):
        return Tensor(self.values < other)

    def _with(self, other, operation):
        """PyTorch keeps 32 bits where a 32-bit tensor meets a number of Python."""
        values = other.values if isinstance(other, Tensor) else self.values.dtype.type(other)
        return Tensor(operation(self.values, values))

    def __add__(self, other):
        return self._with(other, numpy.add)

    __radd__ = __add__

    def __mul__(self, other):
        return self._with(other, numpy.multiply)

    def __truediv__(self, other):
        return self._with(other, numpy.divide)


def log(x):
    with numpy.errstate(divide="ignore"):
        return Tensor(numpy.log(x.values))


torch = types.SimpleNamespace(
    long=numpy.int64, log=log, abs=lambda x: Tensor(numpy.abs(x.values)),
    min=lambda a, b: Tensor(numpy.minimum(a.values, b.values)),
    full_like=lambda x, value: Tensor(numpy.full_like(x.values, value)),
    zeros_like=lambda x: Tensor(numpy.zeros_like(x.values)),
    where=lambda condition, a, b: Tensor(numpy.where(condition.values, a.values, b.values)))

source = zipfile.ZipFile(sys.argv[1]).read("transformers/models/t5/modeling_t5.py").decode()
start = source.index("    def _relative_position_bucket(")
end = source.index("\n    def ", start)
names = {"torch": torch, "math": math}
exec(textwrap.dedent(source[start:end]), names)

offsets = numpy.arange(-600, 601, dtype=numpy.int64)
with numpy.errstate(invalid="ignore"):
    buckets = names["_relative_position_bucket"](Tensor(offsets), bidirectional=True, num_buckets=32, max_distance=128)
rows = [f"{offset},{bucket}" for offset, bucket in zip(offsets, buckets.values)]
pathlib.Path(__file__).with_name("buckets.csv").write_text("\n".join(["offset,bucket"] + rows) + "\n")
