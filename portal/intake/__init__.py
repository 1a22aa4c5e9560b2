"""The officials' intake: a city's paper (PDF, Word, scan) becomes text, clauses, rules and cases by forms alone, and
goes live once a second person signed it (docs/intake.md). A draft only ever adds files of its own to `policies/`.
"""
