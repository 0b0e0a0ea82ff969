from foundation.api.idempotency import RememberedAnswerBase


class RememberedAnswer(RememberedAnswerBase):
    """The first answer to a creating POST with an Idempotency-Key, kept for 48 hours (tenants.housekeeping)."""

    class Meta(RememberedAnswerBase.Meta):
        abstract = False
