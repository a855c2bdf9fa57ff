"""Many tables in one step. Django renders every model again after each of its own operations, which made the first
migration of a new database take longer than all the rest of a start."""

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateTables(Operation):
    """Creates the models of the operations, each as it is after the last of them, which may be about these models alone.

    Takes operations as ``makemigrations`` writes them for a project without migrations.
    """

    def __init__(self, operations):
        self.operations = operations

    def deconstruct(self):
        return self.__class__.__qualname__, [self.operations], {}

    def describe(self):
        return f"Create {len(self.names)} tables"

    @property
    def names(self):
        return [each.name for each in self.operations if isinstance(each, CreateModel)]

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for name in self.names:
            model = to_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for name in reversed(self.names):
            model = from_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)
