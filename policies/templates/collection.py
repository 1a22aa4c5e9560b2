"""The collection window that is meant on a day, and the benefit year it pays for."""

from datetime import date

from policies.counting import month_day
from policies.templates.outcome import Params


def collection(params: Params, day: date) -> tuple[date, date, int]:
    """First day, last day and benefit year: of the one window of a rule, or of the recurring one.

    The year is the one the rule is of, else the one after the year in which the window opens. A season over the end of
    a year (October to February) is the one that is open on the day, or the next.
    """
    if "window_from" in params:
        opens, closes = date.fromisoformat(params["window_from"]), date.fromisoformat(params["window_to"])
        return opens, closes, params.get("benefit_year", opens.year + 1)
    opens, closes = month_day(day.year, params["season_from"]), month_day(day.year, params["season_to"])
    if closes < opens and day <= closes:
        opens = month_day(day.year - 1, params["season_from"])
    elif closes < opens:
        closes = month_day(day.year + 1, params["season_to"])
    return opens, closes, opens.year + 1
