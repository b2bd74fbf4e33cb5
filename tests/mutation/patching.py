"""A changed tree -> the module that is imported already behaves so, wherever its functions have gone since.

Functions keep their identity and get another code, so that `from module import function` is no way around a change.
Constants of the module are set anew; what other modules have imported of them stays as it was.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType

from mutation.operators import Mutant


class Stillborn(Exception):
    """The changed module cannot be imported: whoever imports it notices."""


def patch(name: str, mutant: Mutant) -> None:
    """Put a change into an imported module. Raises Stillborn."""
    module = sys.modules[name]
    made = _executed(module, mutant.tree)
    if not mutant.within:
        constants = {key: value for key, value in made.items() if _is_constant(key, value)}
        vars(module).update(constants)
    ours, theirs = dict(_functions(vars(module), name)), dict(_functions(made, name))
    for qualified, function in ours.items():
        other = theirs.get(qualified)
        if other is not None:
            function.__code__ = other.__code__
            function.__defaults__, function.__kwdefaults__ = other.__defaults__, other.__kwdefaults__


def _executed(module: ModuleType, tree: ast.Module) -> dict[str, object]:
    code: CodeType = compile(tree, module.__file__ or "", "exec")
    made = ModuleType(module.__name__)
    made.__file__, made.__package__ = module.__file__, module.__package__
    sys.modules[module.__name__] = made  # dataclasses look their module up
    try:
        exec(code, vars(made))
    except Exception as fault:  # whatever it is, an import raises it
        raise Stillborn from fault
    finally:
        sys.modules[module.__name__] = module
    return vars(made)


def _is_constant(name: str, value: object) -> bool:
    return not (name.startswith("__") or callable(value) or inspect.ismodule(value))


def _functions(names: dict[str, object], module: str) -> Iterator[tuple[str, FunctionType]]:
    for value in names.values():
        yield from _functions_of(value, module)


def _functions_of(value: object, module: str) -> Iterator[tuple[str, FunctionType]]:
    """Look into classes and behind decorators."""
    if isinstance(value, type):
        if value.__module__ == module:
            for each in list(vars(value).values()):
                yield from _functions_of(each, module)
        return
    if isinstance(value, property):
        value = value.fget
    if isinstance(value, staticmethod | classmethod):
        value = value.__func__
    if hasattr(value, "cache_clear"):
        value.cache_clear()
    found = inspect.unwrap(value) if callable(value) else value
    if isinstance(found, FunctionType) and found.__module__ == module:
        yield found.__qualname__, found
