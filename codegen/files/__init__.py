"""{path: text} -> disk: `manifest` says what was written, `output` compares and writes."""
