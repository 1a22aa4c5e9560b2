"""The page behind “完整依据”: one answer with its quotations, and nothing else of the talk it was given in."""

from jinja2 import Environment
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html

from gateway.conversations import Conversations
from gateway.errors import PageNotFound
from gateway.links import Links
from gateway.settings import GatewaySettings
from gateway.templates import large
from gateway.words import words


def grounds_page(conversations: Conversations, settings: GatewaySettings, environment: Environment) -> Blueprint:
    """The one route; it sets no cookie, takes no form and leads to no conversation."""
    door = Blueprint("grounds")
    links, page = Links(settings), environment.get_template("grounds.html")

    @door.get("/g/<name:str>")
    async def shown(request: Request, name: str) -> HTTPResponse:
        meant = links.shown(name)
        if meant is None:
            raise PageNotFound(words("grounds_link_expired"))
        kept = await conversations.history(conversations.pseudonym(meant.conversation))
        said = [one for one in kept if one["who"] != "parent" and meant.covers(str(one["id"]))]
        if not said:
            raise PageNotFound(words("grounds_gone"))
        return html(page.render(messages=said, large=large(request)))

    return door
