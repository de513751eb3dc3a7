"""First-party plugins, installed as ``genericpipe_plugins``: all that knows radio astronomy.

They use of the core what any site's plugin may use: the names in ``genericpipe.__all__``.
"""
