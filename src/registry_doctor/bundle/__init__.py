"""Bundles: a diagnosis and everything it is based on, in one file without secrets, which can be judged again elsewhere.

`making` diagnoses and keeps the server's answers, `writing` and `reading` handle the file, `tokens` replaces
secrets, `replaying` judges again without a network. docs/bundle.md describes the file for people.
"""
