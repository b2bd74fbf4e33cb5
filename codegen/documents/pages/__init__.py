"""One reader per kind of page, over blocks that every form of a page is reduced to."""
