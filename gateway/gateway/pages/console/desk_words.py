"""Words of the pages about the desk."""

from gateway.pages.languages import later as _

NOUNS = {
    "categories": _("Categories"),
    "departments": _("Departments"),
    "products": _("Products"),
    "groups": _("Groups"),
    "templates": _("Templates"),
}
"""What a desk offers in lists, as its pages call it."""

NEW = {
    "categories": _("New category"),
    "departments": _("New department"),
    "products": _("New product"),
    "groups": _("New group"),
    "templates": _("New template"),
}

DAYS = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}

KINDS = [
    ("text", _("One line")),
    ("long_text", _("Several lines")),
    ("number", _("A number")),
    ("date", _("A day")),
    ("choice", _("One of several")),
    ("choices", _("Any of several")),
    ("yes_no", _("Yes or no")),
    ("email", _("An e-mail address")),
]
"""What an answer can be."""
