"""Who may open what. A role is a set of rights; a page names the one right it needs.

`sheets` is the school desk: a school sees its own, a supervisor every school's and may approve.
`policies` is the officials' intake: writing a paper up, and signing what another wrote.
`board` is the emergency notice and the off-switches. `review` is the review desk and the weekly sample.
"""

ROLES = {"agent": "坐席", "school": "学校", "supervisor": "主管", "admin": "管理员"}
RIGHTS: dict[str, frozenset[str]] = {
    "agent": frozenset({"desk"}),
    "school": frozenset({"sheets"}),
    "supervisor": frozenset({"desk", "figures", "sheets", "board", "review", "policies"}),
    "admin": frozenset({"desk", "figures", "sheets", "accounts", "board", "review", "policies"}),
}


def may(role: str, right: str) -> bool:
    """Does this role have the right?"""
    return right in RIGHTS.get(role, frozenset())
