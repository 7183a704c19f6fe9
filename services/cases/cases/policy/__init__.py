"""Who may see and do what, by noun. One scope for list, count, search and object alike."""

from cases.policy.cases import *
from cases.policy.projects import *
