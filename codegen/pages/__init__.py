"""What a browser shows: one environment for every page, in which text is escaped unless it is a file of ours.

A page is one file: style and script stand in it, its policy names both by their digests and nothing else may run or be
fetched. `environment` prints a template; what is said is decided by whoever calls it. `markdown` does for comments and
changelogs what escaping does for pages.
"""
