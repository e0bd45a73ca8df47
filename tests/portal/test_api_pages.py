"""The pages that list and try the operations of the API."""

from partnercenter.openapi.generator import description
from tests.portal.visitor import Visitor


def test_every_operation_has_a_page_with_its_path(world):
    visitor = Visitor(world.sam)
    listed = [row[0] for row in visitor.open("/_schema/v1/").rows]
    operations = [(path, operation) for path, item in description()["paths"].items() for operation in item.values()]
    assert sorted(listed) == sorted(operation["summary"] for _, operation in operations)
    for path, operation in operations:
        page = visitor.open(f"/_schema/v1/{operation['operationId']}/")
        assert (page.headline, path in page.text) == (f"Partner Center API | {operation['summary']}", True)


def test_an_operation_that_is_not_there_is_not_found(world):
    assert Visitor(world.sam).get("/_schema/v1/deleteEverything/").status == 404
