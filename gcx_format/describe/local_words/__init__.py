"""Keywords from models small enough for any computer: lettering, one noun, colours.

None of them knows language. What is useful of a picture is found for about half of photographs,
and for nearly everything with lettering, so `auto` never chooses this describer.
"""
