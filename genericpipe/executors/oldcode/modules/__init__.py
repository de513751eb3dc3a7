"""Modules that are gone: each file stands for the module of its name."""
