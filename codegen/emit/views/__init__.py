"""IR -> what templates print. Every decision is taken here; a view holds names that are safe and text that is not."""
