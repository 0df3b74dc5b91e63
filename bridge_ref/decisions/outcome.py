"""The input and the output of a decision: its context and its outcome."""

from msgspec import Struct

from bridge_ref.account.changes import NO_CHANGE, ChangeSet
from bridge_ref.account.settings import AccountSettings
from bridge_ref.decisions.queries import Decision
from bridge_ref.ids import Ids
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import ScimError, ScimType


class DecisionContext(Struct, frozen=True):
    """The time, the source of new ids, and the account settings that a decision may use."""

    now_ms: int
    ids: Ids
    promised_id: str | None = None
    account_settings: AccountSettings = AccountSettings()

    def new_scim_id(self) -> str:
        """The id of a new resource: the one that has been promised, or any."""
        return self.promised_id or self.ids.new_id()


class Refused(ScimError):
    """A refusal that the account's journal keeps."""

    def __init__(self, status: int, detail: str, journal: ChangeSet, scim_type: ScimType | None = None) -> None:
        super().__init__(status, detail, scim_type)
        self.journal = journal


class Outcome(Struct, frozen=True):
    """The answer, to be sent once the changes are committed; an error is an answer too."""

    answer: Answer | ScimError
    change_set: ChangeSet = NO_CHANGE


ScimDecision = Decision[Outcome]
