"""Chinese names of everything a message can be about: a question's title, or what else was wanted."""

from policies.library import Library

OTHER = {
    "start_enrollment": "办参保", "check_application": "查办理进度", "cancel_application": "撤销申请",
    "ask_enrollment_status": "查参保状态", "change_region": "换参保地", "request_faq_sheet": "要明白纸",
    "report_payment_problem": "缴费出了问题", "request_human": "找人工", "complain": "投诉", "resend_link": "再要链接",
    "greet": "问候", "goodbye": "告别", "thank": "道谢", "affirm": "答“是”", "deny": "答“不是”", "stop": "不办了",
    "inform": "补充情况", "bot_challenge": "问是不是真人", "help": "问能帮什么", "out_of_scope": "说了别的事",
    "follow": "接着问", "resume": "接着办", "just_asking": "只是问问", "decline": "不需要", "about_source": "问出处",
    "about_quote": "问原句", "about_link": "问链接", "about_validity": "问是否有效", "shorter": "要短一点",
    "plainer": "要通俗一点", "example": "要例子", "repeat": "要再说一遍", "verdict": "要一句准话",
    "next_step": "问接下来怎么做", "compare": "问区别",
    "challenge": "说答得不对", "press": "催", "queue_status": "问排队", "leave_queue": "不等人工了",
    "privacy": "问隐私",
    "show_memory": "问记得什么", "forget": "要求忘掉", "apologise": "道歉", "insult": "骂人", "chitchat": "闲聊",
    "distress": "很着急", "unsure": "没听明白",
}  # fmt: skip
UNNAMED = "别的事"


def title(intent: str | None, library: Library) -> str:
    """What an intent is called on a page; never its raw name."""
    known = library.questions.get(intent or "")
    return str(known["title"]) if known else OTHER.get(intent or "", UNNAMED)
