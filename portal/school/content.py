"""What one group gets: the approved leaflet as text, Markdown, picture or card, with the group's own link."""

from dataclasses import replace

from common.wecom_robot import Article, Image, Markdown, News, RobotText
from common.wecom_robot.messages import Sendable
from leaflets import Sheet, group_markdown, group_text, png


def link(sheet: Sheet, group: str) -> str:
    """The leaflet's address for one group: scans are counted by class, never by person."""
    return f"{sheet.url}?g={group}"


def message(sheet: Sheet, kind: str, group: str) -> Sendable:
    """The message of one group.

    Raises:
        leaflets.LeafletError: too long, or a character that cannot be drawn.
    """
    address = link(sheet, group)
    if kind == "image":
        return Image(png(replace(sheet, url=address)))
    if kind == "news":
        picture = sheet.url.replace("/s/", "/sheets/", 1) + ".png"
        told = "；".join(item.question for item in sheet.items)
        return News((Article(sheet.title, address, _cut(f"{sheet.scope}。{told}", 480), picture),))
    if kind == "markdown":
        return Markdown(group_markdown(sheet, address))
    return RobotText(group_text(sheet, address))


def _cut(text: str, most: int) -> str:
    """A list of questions within so many bytes; it says when there are more."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 9].decode("utf-8", "ignore") + "……"
