"""What people write to each other about a sample."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.samples.models import Sample
from projects.workspace.models import Project, User


class Comment(models.Model):
    """One comment. It begins a thread, or answers the comment that began one (``parent``).

    ``annotator``: the one person who may read the thread beside owners and reviewers; the whole thread has the same.
    ``as_annotator``: written by somebody who labels, whose name the policy may keep from reviewers.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="comments")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="discussion")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    annotator = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    as_annotator = models.BooleanField(default=False)
    # Empty once it was removed.
    text = models.TextField(blank=True)
    # Something that waits for an answer; only what begins a thread is one.
    question = models.BooleanField(default=False)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # Made before sending; the same comment sent twice is one.
    client_id = models.UUIDField(default=uuid.uuid4)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["sample", "id"]
        constraints = [models.UniqueConstraint(fields=["author", "client_id"], name="comment_sent_once")]
        indexes = [
            models.Index(
                fields=["project", "-id"],
                condition=Q(question=True, resolved_at=None, removed_at=None),
                name="comment_open_questions",
            )
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.sample_id}"

    @property
    def root_id(self) -> int:
        """The comment that began the thread."""
        return self.parent_id or self.pk

    @property
    def waits(self) -> bool:
        """A question that nobody has settled yet."""
        return self.question and self.resolved_at is None and self.removed_at is None
