"""The review desk: what was misunderstood, refused or answered badly is read by a person and becomes a sentence and a
test; a weekly sample of answered turns is judged by two. Nothing is learned in service: an export is a change that an
engineer reviews (docs/review.md).
"""
