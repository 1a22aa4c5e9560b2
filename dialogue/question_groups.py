"""Single questions by a short name, and groups that turn on the same thing: a day of payment, a day of care, a year."""

VISITS = ("ask_visit_settlement", "ask_benefit_level", "ask_remote_settlement", "ask_claim_process")
"""Questions in which a day that is asked about is a day of care."""
PAYMENTS = (
    "ask_newborn_enrollment", "ask_waiting_period", "ask_coverage_start", "ask_late_payment", "ask_payment_period",
    "ask_birth_expense", "ask_missing_documents", "ask_hukou_update", "ask_benefit_year",
)  # fmt: skip
"""Questions whose answer turns on the day of payment: a supposed day of payment is asked of these."""
COLLECTED = ("ask_premium", "ask_payment_period", "ask_late_payment")
"""Questions about what is collected for a year: the year that one of them names is meant by the next one, too."""
LIMITS = ("ask_newborn_enrollment", "ask_payment_period", "ask_unborn_enrollment")
"""Questions that ask until when a child must be paid for."""
CAPS = ("ask_critical_illness_cap", "ask_continuity_incentive", "ask_lapse_penalty")
"""Questions in which a year is the year the cap is asked for."""
COVERAGE = ("ask_coverage_start", "ask_waiting_period", "ask_birth_expense")
"""Questions in which, once the day of payment is known, a day that is asked about is a day of care."""
NEWBORN, UNBORN, NONLOCAL = "ask_newborn_enrollment", "ask_unborn_enrollment", "ask_nonlocal_enrollment"
HOW_TO_PAY, HOW_TO_REGISTER = "ask_payment_channel", "ask_enrollment_channel"
COVERED_FROM, WHICH_YEAR, PAID_LATE = "ask_coverage_start", "ask_benefit_year", "ask_late_payment"
PAID_TWICE = "ask_duplicate_enrollment"
BY_WHEN = "ask_payment_period"
"""What a day of payment is asked of, where the standing question has nothing to do with it."""
ON_PAPERS = ("ask_missing_documents", "ask_hukou_update")
"""Of the questions on payment those whose answer is on papers: a day of payment is rather asked of the limit."""
