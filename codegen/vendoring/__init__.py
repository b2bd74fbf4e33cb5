"""Generated packages in other people's repositories: added, checked, updated with what was edited by hand, removed.

`host` says which project, `naming` which spec, `lockfile` what is vendored from where; `archive` keeps what was
generated, and `merging` needs it. `adding`, `checking`, `updating` and `removing` are the four commands.
"""
