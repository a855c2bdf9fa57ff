"""Every stage's tables, where Django looks for them."""

from projects.intake.models import Import
from projects.labeling.models import Annotation, Assignment
from projects.provenance.models import Consent, Creator, Provenance
from projects.quality.models import Agreement, Reliability, Taste
from projects.review.models import Adjudication
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

__all__ = [
    "Acknowledgement",
    "Adjudication",
    "Agreement",
    "Annotation",
    "Asset",
    "Assignment",
    "AuditChain",
    "AuditEntry",
    "Consent",
    "ContaminationList",
    "Creator",
    "Datasheet",
    "Destination",
    "Download",
    "DownloadLink",
    "IdempotentReply",
    "Import",
    "Interface",
    "Invitation",
    "Job",
    "Membership",
    "Project",
    "Provenance",
    "Push",
    "Reliability",
    "Removal",
    "RetiredPseudonymKey",
    "Sample",
    "Schedule",
    "ScheduledVersion",
    "Snapshot",
    "Suggestion",
    "Taste",
    "Tombstone",
    "User",
    "Verification",
    "Withdrawal",
    "Worker",
]
