"""Where credentials come from: arguments, the environment, or a session of boto3 or botocore."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import cast

from .credentials import NONE_FOUND, Credentials, Source
from .errors import ConfigurationError


class Fixed:
    """Credentials that were passed in."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.blocking = False

    def current(self) -> Credentials:
        return self.credentials

    def renewed(self, refused: Credentials | None = None) -> Credentials | None:
        return None


class Environment:
    """The environment's variables, read once and after each refusal: reading them takes longer than using them."""

    def __init__(self, environment: Mapping[str, str] | None) -> None:
        self.environment = environment
        self.known: Credentials | None = None
        self.blocking = False

    def current(self) -> Credentials:
        if self.known is None:
            self.known = self._read()
        return self.known

    def renewed(self, refused: Credentials | None = None) -> Credentials | None:
        try:
            last, self.known = refused or self.current(), self._read()
        except ConfigurationError:
            return None
        return self.known if self.known != last else None

    def _read(self) -> Credentials:
        if not self._get("AWS_ACCESS_KEY_ID"):
            raise ConfigurationError(NONE_FOUND)
        if not self._get("AWS_SECRET_ACCESS_KEY"):
            raise ConfigurationError("AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not: set both or none")
        token = "AWS_SESSION_TOKEN"
        return Credentials(self._get("AWS_ACCESS_KEY_ID"), self._get("AWS_SECRET_ACCESS_KEY"), self._get(token) or None)

    def _get(self, name: str) -> str:
        return _variable(name, self.environment)


def _variable(name: str, environment: Mapping[str, str] | None) -> str:
    return (os.environ if environment is None else environment).get(name, "")


def find_source(
    credentials: Credentials | None,
    session: object | None,
    profile: str | None,
    environment: Mapping[str, str] | None = None,
) -> Source:
    """Find where keys come from: the credentials, the session, the profile, the environment, then botocore's chain.

    environment: None stands for `os.environ`. Raises ConfigurationError for a session that is none of boto3's or
    botocore's; for everything else, the source does when asked.
    """
    if credentials is not None and not isinstance(cast(object, credentials), Credentials):
        raise ConfigurationError("credentials: pass Credentials(access_key_id, secret_access_key) of this package")
    if credentials is not None:
        return Fixed(credentials)
    if session is None and profile is None and _variable("AWS_ACCESS_KEY_ID", environment):
        return Environment(environment)

    from .sessions import profile_source, session_source  # what asks botocore

    return profile_source(profile) if session is None else session_source(session)
