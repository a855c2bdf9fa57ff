"""Static files: compressed, named by their content, cached for ever; ES modules import each other by those names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    # A page of a checkout whose files were not collected (tests, runserver) still renders.
    manifest_strict = False
