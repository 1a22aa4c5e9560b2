"""A page of its own for every answer of a leaflet (`/s/<scene>/<question>`): no chat behind it, as of the day it is
opened."""

import asyncio
from collections.abc import Callable
from datetime import date

from jinja2 import Environment
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html

from gateway.errors import PageNotFound
from gateway.papers import what_changed
from gateway.templates import large
from gateway.words import words
from leaflets import printed
from leaflets.sheet import again, answer_of
from policies.library import default
from policies.scene import SceneError


def paper_answers(environment: Environment, today: Callable[[Request], date]) -> Blueprint:
    """The one route; it sets no cookie, takes no form and leads to no conversation but the code's own."""
    door = Blueprint("paper_answers")
    page = environment.get_template("paper_answer.html")

    @door.get("/s/<scene:str>/<intent:str>")
    async def shown(request: Request, scene: str, intent: str) -> HTTPResponse:
        try:
            paper = printed(scene)
        except SceneError:
            paper = None
        library = default()
        if paper is None or intent not in paper.plan.questions or intent not in library.questions:
            raise PageNotFound(words("no_such_paper_answer"))
        day = today(request)
        answer = await asyncio.to_thread(answer_of, intent, again(paper.plan, day), library)
        changed = await asyncio.to_thread(what_changed, paper, library, day)
        reply = {"text": "", "answer": answer.as_json(), "options": []}
        others = [(one, library.questions[one]["title"]) for one in paper.plan.questions
                  if one != intent and one in library.questions]  # fmt: skip
        return html(page.render(reply=reply, stage=paper.plan.stage, changed=changed, others=others, scene=scene,
                                large=large(request)))  # fmt: skip

    return door
