"""The synchronous client as far as it does not call: its configuration, and what hands calls on to their driver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from .config import Timeout
from .foundation import MAX_RESPONSE_BYTES, AnswerT, Foundation, refuse_no_transport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .checks import Checks
    from .credentials import Credentials
    from .operations import Operation, Waiter
    from .sync_driver import SyncDriver
    from .transport import Transport


class SyncClient(Foundation):
    """Base of `Client`. Any number of threads may share one."""

    def __init__(
        self,
        *,
        region: str | None = None,
        endpoint_url: str | None = None,
        credentials: Credentials | None = None,
        session: Any = None,
        profile: str | None = None,
        transport: Transport | None = None,
        retries: int = 3,
        timeout: Timeout | float = Timeout(),
        checks: Checks = {},  # noqa: B006 - nobody changes it
        use_fips: bool = False,
        use_dualstack: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
    ) -> None:
        """Configure a client; nothing is sent and no library for HTTP is loaded until the first call.

        region, endpoint_url: where; else AWS_REGION, AWS_ENDPOINT_URL_<SERVICE> and their like.
        credentials, session, profile: who; in this order, then the environment, then botocore's chain if installed.
        transport: what carries requests; else sockets, and urllib3 where there is a proxy.
        retries: attempts in all. timeout: `Timeout`, or the seconds a call may take in all.
        use_fips, use_dualstack: an endpoint validated by FIPS 140, or one that IPv6 reaches as well.
        checks: constraints that are to warn or are off, by kind, path or both.
        max_response_bytes: a longer answer is refused.

        Raises ConfigurationError.
        """
        super().__init__(
            region=region,
            endpoint_url=endpoint_url,
            credentials=credentials,
            session=session,
            profile=profile,
            retries=retries,
            timeout=timeout,
            checks=checks,
            use_fips=use_fips,
            use_dualstack=use_dualstack,
            max_response_bytes=max_response_bytes,
        )
        refuse_no_transport(transport)
        self._transport = transport
        self._driver: SyncDriver | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a transport that was passed in is its owner's to close."""
        self._closed = True
        if self._driver is not None:
            self._driver.close()

    def wait_for_task(self, response: AnswerT, *, timeout: float = 300) -> AnswerT:
        """Repeat the call that started a task, with the same token, until the task is complete; give that answer.

        Raises TaskFailed when it failed, WaitTimedOut after `timeout` seconds, and what the call raises.
        """
        answer: AnswerT = self._driving().wait_for_task(response, timeout)
        return answer

    def _driving(self) -> SyncDriver:
        """Give what drives calls, made at the first one."""
        self._refuse_when_closed()
        if self._driver is not None:
            return self._driver
        from .sync_driver import SyncDriver  # with everything that calls need, and construction does not

        with self._lock:
            self._driver = self._driver or SyncDriver(self._settings, self._transport)
            return self._driver

    def _call(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> Any:
        return self._driving().call(operation, request, members)

    def _pages(self, operation: Operation, request: Any, members: Mapping[str, Any]) -> Iterator[Any]:
        return self._driving().pages(operation, request, members)

    def _wait_until(self, waiter: Waiter, operation: Operation, request: Any, members: Mapping[str, Any]) -> Any:
        return self._driving().wait_until(waiter, operation, request, members)
