"""Calls to OpenAI's API, or to any server that speaks it.

`gcx_format.openai.call` makes a request and delivers its answer, `gcx_format.openai.client` has
the connection, and `gcx_format.openai.failures` says what went wrong. What is asked is the
business of the generator and the describer.
"""
