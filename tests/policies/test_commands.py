"""The commands of the contract, run as a person runs them."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "policies", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_check_is_clean() -> None:
    done = run("check")
    assert done.returncode == 0, done.stdout
    assert "没有错误" in done.stdout


def test_warnings_can_be_left_out_of_a_check() -> None:
    assert " W2 " in run("check").stdout
    done = run("check", "--errors")
    assert (done.returncode, " W" in done.stdout) == (0, False)
    assert "没有错误" in done.stdout


def test_decide_prints_the_contracts_example() -> None:
    facts = '{"birth_date": "2025-07-10", "paid_date": "2025-08-01", "paid_years": [2025]}'
    done = run(
        "decide",
        "--intent",
        "ask_waiting_period",
        "--region",
        "320000",
        "--as-of",
        "2025-08-05",
        "--facts",
        facts,
        "--json",
    )
    answer = json.loads(done.stdout)
    assert (answer["status"], answer["values"]["coverage_start"]) == ("decided", "2025-07-10")
    assert answer["citations"][0]["document"] == "苏医保发〔2025〕26号"
    assert set(answer) >= {"intent", "status", "certainty", "region", "as_of", "headline", "lines", "steps", "limits",
                           "values", "citations", "ask_for", "related", "refer"}  # fmt: skip


def test_a_batch_decides_line_by_line_and_names_what_is_wrong(tmp_path: Path) -> None:
    cases = tmp_path / "cases.yml"
    cases.write_text(
        "- {id: one, intent: ask_premium, region: 黑龙江, as_of: '2024-05-01', facts: {}}\n"
        "- {id: two, intent: ask_waiting_period, region: '999999', as_of: '2024-05-01', facts: {}}\n"
        "- {id: three, intent: ask_waiting_period, region: '320000', as_of: '2024-05-01',\n"
        "   facts: {birth_date: '2025-02-31'}}\n",
        "utf-8",
    )
    done = run("decide", "--batch", str(cases))
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["one", "two", "three"]
    assert lines[0]["values"]["premium"] == 380
    assert "999999" in lines[1]["error"]["message"]
    assert lines[2]["error"]["field"] == "birth_date"


def test_wrong_input_ends_with_one_line_and_a_failure() -> None:
    done = run("decide", "--intent", "ask_waiting_period", "--region", "通州")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "南通市" in done.stderr


def test_coverage_counts_by_ground_and_shows_every_province() -> None:
    done = run("coverage", "--as-of", "2026-11-26")
    assert done.returncode == 0, done.stderr
    assert "未写 " in done.stdout
    assert "摘＝" in done.stdout
    rows = [line for line in done.stdout.splitlines() if line.split("\t")[0] in ("北京市", "新疆维吾尔自治区")]
    assert [len(row.split("\t")) for row in rows] == [5, 5]


def test_the_documents_to_bring_first_go_by_what_people_asked(tmp_path: Path) -> None:
    asked = tmp_path / "questions.csv"
    asked.write_text(
        "text,intent,heard,region\n" + "几块钱,,ask_premium,371000\n" * 5 + "退,,ask_refund,320100\n", "utf-8"
    )
    done = run("wanted", "--asked", str(asked), "--as-of", "2026-11-26", "--most", "3")
    assert done.returncode == 0, done.stderr
    assert "威海市2027年度" in done.stdout.splitlines()[1]
    assert run("wanted", "--asked", str(tmp_path / "none.csv")).returncode == 2


def test_a_digests_citation_has_its_fact_instead_of_a_quote() -> None:
    done = run("decide", "--intent", "ask_claim_process", "--region", "成都", "--as-of", "2026-11-22", "--json")
    cited = json.loads(done.stdout)["citations"][0]
    assert (cited["basis"], cited["document"]) == ("digest", "国务院令第765号")
    assert "fact" in cited
    assert "quote" not in cited


def test_everywhere_is_saved_so_that_no_neighbours_answer_changes_unseen(tmp_path: Path) -> None:
    saved = tmp_path / "before.json"
    assert run("preview", "--region", "马鞍山", "--save", str(saved)).returncode == 0
    regions = {key.split(" ")[0] for key in json.loads(saved.read_text("utf-8"))}
    assert {"100000", "340500", "340000", "320000", "371000", "430000", "320100"} <= regions
    assert "0 条回答有变化" in run("diff", str(saved)).stdout


def test_what_is_wrong_with_a_command_is_one_line_that_names_what_would_be_right(tmp_path: Path) -> None:
    unknown = run("decide", "--intent", "ask_premium", "--facts", '{"benefit_year": 2027}')
    assert "paid_years" in unknown.stderr
    missing = run("new-source", "test-0000-00", "--region", "芜湖", "--number", "号", "--title", "题", "--text",
                  str(tmp_path / "none.txt"))  # fmt: skip
    assert "没有" in missing.stderr
    assert len(missing.stderr.strip().splitlines()) == 1
