"""Static files: compressed, named by their content, cached for ever; ES modules import each other by those names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    support_js_module_import_aggregation = True
    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """A page of a checkout whose files were not collected (tests, runserver) still renders."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
