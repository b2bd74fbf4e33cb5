"""What generated models, errors and clients run on.

Models: `shapes` (structures, unions) over `composite`, `plans`, `containers` and the kinds of value; `checks`, `wire`.
Clients: `foundation` is configured; at the first call a driver is made, which does what `calls` and `tasks` say:

    operations, arguments -> driver -> calls: Send | Pause | Fetch -> sync_driver, async_driver -> a transport

`calls`, `retries` and `tasks` decide and neither send nor wait, so both clients decide alike; `framing` and `bodies`
read answers for both transports. `sigv4` signs, `sources` and `sessions` find credentials, `config` the endpoint, or
`endpoints` where the service has rules for it: `endpoint_rules` evaluates them by `endpoint_functions`, `partitions`.
`locks` are what a forked process gets open.
"""
