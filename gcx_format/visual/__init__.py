"""The visual codecs: a package each, listed in `gcx_format.codecs`."""
