"""Where the picture is: what is drawn, where, and the badge that it wears."""
