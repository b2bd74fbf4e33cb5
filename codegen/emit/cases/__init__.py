"""Model -> the vectors of the conformance suite: what the package must accept, refuse, read and write, and why.

The vectors name shapes, members and errors as the spec does and hold JSON only: any implementation can be held to them.
"""
