"""Makes bot/nlu/vectors.npz from the word vectors of the `synonyms` package (3.10.2, MIT), once, by a developer.

    pip download --no-deps synonyms==3.10.2 && python tools/word_vectors.py synonyms-3.10.2.tar.gz

The source holds 125,796 words of the Chinese Wikipedia with 100 numbers each (word2vec, by frequency). Kept are the
`WORDS` most frequent Chinese ones, centred, of unit length, as signed bytes: 4 MB instead of 51.
"""

import hashlib
import re
import sys
import tarfile
from pathlib import Path

import numpy as np

WORDS = 40_000
SHA256 = "d42f4679adcac522bb6b23256a076aeea11c238eeac47d7fd731f49d7ecce094"
OUT = Path(__file__).resolve().parent.parent / "bot" / "nlu" / "vectors.npz"


def main(archive: Path) -> None:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"another archive than the one this was made from: {digest}")
    with tarfile.open(archive) as packed:
        file = packed.extractfile("synonyms-3.10.2/synonyms/data/words.vector")
        assert file is not None
        raw = file.read()
    head, _, rest = raw.partition(b"\n")
    count, size = map(int, head.split())
    words, rows, place = [], [], 0
    for _ in range(count):
        end = rest.index(b" ", place)
        word = rest[place:end].strip().decode("utf-8", "ignore")
        rows.append(np.frombuffer(rest, np.float32, size, end + 1))
        words.append(word)
        place = end + 1 + 4 * size
    vectors = np.array(rows)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors -= vectors.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kept = [i for i, word in enumerate(words) if re.fullmatch("[\u4e00-\u9fff]+", word)][:WORDS]
    small = np.round(vectors[kept] * 127).astype(np.int8)
    np.savez_compressed(OUT, words=np.array("\n".join(words[i] for i in kept)), vectors=small)
    print(f"{len(kept)} words, {OUT.stat().st_size / 2**20:.1f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
