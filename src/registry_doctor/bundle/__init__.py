"""Bundles: a diagnosis with all that it was judged by, in one file without secrets, to be judged again elsewhere.

`making` diagnoses and keeps what the server said, `writing` and `reading` are the file, `tokens` stands in
for secrets, `replaying` judges again without a network. docs/bundle.md describes the file for people.
"""
