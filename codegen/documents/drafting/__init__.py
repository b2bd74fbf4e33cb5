"""Facts of pages -> shapes of a draft."""
