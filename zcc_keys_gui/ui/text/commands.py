"""The texts of toolbars and tooltips that don't belong to one command."""

TOOLTIP_WITH_SHORTCUT = "{command} ({shortcut})"
MORE_COMMANDS = "More actions"
