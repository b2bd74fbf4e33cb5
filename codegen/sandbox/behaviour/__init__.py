"""What the operations do: a call that is well-formed -> the members of its output, or a fault.

    engine        the door: calls in, answers out; switches, the clock, what a console shows operations    the table:
operation -> function, quota engagements, invitations, opportunities, accepting, starting   the operations, one module
per resource or task tasks         what the two tasks share; how to make one fail review        what a review status
permits, and the reviews that the Sandbox catalog plays snapshots, referral, companies   what AWS does beside them
tokens, paging, quotas, upkeep   what holds for every call: repeated tokens, page tokens, rates, the passing of time
events, forwarding   what happened, told to each account, and passed on settings, realistic, overview, ids, faults

Every function takes a transaction and a call; what is not the caller's is not found.
"""
