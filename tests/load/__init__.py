"""Benchmarks: they print ratios against a bare baseline measured in the same run, and assert nothing timed."""
