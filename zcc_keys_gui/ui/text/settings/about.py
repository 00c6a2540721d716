"""What the settings page says."""

ABOUT = (
    "Keeps API keys for rehearsing Zscaler Client Connector automation on this computer.\n\nIndependent of Zscaler; "
    '"Zscaler" is its owner\'s trademark. MIT licence.\n\nQt is used under the LGPL 3.0; its libraries can be replaced.'
)
