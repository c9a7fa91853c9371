"""Demonstrates five common problems, with the real SDK against the local sandbox (extra `sandbox`)."""
