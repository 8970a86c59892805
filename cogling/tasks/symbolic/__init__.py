"""Symbolic tasks: rewriting equations, logic, programs and numerals by rule."""
