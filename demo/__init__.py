"""A first image, from nothing: ``make demo``.

An observation of a known sky is simulated, the image pipeline makes an image of it, and what is found there
is held against what was put in. All of it is done by commands that anybody can give; they are printed.
"""
