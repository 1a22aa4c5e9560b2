"""The officials' intake through its pages: from a city's PDF to a live, cited answer by two people and no shell."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from policies import library as policy_library
from policies import loading
from policies.answers import compose
from policies.check import check
from policies.decisions import decide
from policies.library import Library
from portal.intake import desk as intake_desk
from portal.intake.content import DraftContent
from portal.intake.paper import ReadPaper
from portal.intake.trial import TrialBench
from portal.library_cache import LibraryCache
from tests.gateway.running import RedisServer
from tests.portal import papers
from tests.portal.builders import NOON, TODAY, HandClock, settings
from tests.portal.intake_builders import ready_content
from tests.portal.running import Person, Portal, portal

WUHU = "340200"


@dataclass
class Office:
    """A portal whose policies are a copy, with two people of the right."""

    desk: Portal
    root: Path
    writer: Person
    signer: Person

    def library(self) -> Library:
        return policy_library.freeze(policy_library.build(self.root, self.root / "again.json"))

    def taken(self, content: bytes = b"", name: str = "通知.pdf", text: str = "") -> str:
        """Upload; the draft's number."""
        answer = self.upload(self.writer, content, name, text)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rsplit("/", 1)[1]

    @staticmethod
    def upload(person: Person, content: bytes, name: str = "通知.pdf", text: str = "") -> httpx.Response:
        return person.http.post("/intake/new", data={"csrf": person.csrf, "text": text},
                                files={"file": (name, content)})  # fmt: skip

    def do(self, draft: str, step: str, person: Person | None = None, **fields: Any) -> httpx.Response:
        """Send the form of a step, as the page would, with the version it shows."""
        who = person or self.writer
        return who.post(f"/intake/{draft}/{step}", version=str(self.version(draft)), **fields)

    def done(self, draft: str, step: str, person: Person | None = None, **fields: Any) -> str:
        """The same, which must succeed; the page it leads to."""
        answer = self.do(draft, step, person, **fields)
        assert answer.status_code == 303, re.findall(r'role="alert">([^<]*)', answer.text) or answer.text[-800:]
        return (person or self.writer).get(answer.headers["location"].split("#")[0]).text

    def draft(self, number: str) -> Any:
        return self.desk.do(lambda: self.desk.parts.intake.drafts.get(number))

    def ready(self) -> str:
        """A draft that needs only a check."""
        return self.desk.do(lambda: self.desk.parts.intake.drafts.begin("写稿人", ready_content(), NOON))

    def version(self, number: str) -> int:
        return int(self.draft(number).version)


