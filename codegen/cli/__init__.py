"""The command line: one module per family of commands, loaded when one of them is called.

Each command parses its arguments, calls one function, prints, and returns an exit code. Only this room prints and
returns codes; nothing below it does.
"""
