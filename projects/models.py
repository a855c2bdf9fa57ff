"""Every stage's tables, where Django looks for them."""

from projects.intake.models import Finding, Import, Screening
from projects.labeling.models import Annotation, Assignment
from projects.labeling.practice_models import PracticeAnswer, PracticeRound, PracticeSample
from projects.provenance.models import Consent, Creator, Provenance
from projects.quality.models import (
    Aggregate,
    Aggregated,
    Agreement,
    Likeness,
    Overview,
    Reliability,
    ReviewerAgreement,
    Taste,
)
from projects.review.models import Adjudication, Overruling, SecondLook
from projects.samples.comment_models import Comment
from projects.samples.models import Asset, Sample, Suggestion
from projects.snapshots.delivery_models import (
    Destination,
    Push,
    Removal,
    Schedule,
    ScheduledVersion,
    Verification,
)
from projects.snapshots.models import (
    Acknowledgement,
    ContaminationList,
    Datasheet,
    Download,
    DownloadLink,
    RetiredPseudonymKey,
    Snapshot,
    Tombstone,
    Withdrawal,
)
from projects.workspace.models import (
    AuditChain,
    AuditEntry,
    IdempotentReply,
    Interface,
    Invitation,
    Job,
    Membership,
    Project,
    User,
    Worker,
)
from projects.workspace.notice_models import Delivery, Notification, Webhook

__all__ = [
    "Acknowledgement",
    "Adjudication",
    "Aggregate",
    "Aggregated",
    "Agreement",
    "Annotation",
    "Asset",
    "Assignment",
    "AuditChain",
    "AuditEntry",
    "Comment",
    "Consent",
    "ContaminationList",
    "Creator",
    "Datasheet",
    "Delivery",
    "Destination",
    "Download",
    "DownloadLink",
    "Finding",
    "IdempotentReply",
    "Import",
    "Interface",
    "Invitation",
    "Job",
    "Likeness",
    "Membership",
    "Notification",
    "Overruling",
    "Overview",
    "PracticeAnswer",
    "PracticeRound",
    "PracticeSample",
    "Project",
    "Provenance",
    "Push",
    "Reliability",
    "Removal",
    "RetiredPseudonymKey",
    "ReviewerAgreement",
    "Sample",
    "Schedule",
    "ScheduledVersion",
    "Screening",
    "SecondLook",
    "Snapshot",
    "Suggestion",
    "Taste",
    "Tombstone",
    "User",
    "Verification",
    "Webhook",
    "Withdrawal",
    "Worker",
]
