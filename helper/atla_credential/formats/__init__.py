"""One file for each format of an answer but git's own, which is the protocol."""
