"""Hearing the question: plain functions from a message to features, facts and places. Nothing here imports Rasa."""
