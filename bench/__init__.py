"""Benchmarks: what each agent must show, measured by code that shares nothing with what it tests."""
