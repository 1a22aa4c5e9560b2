"""The library as it would be with a draft, made from the compiled table: a question is answered by it in a moment."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policies import library as policy_library
from policies.library import Library, freeze
from policies.loading import YamlFile
from policies.schema import Clause, Document, Rule


class NotTogether(Exception):
    """The draft's files do not make a library yet; the message says what to do."""


def with_draft(files: Mapping[str, str]) -> Library:
    """The library in use with these files over it. Raises NotTogether."""
    table = json.loads(policy_library.COMPILED.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "policies"
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
        key = next((root / "sources").iterdir()).name
        region = next((root / "regions").iterdir()).name
        document, clauses, rules = (
            YamlFile(root / path, root) for path in (f"sources/{key}/doc.yml", f"regions/{region}/clauses-{key}.yml",
                                                     f"regions/{region}/rules-{key}.yml"))  # fmt: skip
        source = document.read_one(Document)
        sentences = [one.model_dump(by_alias=True) for _, one in clauses.read_list(Clause)]
        made = [one.model_dump(by_alias=True) for _, one in rules.read_list(Rule)]
    broken = [*document.problems, *clauses.problems, *rules.problems]
    if broken or source is None:
        raise NotTogether(f"先到“检查”看哪里要改：{broken[0].message if broken else '文件信息没有填全'}")
    ids = {one["id"] for one in sentences} | {one["id"] for one in made}
    own = {clause["id"] for clause in table["sentences"] if clause["doc"] == key}
    laid: dict[str, Any] = {
        **table, "stamp": "draft",
        "sources": [*(s for s in table["sources"] if s["id"] != key), {"id": key, **source.model_dump()}],
        "sentences": [*(s for s in table["sentences"] if s["doc"] != key and s["id"] not in ids),
                      *({"region": region, **one} for one in sentences)],
        "rules": [*(r for r in table["rules"] if r["id"] not in ids and not own & set(r["clauses"])),
                  *({"region": region, **one} for one in made)],
    }  # fmt: skip
    try:
        return freeze(json.loads(json.dumps(laid)))
    except KeyError as error:
        raise NotTogether(f"规则引的 {error} 不在，先到“检查”看哪里要改") from None
