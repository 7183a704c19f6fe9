"""Who may see and do what, by noun. One scope for list, count, search and object alike."""

from cases.policy.cases import *  # noqa: F403  every name of both nouns, as callers say `policy.can`
from cases.policy.projects import *  # noqa: F403  the same
