"""What is answered: one ordered table of rules with name, condition and action. The first that fits speaks.

Facts are taken in before (`update.hear`); the actions live beside this module: `questions`, `about_last_answer`,
`form`, `services`, `remembering`, `reminding`, `talk`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from dialogue import about_last_answer, form, real_case, remembering, reminding, services
from dialogue.questions import answers, asked, follow_ups, next_steps
from dialogue.reply import Reply, Result, led, with_offers
from dialogue.state import DialogueState
from dialogue.talk import applications, callers, clarifying, enrollment, person, sheets, small_talk, what_now
from dialogue.turn import Situation, UserTurn, chosen
from dialogue.update import asked_like_the_one_before, asked_of_treatment_elsewhere, for_the_next, hear
from dialogue.words import words


@dataclass(frozen=True)
class DialogueRule:
    """One row: `resumes` says that an open enrollment is taken up again after it."""

    name: str
    when: Callable[[Situation], bool]
    then: Callable[[Situation], Result]
    resumes: bool = False


def _does(*labels: str) -> Callable[[Situation], bool]:
    return lambda s: s.reading.does(*labels)


def _form(*labels: str) -> Callable[[Situation], bool]:
    return lambda s: s.before.form is not None and s.reading.does(*labels)


POLICY: tuple[DialogueRule, ...] = (
    # Before everything: a person in need, privacy, and what the conversation itself is about
    DialogueRule("distress", _does("distress"), person.distress),
    DialogueRule("danger", person.in_danger, person.danger),
    DialogueRule(
        "a number sent to be looked up",
        lambda s: bool(s.reading.notes.get("look_up")),
        lambda s: services.no_look_up(s.state, s.today),
    ),
    DialogueRule("forget", remembering.sure_to_forget, lambda s: remembering.forgotten()),
    DialogueRule("forget or not", _does("forget"), lambda s: (s.before, [remembering.forget_or_not()])),
    DialogueRule(
        "show what is known",
        _does("show_memory"),
        lambda s: (s.before, [remembering.shown(s.before, s.turn.reminders)]),
        resumes=True,
    ),
    DialogueRule("privacy", remembering.asks_of_privacy, remembering.privacy, resumes=True),
    DialogueRule("cancel a reminder", reminding.cancels, reminding.cancel, resumes=True),
    DialogueRule("be reminded", reminding.asked, reminding.take, resumes=True),
    # A person
    DialogueRule("leave the queue", lambda s: s.reading.does("leave_queue"), person.leave_queue),
    DialogueRule("how the queue stands", person.asks_of_queue, person.queue_status),
    DialogueRule("the next caller", callers.only_the_next_caller, callers.next_caller),
    DialogueRule("a person", _does("request_human"), person.person),
    # An open enrollment
    DialogueRule("no enrollment now", enrollment.enrollment_is_off, enrollment.no_enrollment),
    DialogueRule("confirm a cancellation", enrollment.confirms_a_cancellation, applications.cancel),
    DialogueRule("stop the enrollment", enrollment.stops_form, lambda s: form.stop(s.state)),
    DialogueRule("put the enrollment off", _form("just_asking"), lambda s: form.pause(s.state)),
    DialogueRule("where the enrollment stands", enrollment.asks_where_form_is, lambda s: form.where(s.state)),
    DialogueRule("go on with the enrollment", enrollment.goes_on, enrollment.go_on),
    DialogueRule("answer of the form", lambda s: form.answers(s.before, s.reading, s.heard), enrollment.form_answer),
    # What must be clear first
    DialogueRule("two households in one message", callers.tells_of_two, callers.one_after_the_other),
    DialogueRule("a day that cannot be", lambda s: bool(s.heard.doubts), clarifying.impossible_day),
    DialogueRule("a place that several share", lambda s: bool(s.heard.ambiguous), clarifying.which_place),
    DialogueRule("a mention nobody is sure of", lambda s: s.heard.unsure is not None, clarifying.is_it_so),
    # Services: a request of the speaker, not a topic word
    DialogueRule("a link", applications.of_an_application("resend_link"), applications.link),
    DialogueRule(
        "where an application stands", applications.of_an_application("check_application"), applications.check
    ),
    DialogueRule("cancel an application", applications.of_an_application("cancel_application"), applications.cancel),
    DialogueRule("a sheet", sheets.wants_sheet, sheets.sheet),
    DialogueRule("start an enrollment", enrollment.wants_enrollment, enrollment.start),
    # The last answer
    DialogueRule("back from a supposition", real_case.comes_back, real_case.as_it_is, resumes=True),
    DialogueRule("what to do now", next_steps.asks_what_to_do, next_steps.what_to_do, resumes=True),
    DialogueRule("about the last answer", about_last_answer.asked_about_it, about_last_answer.answer),
    # Questions, new ones and the one that stands
    DialogueRule("questions", asked.asked, answers.answer_each, resumes=True),
    DialogueRule("is the child covered", _does("ask_enrollment_status"), applications.coverage, resumes=True),
    DialogueRule("paid and not shown", _does("report_payment_problem"), applications.payment_problem, resumes=True),
    DialogueRule("will not tell", clarifying.will_not_tell, clarifying.declined),
    DialogueRule(
        "a month without its day", lambda s: s.heard.month is not None and not s.heard.told, clarifying.which_day
    ),
    DialogueRule("the standing question again", follow_ups.follows, follow_ups.follow, resumes=True),
    # Talk
    DialogueRule("complaint", _does("complain"), person.complaint),
    DialogueRule("small talk", small_talk.is_small, small_talk.small, resumes=True),
    DialogueRule("nothing of ours", _does("out_of_scope"), small_talk.not_ours, resumes=True),
    DialogueRule("facts without a question", what_now.tells_without_asking, what_now.what_now),
    DialogueRule("not understood", lambda s: True, what_now.unsure),
)


def respond(state: DialogueState, turn: UserTurn) -> tuple[DialogueState, list[Reply], str]:
    """What is said to a message, the state after it, and the name of the rule that spoke."""
    if turn.reading.parts:
        return _each_caller(state, turn)
    state, reading, picked = chosen(state, turn)
    reading = asked_of_treatment_elsewhere(state, asked_like_the_one_before(state, reading))
    turn = replace(turn, reading=reading)
    heard = hear(state, reading, turn.today)
    state = for_the_next(state, reading)
    situation = Situation(state, turn, heard, picked)
    rule = next(rule for rule in POLICY if rule.when(situation))
    now, replies = rule.then(situation)
    if rule.resumes and now.form is not None and not now.forgotten and not situation.no_enrollment:
        resume = form.resume_line(now)
        replies = [*replies, resume] if resume else replies
    if now.applications and rule.name not in ("cancel an application", "where an application stands"):
        now, told = services.news(now, turn.around)
        replies = [*replies, *told]
    replies = _one_question(small_talk.with_courtesies(situation, rule.name, replies))
    replies = reminding.offered(situation, now, replies)
    return replace(now, offers=tuple(offer for reply in replies for offer in reply.offers)[:12]), replies, rule.name


def _each_caller(state: DialogueState, turn: UserTurn) -> tuple[DialogueState, list[Reply], str]:
    """An agent's message of several callers: each is answered as if it stood alone, in the own family's state."""
    said = list[Reply]()
    for part in turn.reading.parts:
        state, replies, rule = respond(state, replace(turn, reading=part))
        said += [led(reply, words("of_caller", caller=state.caller)) for reply in replies[:1]] + replies[1:]
    return state, _one_question(said), rule


def _one_question(replies: list[Reply]) -> list[Reply]:
    """One thing to tap or answer at the end is enough: earlier bubbles lose their options."""
    if len(replies) < 2:
        return replies
    return [*(with_offers(reply, ()) for reply in replies[:-1]), replies[-1]]
