"""Rules: a shape is chosen, its numbers picked out of the clauses' own words, its sentences typed as people talk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from policies.library import Library
from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest
from portal.intake.content import DraftClause, DraftContent, DraftRule, PickedNumber
from portal.intake.desk import RIGHT, page, saved
from portal.intake.drafts import IntakeDraft
from portal.intake.files import NATIONAL_NEWBORN, worded
from portal.intake.numbers import NumberOffer, NumberUnknown, chosen, offers
from portal.intake.shapes import FOR_ALL, RuleShape, from_chinese, in_chinese, shapes
from portal.intake.told import told
from portal.typed import all_asked, asked, form, lists

_LONGEST = 200
"""Characters of one sentence."""
WHO: dict[str, tuple[str, bool | None]] = {
    "": ("所有孩子", None), "newborn": ("只给新生儿", True), "others": ("只给新生儿以外的", False),
}  # fmt: skip
"""Who a sentence is told to."""


@dataclass(frozen=True)
class RuleForm:
    """A rule being written: its shape, what was chosen so far, what can be."""

    shape: RuleShape
    id: str
    intents: tuple[str, ...]
    clauses: tuple[str, ...]
    picked: dict[str, str]
    says: dict[str, str]
    numbers: dict[str, list[NumberOffer]]
    who: str = ""


def rule_pages(parts: AppContext) -> Blueprint:
    """The routes of the rules."""
    door = Blueprint("intake_rules")
    desk = parts.intake

    def shown(
        request: Request, found: IntakeDraft, one: RuleForm | None, status: int = 200, wrong: str = ""
    ) -> HTTPResponse:
        annual = found.content.document.annual_year is not None
        content, whom = found.content, {name: words for name, (words, _) in WHO.items()}
        return page(parts, request, "intake_rules.html", found, status, wrong=wrong, one=one, lines=told(content),
                    quotes={clause.id: clause.quote for clause in content.clauses}, whom=whom,
                    shapes=[shape for shape in shapes().values() if annual or not shape.annual])  # fmt: skip

    @door.get("/intake/<draft:str>/rules")
    @needs(RIGHT)
    async def listed(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """With `q` a question to answer (and a `shape`), with `id` a rule to change."""
        found = await desk.drafts.get(draft)
        known = next((rule for rule in found.content.rules if rule.id == asked(request, "id")), None)
        if known is not None:
            return shown(request, found, of_rule(known, found.content))
        wanted = tuple(all_asked(request).get("q", ()))
        one = begun(found.content, wanted, asked(request, "shape")) if wanted else None
        return shown(request, found, one)

    @door.post("/intake/<draft:str>/rules")
    @needs(RIGHT)
    async def kept(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        found = await desk.drafts.get(draft)
        given = lists(request)
        if form(request).get("act") == "delete":
            rules = tuple(rule for rule in found.content.rules if rule.id != form(request).get("id"))
            changed = found.content.model_copy(update={"rules": rules})
        else:
            one = typed(given, found.content)
            try:
                changed = with_rule(found.content, one, parts.shelf.library)
            except (PortalBadRequest, NumberUnknown) as error:
                return shown(request, found, one, 400, f"{error}")
        await saved(parts, request, visitor, found, changed)
        return redirect(f"/intake/{draft}/rules#kept", status=303)

    return door


def begun(content: DraftContent, wanted: tuple[str, ...], shape: str) -> RuleForm:
    """A form for a question: the clauses about it, the shape they suggest unless one is named, its sentences."""
    about = {intent: ids for intent, ids in content.asked() if intent in wanted}
    ids = tuple(dict.fromkeys(key for one in about.values() for key in one))
    intents = tuple(about)
    chosen_shape = shapes().get(shape) or suggested(intents, ids, content)
    intents += tuple(intent for intent, others in content.unanswered()
                     if others == ids and intent in chosen_shape.questions and intent not in intents)  # fmt: skip
    numbers = _numbers(chosen_shape, sorted(content.clauses, key=lambda clause: clause.id not in ids))
    says = {key: in_chinese(said.text, chosen_shape) for key, said in chosen_shape.says.items()}
    who = "newborn" if _of_newborns(ids, content) and chosen_shape.name == "statement" else ""
    return RuleForm(chosen_shape, "", intents, ids, _certain(chosen_shape, numbers, ids), says, numbers, who)


def suggested(intents: Collection[str], ids: Collection[str], content: DraftContent) -> RuleShape:
    """The shape that computes this question from these clauses, where they have just its numbers; else a statement.

    A sentence on newborns that is only stated speaks for every child whose age nobody said, over what is computed.
    """
    own = [clause for clause in content.clauses if clause.id in ids]
    newborn = _of_newborns(ids, content)
    for shape in shapes().values():
        numbers = _numbers(shape, own)
        fits = set(intents) <= set(shape.questions) and shape.newborn == newborn
        if fits and numbers and not shape.annual and len(_certain(shape, numbers, ids)) == len(numbers):
            return shape
    return shapes()["statement"]


def _of_newborns(ids: Collection[str], content: DraftContent) -> bool:
    quotes = [clause.quote for clause in content.clauses if clause.id in ids]
    return bool(quotes) and all("新生儿" in quote or "出生" in quote for quote in quotes)


def _certain(shape: RuleShape, numbers: Mapping[str, list[NumberOffer]], ids: Collection[str]) -> dict[str, str]:
    """What is chosen to begin with: only where the clauses have as many numbers of a kind as the shape has fields.

    A number that was put in by guess looks right and is left standing.
    """
    found: dict[str, str] = {}
    for kind in ("date", "days"):
        names = [name for name in numbers if shape.params[name].kind == kind]
        own = [offer for offer in numbers[names[0]] if offer.picked.clause in ids] if names else []
        if len(own) == len(names):
            found |= {name: offer.code for name, offer in zip(names, own, strict=True)}
    return found


def of_rule(rule: DraftRule, content: DraftContent) -> RuleForm:
    """A form for a rule that is there."""
    shape = shapes()[rule.shape]
    picked = {name: NumberOffer(number, "").code for name, number in rule.picked.items()}
    says = {key: in_chinese(rule.says.get(key, ""), shape) for key in shape.says}
    who = next(name for name, (_, newborn) in WHO.items() if newborn == rule.newborn)
    numbers = _numbers(shape, content.clauses)
    return RuleForm(shape, rule.id, rule.intents, rule.clauses, picked, says, numbers, who)


def _numbers(shape: RuleShape, clauses: Sequence[DraftClause]) -> dict[str, list[NumberOffer]]:
    return {name: offers(clauses, param.kind) for name, param in shape.params.items() if name != "newborn_days"}


def typed(given: dict[str, list[str]], content: DraftContent) -> RuleForm:
    """The form as it was sent."""

    def one(name: str) -> str:
        return (given.get(name) or [""])[0].strip()

    shape = shapes().get(one("shape"), shapes()["statement"])
    says = {key: one(f"say_{key}")[:_LONGEST] for key in shape.says}
    picked = {name: one(f"pick_{name}") for name in shape.params if name != "newborn_days"}
    return RuleForm(shape, one("id"), tuple(given.get("q", ())), tuple(given.get("c", ())), picked, says,
                    _numbers(shape, content.clauses), one("who") if one("who") in WHO else "")  # fmt: skip


def with_rule(content: DraftContent, one: RuleForm, library: Library) -> DraftContent:
    """The content with this rule, in the place of one of the same id. Raises PortalBadRequest, NumberUnknown."""
    if one.id and one.id not in {rule.id for rule in content.rules}:  # an id is made here, never taken from a form
        raise PortalBadRequest("这条规则已经不在了：返回，重新写一条。")
    basis = sorted((clause for clause in content.clauses if clause.id in one.clauses),
                   key=lambda clause: not set(clause.intents) & set(one.intents))  # fmt: skip
    if not basis:
        raise PortalBadRequest("选上这句话依据哪条原句，至少一条。")
    if not one.intents or any(intent not in library.questions for intent in one.intents):
        raise PortalBadRequest("选上它回答哪个问题，至少一个。")
    picked: dict[str, PickedNumber] = {}
    for name, param in one.shape.params.items():
        if name == "newborn_days":
            picked[name] = NATIONAL_NEWBORN
            continue
        number = chosen(one.picked.get(name, ""), content.clauses, param.kind)
        if number is None:
            what = "某一天" if param.kind == "date" else "整数"
            raise PortalBadRequest(f"“{param.label}”没有选：从原句里的{what}中选。没有的话，用“一句话说给所有人”。")
        if number.clause not in one.clauses:
            raise PortalBadRequest(f"“{param.label}”选的数在 {number.clause} 里：把那一条也勾上，或者换一个数。")
        picked[name] = number
    missing = next((said.label for key, said in one.shape.says.items() if not one.says.get(key)), None)
    if missing:
        raise PortalBadRequest(f"“{missing}”的话没有写：不写，助手会说文件没写。")
    says = {key: from_chinese(words, one.shape) for key, words in one.says.items()}
    rule = DraftRule(id=one.id or _new_id(content, one), shape=one.shape.name, intents=one.intents, picked=picked,
                     clauses=tuple(clause.id for clause in basis), says=says, newborn=WHO[one.who][1])  # fmt: skip
    sentences, params = worded(rule, content)
    for key, sentence in sentences.items():
        _only_known(sentence, {*params, *one.shape.values, *FOR_ALL}, one.shape.says[key].label)
    others = tuple(rule if other.id == rule.id else other for other in content.rules)
    if rule.id not in {other.id for other in others}:
        others = (*others, rule)
    return content.model_copy(update={"rules": others})


def _new_id(content: DraftContent, one: RuleForm) -> str:
    """wuhu-2026-31.premium; with a number behind it where that is taken."""
    said = one.intents[0].removeprefix("ask_")
    taken = {rule.id for rule in content.rules}
    names = (f"{content.document.key}.{said}", *(f"{content.document.key}.{said}.{n}" for n in range(2, 99)))
    return next(name for name in names if name not in taken)


def _only_known(sentence: str, known: set[str], label: str) -> None:
    """Raises PortalBadRequest: a placeholder that nothing fills or that is to be converted, or a lone brace."""
    try:
        parts = [part for part in Formatter().parse(sentence) if part[1] is not None]
    except ValueError:
        raise PortalBadRequest(f"“{label}”里的大括号没有成对。") from None
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise PortalBadRequest(f"“{label}”的大括号里只写名字，不写别的符号。")
    names = [str(name) for _, name, *_ in parts]
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise PortalBadRequest(f"“{label}”里的 {{{unknown}}} 不认识，能用的列在下面。")
