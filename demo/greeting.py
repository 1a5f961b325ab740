"""What the demo says when it is ready."""

from .dashboard import PATH
from .onboarding import PASSWORD, USER
from .stack import Stack

PLAYING = """\

The demo is ready.

  Home Assistant      {home_assistant}/{dashboard}
                      user {user}, password {password}
  The Yoto players    {simulator}
                      simulated: turn and press their knobs with the mouse

The first player plays a card that Home Assistant streams to it.
Press Ctrl-C to end the demo. What it made stays in {folder}.
"""

NOT_LOGGED_IN = """\

The demo is ready, and the integration waits for you to log in.

  Home Assistant      {home_assistant}/config/integrations/dashboard/add?domain=yoto_smart_stream
                      user {user}, password {password}
  The Yoto account    {simulator}/activate
                      approve the code there that Home Assistant shows
  The Yoto players    {simulator}

Press Ctrl-C to end the demo. What it made stays in {folder}.
"""


def greeting(stack: Stack, *, manual_login: bool) -> str:
    """Return the text that tells a person where everything is."""
    addresses = stack.simulation.addresses
    return (NOT_LOGGED_IN if manual_login else PLAYING).format(
        home_assistant=stack.home_assistant.url,
        dashboard=PATH,
        user=USER,
        password=PASSWORD,
        simulator=addresses.url,
        folder=stack.folder,
    )
