"""The closed vocabulary of a reading: labels, roles, polarities, owners. docs/annotation.md says what each means.

Importable on Python 3.10, with the standard library alone.
"""

DATE_ROLES = (
    "birth",
    "due",
    "paid",
    "deducted",
    "registered",
    "changed",
    "visit",
    "discharge",
    "hukou",
    "asked",
    "other",
)
PLACE_ROLES = ("insured", "household", "school", "visited", "account", "former", "recognised", "elsewhere")
YEAR_ROLES = ("paid_years", "enrolled_years", "lapse_years", "zero_claim_years", "claimed_years", "used_bonus_years",
              "asked_year", "other_year")  # fmt: skip
PEOPLE_ROLES = ("payer", "proxy", "about", "stranger")
WORD_ROLES = ("stage", "category", "change", "permit")
ROLES = (*DATE_ROLES, *PLACE_ROLES, *YEAR_ROLES, *PEOPLE_ROLES, *WORD_ROLES, "age", "pregnant")
POLARITIES = ("asserted", "neg", "ask", "plan", "supp")
OWNERS = ("大的", "小的", "老二", "老三", "他人", "家长")

QUESTIONS = (
    "ask_newborn_enrollment", "ask_unborn_enrollment", "ask_student_enrollment", "ask_college_enrollment",
    "ask_nonlocal_enrollment", "ask_enrollment_materials", "ask_enrollment_channel", "ask_hukou_update",
    "ask_proxy_enrollment", "ask_enrollment_duty", "ask_commercial_insurance", "ask_premium", "ask_payment_channel",
    "ask_payment_period", "ask_late_payment", "ask_refund", "ask_waiting_period", "ask_coverage_start",
    "ask_birth_expense", "ask_benefit_level", "ask_critical_illness_cap", "ask_continuity_incentive",
    "ask_lapse_penalty", "ask_medical_code", "ask_visit_settlement", "ask_remote_settlement",
    "ask_family_account_payment", "ask_family_account_binding", "ask_family_account_scope", "ask_subsidy",
    "ask_status_change", "ask_transfer", "ask_duplicate_enrollment", "ask_family_condition", "ask_missing_documents",
    "ask_enrollment_proof", "ask_scheme_basics", "ask_claim_process", "ask_medical_assistance", "ask_account_balance",
    "ask_benefit_year",
)  # fmt: skip
SERVICES = (
    "start_enrollment", "check_application", "cancel_application", "ask_enrollment_status", "change_region",
    "request_faq_sheet", "report_payment_problem", "request_human", "complain", "resend_link",
)  # fmt: skip
ACTS = (
    "greet", "goodbye", "thank", "affirm", "deny", "stop", "inform", "bot_challenge", "help", "out_of_scope", "follow",
    "resume", "next_step",
    "just_asking", "decline", "about_source", "about_quote", "about_link", "about_validity", "shorter",
    "plainer", "example", "repeat", "verdict", "compare", "challenge", "press", "queue_status", "leave_queue",
    "privacy", "show_memory", "forget", "apologise", "insult", "chitchat", "distress",
)  # fmt: skip
ON_AN_ANSWER = ("next_step",)
"""Acts that mean nothing where nothing was answered."""
LABELS = (*QUESTIONS, *SERVICES, *ACTS)
COURTESIES = ("thank", "apologise", "insult", "greet", "chitchat", "goodbye")
"""Labels that say nothing of what is asked when another stands beside them."""
