"""Place names, their chains, and names that several places share."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from policies import places
from policies.library import default


def test_the_chain_goes_from_county_to_nation() -> None:
    assert [p.name for p in places.chain("320583")] == ["昆山市", "苏州市", "江苏省", "全国"]
    assert [p.name for p in places.chain("110105")] == ["朝阳区", "北京市", "全国"]


@pytest.mark.parametrize(
    ("name", "codes"), [("江苏", ["320000"]), ("哈尔滨", ["230100"]), ("文登", ["371003"]), ("丰县", ["320321"])]
)
def test_short_names_mean_their_place(name: str, codes: list[str]) -> None:
    assert [p.adcode for p in places.meanings(name)] == codes


@pytest.mark.parametrize("name", ["通州", "朝阳", "鼓楼区"])
def test_shared_names_are_not_guessed(name: str) -> None:
    assert len(places.meanings(name)) > 1


def test_a_province_already_named_narrows_a_shared_name() -> None:
    assert [p.adcode for p in places.meanings("通州", within="320000")] == ["320612"]


def test_places_needs_no_package_beyond_the_standard_library() -> None:
    code = "import sys; from policies import places; sys.exit(bool({'pydantic', 'ruamel'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_regions_are_offered_by_their_documents_the_newest_first_and_never_the_nation() -> None:
    everything = default()
    first = ("cn-2024-14", "hl-2023-58", "js-2024-60", "js-2025-26", "wh-2024-20")  # others may have come since
    library = replace(everything, sources={key: everything.sources[key] for key in first})
    assert library.offered() == ("320000", "371000", "230000")
    newer = replace(library.sources["hl-2023-58"], id="hl-new", issued_on="2026-12-01")
    assert replace(library, sources={**library.sources, "hl-new": newer}).offered() == ("230000", "320000", "371000")
    many = {f"s{n}": replace(newer, region=f"{n}0000", issued_on="2020-01-01") for n in range(40, 60)}
    assert len(replace(library, sources=many).offered()) == 6
