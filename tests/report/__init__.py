"""Tests of cogling.report."""
