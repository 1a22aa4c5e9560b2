"""The cleaned source documents: the list, and one document opened at a sentence."""

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, text

from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.documents import paragraphs, text_of
from portal.errors import StaffPageNotFound
from portal.search.entries import expired
from portal.typed import asked


def source_pages(parts: AppContext) -> Blueprint:
    """The routes of the documents; everybody with an account may read them."""
    door = Blueprint("sources")

    @door.get("/sources")
    @needs(None)
    async def listed(request: Request, visitor: Visitor) -> HTTPResponse:
        library = parts.shelf.library
        counted = {doc: sum(s.doc == doc for s in library.sentences.values()) for doc in library.sources}
        return parts.page(request, "sources.html", sources=library.sources.values(), counted=counted,
                          today=parts.today(request))  # fmt: skip

    @door.get("/sources/<doc:str>")
    @needs(None)
    async def opened(request: Request, visitor: Visitor, doc: str) -> HTTPResponse:
        library = parts.shelf.library
        source, clause = library.sources.get(doc), asked(request, "clause")
        sentence = library.sentences.get(clause) if clause else None
        if source is None or (clause and (sentence is None or sentence.doc != doc)):
            raise StaffPageNotFound
        why = expired(sentence, library, parts.today(request)) if sentence else None
        return parts.page(request, "source.html", source=source, sentence=sentence, expired=why or "",
                          paragraphs=paragraphs(doc, library, clause))  # fmt: skip

    @door.get("/sources/<doc:str>/text")
    @needs(None)
    async def plain(request: Request, visitor: Visitor, doc: str) -> HTTPResponse:
        library = parts.shelf.library
        if doc not in library.sources:
            raise StaffPageNotFound
        return text(text_of(doc, library.stamp), headers={"Content-Disposition": f'attachment; filename="{doc}.txt"'})

    return door
