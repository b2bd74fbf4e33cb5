"""Model -> {path: text}: views decide, templates print, verify proves that no spec text became code."""
