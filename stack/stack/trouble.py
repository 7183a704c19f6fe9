"""What went wrong, in one sentence a person can act on."""


class Trouble(Exception):
    """Shown as it is, without a traceback: it must say what to do."""
