"""Drafts of replies: kept per agent and case, gone with the reply, also when a save arrives after it."""

from tests.portal.running import Portal


def test_a_save_that_arrives_after_its_reply_is_no_draft(desk: Portal) -> None:
    drafts = desk.parts.drafts

    async def run() -> list[str]:
        await drafts.keep("3021", "C1", "您好，带出生证", "m-1")
        before = await drafts.kept("3021", "C1")
        await drafts.sent("3021", "C1", "m-1")
        await drafts.keep("3021", "C1", "您好，带出生证", "m-1")
        late = await drafts.kept("3021", "C1")
        await drafts.keep("3021", "C1", "还有", "m-2")
        return [before, late, await drafts.kept("3021", "C1"), await drafts.kept("3022", "C1")]

    assert desk.do(run) == ["您好，带出生证", "", "还有", ""]


def test_an_empty_box_is_no_draft(desk: Portal) -> None:
    async def run() -> str:
        await desk.parts.drafts.keep("3021", "C2", "一")
        await desk.parts.drafts.keep("3021", "C2", "")
        return await desk.parts.drafts.kept("3021", "C2")

    assert desk.do(run) == ""
