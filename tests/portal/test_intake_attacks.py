"""The intake against whoever means harm or meets bad luck: ids, placeholders, files in disguise, signings cut off."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from policies import library as policy_library
from portal.errors import PortalUnavailable
from portal.intake import reading_paper
from portal.intake.trial import put_in_place
from tests.portal.builders import HandClock
from tests.portal.test_intake_pages import Office, office

__all__ = ["office"]
FILE = "sources/wuhu-2026-31/doc.yml"
HIDDEN = "wuhu-2026-31.hid\n  intents: [ask_premium]\n  template: statement\n- id: wuhu-2026-31.other"


def submitted(office: Office) -> tuple[str, str]:
    """A draft that waits for its second signature, and the stamp its signer sees."""
    draft = office.ready()
    office.done(draft, "check")
    office.done(draft, "submit")
    return draft, office.draft(draft).trial.stamp


@pytest.mark.parametrize("rule", [HIDDEN, "wuhu-2026-31.none"])
def test_no_form_names_a_rule_that_is_not_there(office: Office, rule: str) -> None:
    draft = office.ready()
    before = office.draft(draft).content.rules
    answer = office.do(draft, "rules", id=rule, shape="statement", c=["WUHU202631-1"], q=["ask_premium"],
                       say_applies="2027年度孩子个人交430元。")  # fmt: skip
    assert answer.status_code == 400
    assert office.draft(draft).content.rules == before


@pytest.mark.parametrize("said", ["{benefit_year!z}年度交430元。", "{benefit_year:4>9}年度交430元。"])
def test_a_placeholder_is_a_name_and_nothing_else(office: Office, said: str) -> None:
    draft = office.ready()
    rule = office.draft(draft).content.rules[0]
    answer = office.do(draft, "rules", id=rule.id, shape="statement", c=["WUHU202631-1"], q=["ask_premium"],
                       say_applies=said)  # fmt: skip
    assert answer.status_code == 400
    assert "大括号里只写名字" in answer.text


@pytest.mark.parametrize("text", ["%PDF-1.7\n1 0 obj", "PK\x03\x04 word", "\x89PNG 通知"])
def test_a_pasted_text_is_never_opened_as_a_file(office: Office, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(content: bytes) -> Any:
        raise AssertionError("opened in the portal")

    for name in ("_pdf", "_package", "_scan"):
        monkeypatch.setattr(reading_paper, name, opened)
    answer = office.upload(office.writer, b"", text=f"{text}\n关于做好2027年度城乡居民基本医疗保险参保缴费工作的通知")
    assert answer.status_code == 303


def test_while_it_is_signed_nobody_takes_it_back(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, stamp = submitted(office)
    bench = office.desk.parts.intake.bench
    run, answers = bench.run, list[int]()

    async def taken_back(*args: Any, **more: Any) -> Any:
        answers.append((await asyncio.to_thread(office.do, draft, "return")).status_code)
        return await run(*args, **more)

    monkeypatch.setattr(bench, "run", taken_back)
    office.done(draft, "sign", office.signer, stamp=stamp, read="1")
    assert answers == [400]
    assert (office.draft(draft).state, office.draft(draft).signer) == ("live", "签字人")


@pytest.mark.parametrize(("stands", "state"), [(True, "live"), (False, "submitted")])
def test_a_signing_without_an_outcome_is_what_its_files_say(
    office: Office, monkeypatch: pytest.MonkeyPatch, stands: bool, state: str
) -> None:
    draft, stamp = submitted(office)
    bench = office.desk.parts.intake.bench
    run = bench.run

    async def broken(*args: Any, **more: Any) -> Any:
        if stands:
            await run(*args, **more)
        raise PortalUnavailable

    monkeypatch.setattr(bench, "run", broken)
    assert office.do(draft, "sign", office.signer, stamp=stamp, read="1").status_code == 503
    found = office.draft(draft)
    assert (found.state, (office.root / FILE).exists()) == (state, stands)
    assert found.signer == ("签字人" if stands else None)


def test_a_portal_that_was_restarted_while_signing_settles_it(office: Office, clock: HandClock) -> None:
    draft, _ = submitted(office)
    drafts, version = office.desk.parts.intake.drafts, office.version(draft)
    office.desk.do(lambda: drafts.move(draft, version, "signing", office.desk.parts.now(), signer="签字人"))
    office.writer.get(f"/intake/{draft}")
    assert office.draft(draft).state == "signing"
    clock.forward(minutes=4)
    office.writer.get(f"/intake/{draft}")
    assert (office.draft(draft).state, office.draft(draft).signer) == ("submitted", None)


def test_a_second_draft_of_the_same_name_cannot_go_live(office: Office) -> None:
    first, stamp = submitted(office)
    other = office.ready()
    office.done(first, "sign", office.signer, stamp=stamp, read="1")
    page = office.done(other, "check")
    assert "已经有这个文件了" in page
    assert office.do(other, "submit").status_code == 400


def test_what_is_live_is_changed_from_its_newest_version_alone(office: Office, clock: HandClock) -> None:
    first, stamp = submitted(office)
    office.done(first, "sign", office.signer, stamp=stamp, read="1")
    seconds = []
    for _ in range(2):
        answer = office.do(first, "again")
        seconds.append(answer.headers["location"].rsplit("/", 1)[1])
    for draft in seconds:
        office.done(draft, "check")
        office.done(draft, "submit")
    stamp = office.draft(seconds[0]).trial.stamp
    clock.forward(minutes=1)
    office.done(seconds[0], "sign", office.signer, stamp=stamp, read="1")
    assert office.do(first, "again").status_code == 400
    late = office.do(seconds[1], "sign", office.signer, stamp=office.draft(seconds[1]).trial.stamp, read="1")
    assert late.status_code == 400
    assert "又换过一版" in late.text


def test_whatever_ends_a_change_half_way_undoes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, copy = tmp_path / "root", tmp_path / "copy"
    files = {"sources/a/doc.yml": "新", "regions/1/rules-a.yml": "新"}
    for path in ("sources/a", "regions/1"):
        (copy / path).mkdir(parents=True)
    for path in files:
        (copy / path).write_text("新", "utf-8")
    (copy / "compiled.json").write_text("{}", "utf-8")
    root.mkdir()
    replace, moved = Path.replace, list[str]()

    def once(self: Path, target: Path) -> Path:
        if moved:
            raise MemoryError
        moved.append(target.name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", once)
    with pytest.raises(MemoryError):
        put_in_place(root, copy, files)
    assert moved == ["doc.yml"]  # a paper before what names it
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_a_table_that_changed_while_it_was_read_is_not_called_current(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = policy_library.read

    def meanwhile(root: Path) -> Any:
        found = read(root)
        contacts = root / "contacts.yml"
        contacts.write_text(contacts.read_text("utf-8") + "# 读的时候改了\n", "utf-8")
        return found

    monkeypatch.setattr(policy_library, "read", meanwhile)
    assert policy_library.build(office.root)["stamp"] != policy_library.stamp(office.root)
