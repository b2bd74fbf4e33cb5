"""A release and those before it -> a static site: `{path: text}`, to be opened from a folder or served.

`book` gathers what all pages read, `making` is the contents page; every other module views one kind of page.
"""
