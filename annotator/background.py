"""Background work by name: who does it, where people see it, and what is looked after again and again. Settings that
no environment changes."""

# What does the work of each kind of job. Strings, because later stages handle what earlier ones ask for.
JOB_HANDLERS = {
    "import": "projects.intake.run.run_import",
    "import-annotations": "projects.labeling.imports.run_import",
    "import-suggestions": "projects.intake.suggestions.run_import",
    "screen": "projects.intake.screening.run_screen",
    "agreement": "projects.quality.actions.run_agreement",
    "route": "projects.review.routing.run_route",
    "reorder": "projects.review.reorder.run_reorder",
    "reviewers": "projects.review.reviewers.run_reviewers",
    "taste": "projects.quality.taste.run_taste",
    "aggregation": "projects.quality.aggregation.run_aggregation",
    "snapshot": "projects.snapshots.build.run_snapshot",
    "snapshot-part": "projects.snapshots.parts.run_part",
    "verification": "projects.snapshots.verifying.run_verification",
    "push": "projects.snapshots.push.run_push",
    "erase-media": "projects.snapshots.erasure.run_erase_media",
    "erase-content": "projects.snapshots.erasure.run_erase_content",
    "erase-version": "projects.snapshots.erasure.run_erase_version",
    "webhooks": "projects.workspace.webhooks.run_webhooks",
    "digest": "projects.workspace.digest.run_digest",
}
# Where the work of each kind of job can be seen: names of addresses of a project.
JOB_PAGES = {
    **dict.fromkeys(("import", "import-annotations", "import-suggestions"), "imports"),
    "screen": "findings",
    **dict.fromkeys(("agreement", "taste", "reviewers"), "quality"),
    "aggregation": "quality-answers",
    **dict.fromkeys(("route", "reorder"), "review"),
    **dict.fromkeys(("snapshot", "snapshot-part", "verification", "push", "erase-version"), "snapshots"),
    **dict.fromkeys(("erase-media", "erase-content"), "withdrawals"),
    "webhooks": "webhooks",
    "digest": "project",
}
# What every worker looks after, and how often in seconds. Each is harmless when several workers do it.
PERIODIC = {
    "projects.labeling.leases.expire_leases": 30,
    "projects.intake.duplicates.sweep": 60,
    "projects.intake.screening.sweep": 3600,
    "projects.review.routing.sweep": 10,
    "projects.snapshots.cache.sweep": 3600,
    "projects.snapshots.schedule.sweep": 20,
    "projects.workspace.outbox.sweep": 30,
    "projects.workspace.digest.sweep": 60,
}
