"""Generating: a descriptor to a picture.

`generator` has the protocol that generators follow, `reconstruction` what comes of it. `preview`
needs no model: it enlarges the visual condition, or sets the words on a card if there is none.
"""
