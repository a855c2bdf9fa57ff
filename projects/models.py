"""Every stage's tables, where Django looks for them."""

from projects.intake.models import Import
from projects.labeling.models import Annotation, Assignment
from projects.provenance.models import Consent, Creator, Provenance
from projects.quality.models import Agreement, Reliability
from projects.review.models import Adjudication
from projects.samples.models import Asset, Sample, Suggestion
from projects.snapshots.models import (
    Acknowledgement,
    ContaminationList,
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
    "Reliability",
    "RetiredPseudonymKey",
    "Sample",
    "Snapshot",
    "Suggestion",
    "Tombstone",
    "User",
    "Withdrawal",
    "Worker",
]
