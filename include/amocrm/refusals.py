"""How amoCRM shuts us out, each by its own code in the log (amocrm 3)."""

from include import errors


class ReauthRequired(errors.ReauthRequired):
    code = "AMO_REAUTH_REQUIRED"


class Unpaid(errors.Unpaid):
    code = "AMO_UNPAID"


class Blocked(errors.Blocked):
    code = "AMO_BLOCKED"
