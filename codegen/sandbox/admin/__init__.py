"""What who runs a sandbox sees and sets: JSON under `/_admin`, a page at `/_console`.

    mounting   engine and accounts -> the applications by their prefix, for `Sandbox.mount`
    routes     the JSON routes: which there are, what each does
    orders     queries and bodies of those routes -> what is asked for, or a refusal
    reset      how a sandbox becomes as good as new
    console    the page; its script speaks to the routes
    exchange   one request and its answer, as both of them see it

The front end has checked host, origin and that the caller is on this machine before anything here is called. No call
is signed. What changes something is a POST with the header `X-Speccast-Sandbox: 1`: no form of a page can send that,
and no script of another origin without a preflight, which is refused.

    GET  /_admin/overview                      `now`, `settings`, and of all accounts: `engagements`, `invitations`,
                                               `tasks`, the last `events`
    GET  /_admin/events?account=&after=&limit= `events`, each with its number, `sequence`: those after `after` (0),
                                               `limit` at most (100, up to 1000)
    POST /_admin/clock {"advance": "+15d"}     `now`, the time it is then; invitations have lapsed, tasks are done
    POST /_admin/switch {"tasks": "in-steps"}  `settings`, all of them; see below
    POST /_admin/reset                         `now`; everything is forgotten, but for who may call

What can be switched, each or several at once: `tasks` (`at-once`, `in-steps`), `step` (seconds that a task in steps
takes), `rates` (whether calls count against quotas), `realistic` (whether answers have the oddities of AWS's), and
`fail_next_task`, a ReasonCode, with `account` or for all accounts.

A refusal is `{"message": ...}`: 400 for bad input, 403 without the header, 404, 405, 413.
"""
