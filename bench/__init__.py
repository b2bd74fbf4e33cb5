"""Side-by-side measurements: each area runs ours and a peer in turn and prints medians and ratios."""
