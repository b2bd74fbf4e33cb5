"""The keys that sign requests, and what gives them: `sources` finds one.

No failure here carries a key, neither in its text nor in the variables of its frames: error reports store both.
"""

from __future__ import annotations

from typing import Never, Protocol

from .errors import REDACTED, ConfigurationError

_SHOWN = 4
NONE_FOUND = (
    "no credentials: pass credentials=..., session=... or profile=..., or set AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY"
)


class Credentials:
    """Keys of an AWS account. Raises ConfigurationError for a value that is empty, no text, or can be in no header.

    They do not show in text and cannot be pickled; a copy is the object itself.
    """

    access_key_id: str
    secret_access_key: str
    session_token: str | None

    __slots__ = ("access_key_id", "secret_access_key", "session_token")

    def __init__(self, access_key_id: str, secret_access_key: str, session_token: str | None = None) -> None:
        object.__setattr__(self, "access_key_id", access_key_id)
        object.__setattr__(self, "secret_access_key", secret_access_key)
        object.__setattr__(self, "session_token", session_token)
        # The traceback of an error keeps the variables of this frame.
        del access_key_id, secret_access_key, session_token
        self._refuse_bad_values()

    def _refuse_bad_values(self) -> None:
        for name in ("access_key_id", "secret_access_key", "session_token"):
            if not _is_usable(getattr(self, name)) and (name, self.session_token) != ("session_token", None):
                raise ConfigurationError(f"credentials: {name} is empty, or has characters that keys never have")

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError(f"credentials do not change: {name} cannot be set")

    def __delattr__(self, name: str) -> Never:
        raise AttributeError(f"credentials do not change: {name} cannot be deleted")

    def _values(self) -> tuple[str, str, str | None]:
        return self.access_key_id, self.secret_access_key, self.session_token

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if isinstance(other, Credentials) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        token = None if self.session_token is None else REDACTED
        return f"Credentials({_shown(self.access_key_id)}, {REDACTED}, {token})"

    def __reduce_ex__(self, protocol: object) -> Never:
        raise TypeError("credentials cannot be pickled: pass on what they are found with, such as a profile's name")

    def __copy__(self) -> Credentials:
        return self

    def __deepcopy__(self, memo: object) -> Credentials:
        return self


def _is_usable(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and value != "" and " " not in value


def _shown(access_key_id: object) -> str:
    """Show the last characters, of ids long enough to stay unknown."""
    if not isinstance(access_key_id, str) or not _is_usable(access_key_id) or len(access_key_id) < 4 * _SHOWN:
        return REDACTED
    return f"...{access_key_id[-_SHOWN:]}"


class Source(Protocol):
    """Gives credentials, to any number of threads.

    blocking: asking may read files, run a program or use the network; an `AsyncClient` asks in a thread.
    """

    blocking: bool

    def current(self) -> Credentials:
        """Give credentials, renewed when they are about to expire. Raises ConfigurationError when there are none."""
        ...

    def renewed(self, refused: Credentials | None = None) -> Credentials | None:
        """Give others than those that the service said have expired; None when there are no others.

        refused: what the request was signed with. Of many threads that were refused at once, one renews for all.
        """
        ...
