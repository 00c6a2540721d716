"""How the tooltip of a command mentions its shortcut."""

TOOLTIP_WITH_SHORTCUT = "{command} ({shortcut})"
MORE_COMMANDS = "More actions"
