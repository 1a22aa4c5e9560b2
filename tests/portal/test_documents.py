"""A clause opens at its paragraph: every sentence of the library is found and highlighted word for word."""

from portal.documents import paragraphs, text_of
from tests.portal.builders import shelf

LIBRARY = shelf().library


def test_every_clause_is_highlighted_in_its_document_word_for_word() -> None:
    for clause in LIBRARY.sentences.values():
        pieces = [text for p in paragraphs(clause.doc, LIBRARY, clause.id) for text, sought in p.pieces if sought]
        assert "".join("".join(pieces).split()) == "".join(clause.quote.split()), clause.id


def test_the_paragraphs_are_the_whole_document_and_nothing_more() -> None:
    for doc in LIBRARY.sources:
        shown = ["".join(text for text, _ in p.pieces) for p in paragraphs(doc, LIBRARY)]
        assert shown == text_of(doc, LIBRARY.stamp).splitlines()
        assert not any(p.sought for p in paragraphs(doc, LIBRARY))


def test_every_document_names_its_issuers() -> None:
    assert all(source.issuers for source in LIBRARY.sources.values())
