"""A server of OpenAI's API for tests, on this machine, over real HTTP.

    with OpenAIServer() as server:
        client = openai.OpenAI(base_url=server.base_url, api_key=server.key)

It takes what the API takes and refuses what it refuses, draws pictures out of the condition
and the words that it is given, describes the pictures that it sees, streams, and plays every
fault in `FAULTS`.
"""

from .checks import Model, schemas
from .drawing import colours_of, describe, enlarged, shows, words_in
from .faults import FAULTS, Fault
from .limits import Limits
from .server import OpenAIServer, Received, Upload

__all__ = [
    "FAULTS",
    "Fault",
    "Limits",
    "Model",
    "OpenAIServer",
    "Received",
    "Upload",
    "colours_of",
    "describe",
    "enlarged",
    "schemas",
    "shows",
    "words_in",
]
