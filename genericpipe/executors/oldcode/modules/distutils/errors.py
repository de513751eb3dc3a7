"""What the other modules raise."""


class DistutilsError(Exception):
    """Any of them."""


class DistutilsFileError(DistutilsError):
    """A file is in the way, or is not there."""


class DistutilsExecError(DistutilsError):
    """A program failed."""
