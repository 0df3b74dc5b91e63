"""scim2-server in its fastest form: its ASGI application on uvicorn, in memory, without a token.

`python -m loadtests.peers.serve_scim2 USERS SIZE…` prints its port once the users and groups exist.
"""

import sys
from collections.abc import Iterable
from typing import Any

from scim2_models import ScimProvider
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.memory import AsyncInMemoryStorage, InMemoryStorage
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

from loadtests.peers.people import group_document, group_id, number_of, user_document, user_id
from loadtests.peers.serve_bare import serve


class _Storage(InMemoryStorage):
    """The storage, with the ids that a benchmark knows beforehand."""

    def generate_id(self, resource_type: Any, resource: Any) -> str:
        """The id of a user or group from the start; any for the others."""
        if resource_type.id == "Group":
            return group_id(int(resource.display_name.rpartition(" ")[2]))
        number = number_of(resource.user_name)
        return str(super().generate_id(resource_type, resource)) if number is None else user_id(number)


def make_app(users: int, sizes: Iterable[int]) -> Any:
    """The application with its users and groups in place."""
    provider = ScimProvider.from_discovery(
        load_default_schemas().values(),
        load_default_resource_types().values(),
        config=load_default_service_provider_config(),
    )
    storage = _Storage()
    types = {each.id: each for each in provider.resource_types}

    def put(kind: str, document: dict[str, Any]) -> None:
        model: Any = provider.model_for(types[kind])
        storage.create(types[kind], model.model_validate(document))

    for number in range(users):
        put("User", user_document(number))
    for size in sizes:
        put("Group", group_document(size))
    return ASGIApplication(AsyncInMemoryStorage(storage), provider)


if __name__ == "__main__":
    serve(make_app(int(sys.argv[1]), [int(size) for size in sys.argv[2:]]))
