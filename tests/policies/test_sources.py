"""The five documents: raw bytes untouched, repairs reviewed, clean text without noise, every clause verbatim."""

import re

import pytest

from policies import loading, sources
from policies.library import LibraryDraft, read
from policies.library import default as default_library


@pytest.fixture(scope="module")
def draft() -> LibraryDraft:
    return read()


@pytest.mark.parametrize("key", sorted(folder.name for folder in sources.FOLDER.iterdir()))
def test_the_clean_text_is_generated_from_raw_and_repairs(key: str, draft: LibraryDraft) -> None:
    folder = sources.FOLDER / key
    assert (folder / "text.txt").read_text("utf-8") == draft.texts[key]
    assert sources.sha256(folder / "raw.txt") == draft.documents[key].raw_sha256


@pytest.mark.parametrize(
    ("key", "there", "gone"),
    [
        (
            "js-2025-26",
            ["2025年7月1日起", "下一年度1月1日起享受居民医保待遇", "国办发〔2024〕38号"],
            ["202571日", "11日起享受"],
        ),
        ("cn-2024-14", ["鼓励地方探索凭出生医学证明办理新生儿参保"], ["体育", "下载", "剧情介绍"]),
        ("js-2024-60", ["2024年7月1日前在我省办理居民医保参保缴费的学生儿童"], []),
        ("hl-2023-58", ["脱贫人口、返贫致贫人口", "大中小学生及学龄前儿童就读学校"], ["學", "哈尔滨职业技术学院"]),
        ("wh-2024-20", ["（附件2)", "随《出生医学证明》发放"], ["《医学出生证明》"]),
    ],
)
def test_the_noise_of_each_document_is_repaired(
    key: str, there: list[str], gone: list[str], draft: LibraryDraft
) -> None:
    text = draft.texts[key]
    for words in there:
        assert words in text
    for words in gone:
        assert words not in text


def test_the_doubled_body_is_kept_once(draft: LibraryDraft) -> None:
    assert draft.texts["cn-2024-14"].count("新生儿原则上在出生后90天内按规定参保缴费") == 1


FIRST_FIVE = {"cn-2024-14", "hl-2023-58", "js-2024-60", "js-2025-26", "wh-2024-20"}


def test_the_103_clauses_of_the_first_five_documents_are_there_and_every_clause_is_verbatim(
    draft: LibraryDraft,
) -> None:
    library = default_library()
    assert sum(sentence.doc in FIRST_FIVE for sentence in library.sentences.values()) == 103
    for sentence in library.sentences.values():
        text = re.sub(r"\s", "", draft.texts[sentence.doc])
        assert re.sub(r"\s", "", sentence.quote) in text, sentence.id


def test_each_repair_says_why_and_who(draft: LibraryDraft) -> None:
    for key in draft.documents:
        for _, fix in draft.files[f"policies/sources/{key}/fixes.yml"].read_list(sources.Fix):
            assert fix.reason
            assert fix.reviewer
            assert fix.note.startswith("N-")


def test_what_we_say_no_document_distinguishes_stands_in_none() -> None:
    """“文件没有为双胞胎另写规定” (bot/nlu/talk.py names the situations) must stay true when a document is added."""
    texts = [path.read_text("utf-8") for path in (loading.ROOT / "sources").glob("*/text.txt")]
    assert texts
    assert [word for word in ("双胞胎", "多胞胎", "早产", "试管") if any(word in text for text in texts)] == []


def test_a_quote_comes_with_its_whole_sentence() -> None:
    for sentence in default_library().sentences.values():
        found = sources.passage(sentence.doc, sentence.quote)
        assert sentence.quote in found
        assert len(found) <= 400
        assert (
            found == sentence.quote
            or found[-1] in "。；;：:”）)"
            or found in (sources.FOLDER / sentence.doc / "text.txt").read_text("utf-8")
        )


def test_words_that_stand_nowhere_come_back_alone() -> None:
    assert sources.passage("js-2025-26", "没有这句") == "没有这句"