@pytest.fixture
def office(tmp_path: Path, redis: RedisServer, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    root = tmp_path / "live" / "policies"
    shutil.copytree(loading.ROOT, root, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    compiled = root / "compiled.json"
    monkeypatch.setattr(policy_library, "COMPILED", compiled)
    own = LibraryCache(load=lambda: policy_library._compiled(), today=lambda: TODAY)
    with portal(settings(tmp_path, redis.url), clock, own_shelf=own) as desk:
        desk.parts.intake.bench = TrialBench(root)
        yield Office(desk, root, desk.person("写稿人", "supervisor"), desk.person("签字人", "admin"))


def clauses(office: Office, draft: str) -> dict[str, str]:
    """Take every sentence that matters, as the page proposes it; id → quote."""
    content = office.draft(draft).content
    for words in ("每人每年430元", "集中参保缴费期为", "新生儿出生后90天内", "参保人可以通过微信"):
        page = office.writer.get(f"/intake/{draft}/clauses").text
        found = re.search(rf'clauses\?s=(\d+)#form"[^>]*>([^<]*{words}[^<]*)<', page)
        assert found, words
        form = office.writer.get(f"/intake/{draft}/clauses?s={found[1]}").text
        ticked = re.findall(r'name="q" value="(\w+)" checked', form)
        chosen = re.search(r'<option value="(\w+)" selected', form)
        at = re.search(r'id="at" name="at" value="([^"]+)"', form)
        assert chosen
        assert at
        office.done(draft, "clauses", id="", quote=found[2], at=at[1], gist="", force=chosen[1], q=ticked)
    content = office.draft(draft).content
    return {clause.id: clause.quote for clause in content.clauses}


def written_up(office: Office) -> str:
    """A draft that is ready to be handed over."""
    draft = office.taken(papers.pdf())
    office.done(draft, "text", mark="0", act="join")
    office.done(draft, "document", number=papers.NUMBER, title=papers.TITLE, issuers="芜湖市医疗保障局", region="芜湖",
                issued_on="2026-08-20", annual_year="2027", annual_from="2026-09-01", effective="")  # fmt: skip
    ids = list(clauses(office, draft))
    assert ids == [f"WUHU202631-{n}" for n in range(1, 5)]
    office.done(draft, "rules", id="", shape="statement", c=[ids[0]], q=["ask_premium", "ask_subsidy"],
                say_applies="2027年度孩子个人交430元。")  # fmt: skip
    for one in office.draft(draft).content.unanswered():
        intent, about = one
        if intent in ("ask_premium", "ask_subsidy"):
            continue
        shape = {"ask_payment_period": "window"}.get(intent, "statement")
        if shape == "window":
            form = office.writer.get(f"/intake/{draft}/rules?q={intent}&shape=window").text
            options = re.findall(r'<option value="([^"]+\|2026-\d\d-\d\d\|[^"]+)"', form)
            says = dict(re.findall(r'name="(say_\w+)"[^>]*>([^<]*)<', form))
            office.done(draft, "rules", id="", shape="window", c=about, q=[intent], pick_window_from=options[0],
                        pick_window_to=options[1], **says)  # fmt: skip
        else:
            said = {"ask_payment_channel": "在微信城市服务、银行柜台或者办税服务厅交。"}.get(
                intent, "孩子出生后90天内参保缴费，从出生当天起能报。"
            )
            office.done(draft, "rules", id="", shape="statement", c=about, q=[intent], say_applies=said)
    office.done(draft, "ask", act="keep", intent="ask_payment_period", as_of="2026-11-22", stage="小学")
    return draft


def test_a_pdf_becomes_a_live_cited_answer(office: Office) -> None:
    draft = written_up(office)
    [case] = office.draft(draft).content.cases
    assert case.expect["window"] == ["2026-09-01", "2026-12-31"]
    assert case.said in office.writer.get(f"/intake/{draft}/ask").text
    page = office.done(draft, "check")
    assert "没有要改的" in page, re.findall(r'<p class="para">(.*?)</p>', page, re.S)
    assert "都在这个地区" in page
    office.done(draft, "submit")
    read = office.signer.get(f"/intake/{draft}/sign").text
    assert "2027年度城乡居民基本医疗保险个人缴费标准为每人每年430元" in read
    stamp = re.search(r'name="stamp" value="(\w+)"', read)
    assert stamp
    before = office.desk.parts.shelf.library
    assert "430" not in compose(decide("ask_premium", {}, WUHU, TODAY, before), before).headline
    assert "已上线" in office.done(draft, "sign", office.signer, stamp=stamp[1], read="1")

    library = office.desk.parts.shelf.library
    answer = compose(decide("ask_premium", {}, "340207", TODAY, library), library)
    assert answer.headline == "2027年度孩子个人交430元。"
    assert answer.citations[0].document == papers.NUMBER
    assert answer.certainty == "explicit"
    window = compose(decide("ask_payment_period", {"stage": "小学"}, WUHU, TODAY, library), library)
    assert window.values["window"] == ["2026-09-01", "2026-12-31"]
    # What lies there is what an engineer would have written: the linter finds nothing, and the table is of these files.
    own = [problem for problem in check(office.root) if problem.code.startswith("E")]
    assert own == []
    assert policy_library.stamp(office.root) == library.stamp
    assert 'verified: {by: "签字人"' in (office.root / f"regions/{WUHU}/clauses-wuhu-2026-31.yml").read_text("utf-8")
    assert not (office.root / ".new").exists()
    assert [what for _, what, _ in office.desk.audit() if what.startswith("intake")] == [
        "intake_taken", "intake_submitted", "intake_live",
    ]  # fmt: skip


def test_the_patch_is_taken_by_git_and_says_the_same(office: Office, tmp_path: Path) -> None:
    draft = office.ready()
    patch = office.writer.get(f"/intake/{draft}/change.patch")
    tree = tmp_path / "tree"
    tree.mkdir()
    for line in (["init", "-q"], ["apply", "-"]):
        done = subprocess.run(["git", *line], cwd=tree, input=patch.content, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    raw = (tree / "policies/sources/wuhu-2026-31/raw.txt").read_text("utf-8")
    assert raw == office.draft(draft).content.raw
    assert (tree / f"policies/regions/{WUHU}/rules-wuhu-2026-31.yml").exists()


def test_who_wrote_it_does_not_sign_it_and_who_signs_reads_first(office: Office) -> None:
    draft = office.ready()
    assert office.do(draft, "submit").status_code == 400
    office.done(draft, "check")
    office.done(draft, "submit")
    stamp = office.draft(draft).trial.stamp
    assert office.do(draft, "sign", stamp=stamp, read="1").status_code == 403
    assert "逐条对过原文" in office.do(draft, "sign", office.signer, stamp=stamp).text
    assert "退回要写为什么" in office.do(draft, "return", office.signer, reason="").text
    page = office.done(draft, "return", office.signer, reason="集中缴费期抄错了")
    assert "签字人 退回：集中缴费期抄错了" in page
    assert office.draft(draft).editable
    assert not (office.root / "sources/wuhu-2026-31").exists()


def test_a_change_of_the_policies_meanwhile_is_shown_before_anybody_signs(office: Office) -> None:
    draft = office.ready()
    office.done(draft, "check")
    office.done(draft, "submit")
    stamp = office.draft(draft).trial.stamp
    contacts = office.root / "contacts.yml"
    contacts.write_text(contacts.read_text("utf-8") + "# 别人刚改过\n", "utf-8")
    answer = office.do(draft, "sign", office.signer, stamp=stamp, read="1")
    assert answer.status_code == 409
    assert "政策变了" in answer.text
    assert not (office.root / "sources/wuhu-2026-31").exists()
    fresh = re.search(r'name="stamp" value="(\w+)"', answer.text)
    assert fresh
    assert fresh[1] != stamp
    assert "已上线" in office.done(draft, "sign", office.signer, stamp=fresh[1], read="1")


def test_what_is_wrong_is_shown_beside_its_form_and_cannot_be_handed_over(office: Office) -> None:
    draft = office.ready()
    content = office.draft(draft).content
    office.done(draft, "rules", act="delete", id=content.rules[0].id)
    page = office.done(draft, "check")
    assert "要改" in page
    assert f"/intake/{draft}/clauses?id=WUHU202631-1#form" in page
    assert "没有一条规则回答 “一年交多少钱”" in page
    assert office.do(draft, "submit").status_code == 400


def test_a_number_that_no_clause_has_cannot_be_typed(office: Office) -> None:
    draft = office.ready()
    ids = [clause.id for clause in office.draft(draft).content.clauses]
    answer = office.do(draft, "rules", id="", shape="statement", c=[ids[0]], q=["ask_premium"],
                       say_applies="2027年度孩子个人交480元。")  # fmt: skip
    assert answer.status_code == 400
    assert "“480元”在选的原句里没有" in answer.text
    answer = office.do(
        draft, "clauses", id="", quote="每人每年480元", at="一", gist="", force="must", q=["ask_premium"]
    )
    assert "不是原文里的话" in answer.text
    soft = "原则上以学校为单位组织在校学生参保"
    answer = office.do(
        draft, "clauses", id="", quote=soft, at="二", gist="", force="must", q=["ask_student_enrollment"]
    )
    assert "原则上" in answer.text
    assert answer.status_code == 400


def test_a_paper_with_a_year_is_kept_without_one_only_where_that_is_ticked(office: Office) -> None:
    draft = office.ready()
    given = {"number": papers.NUMBER, "title": papers.TITLE, "issuers": "芜湖市医疗保障局", "region": "芜湖",
             "issued_on": "2026-08-20", "annual_year": "", "annual_from": "", "effective": ""}  # fmt: skip
    answer = office.do(draft, "document", **given)
    assert answer.status_code == 400
    assert "勾上“长期有效”" in answer.text
    assert 'name="lasting" value="1">' in answer.text
    again = office.do(draft, "document", **given | {"lasting": "1", "region": "无"})
    assert 'name="lasting" value="1" checked>' in again.text
    office.done(draft, "document", **given, lasting="1")
    assert office.draft(draft).content.document.annual_year is None


def test_two_windows_do_not_overwrite_each_other(office: Office) -> None:
    draft = office.taken(papers.pdf())
    old = office.version(draft)
    office.done(draft, "text", mark="0", act="right")
    answer = office.writer.post(f"/intake/{draft}/text", version=str(old), mark="0", act="join")
    assert answer.status_code == 409
    assert "刚刚被改过" in answer.text


def test_a_file_that_cannot_be_read_says_why_and_can_be_given_up(office: Office) -> None:
    draft = office.taken(b"%PDF-1.7 nothing")
    assert "重新下载" in office.writer.get(f"/intake/{draft}").text
    office.done(draft, "discard")
    assert office.writer.get(f"/intake/{draft}").status_code == 404
    assert "先选一个文件" in office.upload(office.writer, b"", "").text


def test_a_paper_that_takes_long_is_read_behind_the_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan takes minutes: its draft says so, and is there when it is done."""
    go_on, reader = asyncio.Event(), office.desk.parts.intake.reader
    real = reader.read

    async def slow(content: bytes) -> ReadPaper:
        await go_on.wait()
        return await real(content)

    monkeypatch.setattr(reader, "read", slow)
    monkeypatch.setattr(intake_desk, "AT_ONCE", 0.01)
    draft = office.taken(papers.pdf())
    page = office.writer.get(f"/intake/{draft}").text
    assert "正在读这份文件" in page
    assert 'hx-trigger="every 3s"' in page
    assert office.do(draft, "text", mark="0", act="right").status_code == 400

    async def done() -> None:
        go_on.set()
        await asyncio.gather(*office.desk.parts.intake.reading)

    office.desk.do(done)
    assert "下一步" in office.writer.get(f"/intake/{draft}").text


def test_a_paper_whose_reading_was_cut_off_is_read_again(office: Office) -> None:
    content = DraftContent(read_from="通知.pdf")
    drafts = office.desk.parts.intake.drafts
    draft = office.desk.do(lambda: drafts.begin("写稿人", content, NOON, papers.pdf()))
    assert "再读一次" in office.writer.get(f"/intake/{draft}").text
    assert "下一步" in office.done(draft, "reread")
    assert office.writer.get(f"/intake/{draft}/original").content == papers.pdf()


def test_a_file_larger_than_a_paper_is_refused_before_it_is_read(office: Office) -> None:
    answer = office.upload(office.writer, b"%PDF-" + b"x" * (12 << 20))
    assert answer.status_code == 400
    assert "最大 10 MB" in answer.text


def test_only_those_with_the_right_come_in(office: Office) -> None:
    agent = office.desk.person("坐席一")
    assert agent.get("/intake").status_code == 403
    assert office.upload(agent, papers.pdf()).status_code == 403
    stranger = office.desk.stranger()
    assert office.upload(stranger, papers.pdf()).status_code == 303
    assert office.writer.http.post("/intake/new", data={"text": "一、标准"}).status_code == 403


def test_where_files_cannot_be_written_a_signature_makes_a_change_for_an_engineer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TrialBench, "writable", property(lambda _: False))
    draft = office.ready()
    office.done(draft, "check")
    office.done(draft, "submit")
    page = office.done(draft, "sign", office.signer, stamp=office.draft(draft).trial.stamp, read="1")
    assert "交给工程师" in page
    assert not (office.root / "sources/wuhu-2026-31").exists()
    assert "签字人" in office.signer.get(f"/intake/{draft}/change.patch").text


def test_what_is_live_is_changed_by_another_draft(office: Office) -> None:
    draft = office.ready()
    office.done(draft, "check")
    office.done(draft, "submit")
    office.done(draft, "sign", office.signer, stamp=office.draft(draft).trial.stamp, read="1")
    answer = office.signer.post(f"/intake/{draft}/again")
    again = answer.headers["location"].rsplit("/", 1)[1]
    rule = office.draft(again).content.rules[0]
    office.done(again, "rules", office.signer, id=rule.id, shape="statement", c=rule.clauses, q=rule.intents,
                say_applies="芜湖2027年度孩子个人交430元。")  # fmt: skip
    office.done(again, "check", office.signer)
    office.done(again, "submit", office.signer)
    third = office.desk.person("第三个人", "supervisor")
    assert office.do(again, "sign", office.writer, stamp=office.draft(again).trial.stamp, read="1").status_code == 403
    office.done(again, "sign", third, stamp=office.draft(again).trial.stamp, read="1")
    library = office.desk.parts.shelf.library
    assert compose(decide("ask_premium", {}, WUHU, date(2026, 11, 22), library), library).headline.startswith("芜湖")


def test_numbers_stand_beside_their_quotes_and_unwritten_lines_are_marked_for_writer_and_signer(office: Office) -> None:
    draft = office.ready()
    rule = office.draft(draft).content.rules[2]
    page = office.writer.get(f"/intake/{draft}/rules?q={rule.intents[0]}&shape=newborn_grace").text
    says = dict(re.findall(r'name="(say_\w+)"[^>]*>([^<]*)<', page))
    days = re.search(r'<option value="([^"]+\|90\|[^"]+)"', page)
    assert days
    shown = office.done(draft, "rules", id="", shape="newborn_grace", c=rule.clauses, q=rule.intents,
                        pick_limit_days=days[1], **says)  # fmt: skip
    for place in ("当地怎么登记先问一下", "前提是交的是出生当年的", "但要先核实"):  # all lines, not the first three
        assert place in shown
    unwritten = r"当地怎么登记先问一下。 <b class=\"caution\">文件没写这一句</b>"
    assert re.search(unwritten, shown)
    beside = "<b>430元</b> ← “2027年度城乡居民基本医疗保险个人缴费标<mark>准为每人每年430元</mark>”"
    for person, step in ((office.writer, "check"), (office.signer, "sign")):
        read = person.get(f"/intake/{draft}/{step}").text
        assert beside in read
        assert re.search(unwritten, read)


def test_a_computed_rule_without_a_case_is_named_in_words_and_leads_to_its_question(office: Office) -> None:
    draft = office.ready()
    office.done(draft, "ask", act="delete", case="0")
    page = office.done(draft, "check")
    shown = re.search(r'<p class="para"><b class="caution">要改</b> (.*?)</p>', page)
    assert shown
    link = f"/intake/{draft}/ask?intent=ask_payment_period"
    assert shown[1].startswith(f'<a href="{link}">规则“什么时候缴费”</a>：这条规则还没有案例。去试问')
    assert not re.search("[a-z]+[.]yml|wuhu|E10", shown[1].split("</a>")[1])
    assert "E10 policies/regions" in page  # in small print, for the engineer
    assert '<option value="ask_payment_period" selected>' in office.writer.get(link).text


def test_after_a_hand_over_and_live_a_draft_says_so_and_only_who_can_is_told_how_to_change_it(office: Office) -> None:
    draft = office.ready()
    office.done(draft, "check")
    page = office.done(draft, "submit")
    assert '<p class="went" role="status">✓ 交给另一个人签了</p>' in page
    assert "在下面收回" in page
    other = office.signer.get(f"/intake/{draft}").text
    assert "✓ 交给另一个人签了" in other
    assert "收回" not in other
    live = office.done(draft, "sign", office.signer, stamp=office.draft(draft).trial.stamp, read="1")
    assert '<p class="went" role="status">✓ 上线了</p>' in live
    assert 'class="notice"' not in live


def test_the_original_can_be_fetched_after_it_is_live(office: Office) -> None:
    drafts = office.desk.parts.intake.drafts
    draft = office.desk.do(lambda: drafts.begin("写稿人", DraftContent(read_from="通知.pdf"), NOON, papers.pdf()))
    office.desk.do(lambda: drafts.read(draft, NOON, ready_content()))
    office.done(draft, "check")
    office.done(draft, "submit")
    live = office.done(draft, "sign", office.signer, stamp=office.draft(draft).trial.stamp, read="1")
    assert f'href="/intake/{draft}/original"' in live
    again = office.do(draft, "again").headers["location"].rsplit("/", 1)[1]
    for one in (draft, again):  # a change of it is held against the same paper
        assert office.signer.get(f"/intake/{one}/original").content == papers.pdf()


def test_a_question_is_first_asked_today_or_on_the_first_day_of_the_paper(office: Office) -> None:
    draft = office.ready()
    assert f'name="as_of" value="{TODAY}"' in office.writer.get(f"/intake/{draft}/ask").text
    ahead = ready_content()
    ahead = ahead.model_copy(update={"document": ahead.document.model_copy(update={"annual_from": "2026-12-15"})})
    later = office.desk.do(lambda: office.desk.parts.intake.drafts.begin("写稿人", ahead, NOON))
    assert 'name="as_of" value="2026-12-15"' in office.writer.get(f"/intake/{later}/ask").text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"intent": "ask_premium", "as_of": "2026-08-01"}, "这份文件2026年8月20日才有，问的是2026年8月1日"),
        ({"intent": "ask_premium", "as_of": "2028-03-01"}, "这份文件只管2027年度，照填的日期问的是2028年度"),
        ({"intent": "ask_refund", "as_of": "2026-11-22"}, "这份稿子没有一条原句勾了这个问题"),
        ({"intent": "ask_payment_channel", "as_of": "2026-11-22"}, "这个问题勾了原句，还没写规则"),
        ({"intent": "ask_coverage_start", "as_of": "2026-11-22", "stage": "小学"}, "规则只说给新生儿，问的不是"),
    ],
)  # fmt: skip
def test_why_an_answer_does_not_rest_on_the_draft_is_said(office: Office, given: dict[str, str], said: str) -> None:
    draft = office.ready()
    office.done(draft, "rules", act="delete", id="wuhu-2026-31.4")
    page = office.writer.post(f"/intake/{draft}/ask", act="ask", version="2", **given).text
    assert said in page


def test_two_rules_that_answer_one_question_on_one_day_must_be_told_apart(office: Office) -> None:
    draft = office.ready()
    office.done(draft, "rules", id="", shape="statement", c=["WUHU202631-1"], q=["ask_premium"],
                say_applies="孩子一年交430元。")  # fmt: skip
    page = office.done(draft, "check")
    assert "1 处要改" in re.sub(r"<[^>]+>", "", page)
    assert "先说哪条只看文件名：合成一条，或者用 stages、newborn、when 分开" in page
    assert "没有要改的" not in page


def returned(office: Office) -> str:
    """A draft its signer sent back."""
    draft = office.ready()
    office.done(draft, "check")
    office.done(draft, "submit")
    page = office.signer.get(f"/intake/{draft}/sign").text
    assert "力度：刚性" in page
    assert 'id="since"' not in page
    office.done(draft, "return", office.signer, reason="话说满了")
    return draft


def test_a_draft_that_was_sent_back_is_not_handed_over_again_as_it_is(office: Office) -> None:
    draft = returned(office)
    assert "要写为什么" in office.writer.get(f"/intake/{draft}").text
    refused = office.do(draft, "submit")
    assert refused.status_code == 400
    assert "退回以后一处没有改" in refused.text
    office.done(draft, "submit", reply="原句就是这样写的")
    page = office.signer.get(f"/intake/{draft}/sign").text
    for words in ("签字人 退回：话说满了", "写的人回复：原句就是这样写的", "一处没有改。"):
        assert words in page


def test_the_signer_sees_what_changed_since_it_was_sent_back(office: Office) -> None:
    draft = returned(office)
    rule = office.draft(draft).content.rules[0]
    office.done(draft, "rules", id=rule.id, shape="statement", c=rule.clauses, q=rule.intents,
                say_applies="2027年度，学生个人交430元。")  # fmt: skip
    office.done(draft, "ask", act="keep", intent="ask_payment_period", as_of="2026-12-30", stage="小学")
    office.done(draft, "check")
    office.done(draft, "submit")
    page = office.signer.get(f"/intake/{draft}/sign").text
    rows = re.findall(
        r'<td class="old">(.*?)</td><td class="new">(.*?)</td>', page.split('id="since"')[1].split("</section>")[0]
    )
    assert len(rows) == 2
    assert "2027年度孩子个人交430元。" in rows[0][0]
    assert "2027年度，学生个人交430元。" in rows[0][1]
    assert rows[1][0] == "没有"
    assert "2026-12-30" in rows[1][1]
    assert "一处没有改" not in page


def test_open_questions_show_the_beginning_of_their_sentences_and_halves_a_button(office: Office) -> None:
    draft = office.ready()
    office.done(draft, "rules", act="delete", id="wuhu-2026-31.4")
    page = office.writer.get(f"/intake/{draft}/rules").text
    assert "“参保人可以通过微信城市服务、银行柜台" in page.split('id="kept"')[0]
    assert "WUHU202631-4" not in page.split('id="kept"')[0]
    pasted = "一、待遇\n集中缴费期内缴费的，自2027年1月1日起享受待遇；2027年1月缴费的，自缴费次日起享受待遇。"
    other = office.taken(text=pasted)
    page = office.writer.get(f"/intake/{other}/clauses?s=1").text
    assert f'href="/intake/{other}/clauses?s=1-2#form">接上后半句</a>' in page
    joined = office.writer.get(f"/intake/{other}/clauses?s=1-2").text
    assert "享受待遇；2027年1月缴费的" in joined
    assert "接上后半句" not in joined
