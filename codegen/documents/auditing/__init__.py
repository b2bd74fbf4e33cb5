"""Facts of pages beside what a spec states: what agrees, what is settled, what is not."""
