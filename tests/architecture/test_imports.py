"""The layers hold: between packages, inside them, inside every app, and through the doors."""

from typing import Any

import grimp
import pytest
from importlinter.adapters.building import GraphBuilder
from importlinter.application import output
from importlinter.application.app_config import settings
from importlinter.application.use_cases import _register_built_in_contract_types, create_report
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure

from tests.architecture.layers import PACKAGE, app_of, apps, contracts, folder_of, layers_of
from tests.architecture.source import assert_none

pytestmark = pytest.mark.check

INSIDE_AN_APP = (
    "(cli) | (card)",
    "(web) | (setup)",
    "(jobs)",
    "(public)",
    "(actions)",
    "(queries)",
    "(access)",
    "(models) | (rules)",
    "(events) : (errors) : (data)",
)
"""Direction inside one app, top to bottom; the plain things at the bottom may name one another."""


class ProductGraph(GraphBuilder):
    """The imports of the product without its tests: to be tested, a low app needs people, and people stand above it."""

    def build(self, *args: Any, **kwargs: Any) -> grimp.ImportGraph:
        graph = super().build(*args, **kwargs)
        for module in [name for name in graph.modules if ".tests." in f"{name}."]:
            graph.remove_module(module)
        return graph


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return ProductGraph().build(["kapok"], None)


def test_layers_hold_between_packages_and_inside_each_of_them() -> None:
    assert_none(_broken(list(_of_built_packages())))


def test_direction_holds_inside_every_app() -> None:
    contract = {"type": "layers", "name": "inside an app", "id": "inside", "containers": list(apps()), "layers": list(INSIDE_AN_APP)}
    assert_none(_broken([contract]))


@pytest.mark.parametrize(
    ("importer", "imported", "contract"),
    [
        ("kapok.kernel.common.clock", "kapok.site.settings", "packages"),
        ("kapok.kernel.journal.public", "kapok.kernel.annex.public", "kernel"),
        ("kapok.services.items.public", "kapok.services.intake.public", "services"),
    ],
)
def test_the_judge_sees_an_import_that_goes_upward(importer: str, imported: str, contract: str) -> None:
    class Seeded(ProductGraph):
        def build(self, *args: Any, **kwargs: Any) -> grimp.ImportGraph:
            graph = super().build(*args, **kwargs)
            graph.add_import(importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}")
            return graph

    assert _broken([dict(c) for c in contracts() if c["id"] == contract], Seeded()) != []


def test_every_package_and_app_stands_in_a_layer() -> None:
    """An app in no layer fails, whether something imports it or not."""
    built = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()}
    assert built <= {name for layer in layers_of("kapok") for name in layer}
    for app in apps():
        container, _, name = app.rpartition(".")
        assert any(name in layer for layer in layers_of(container)), f"{app} stands in no layer"


def test_the_contracts_have_no_ignore_list() -> None:
    assert_none([c["id"] for c in contracts() if "ignore_imports" in c or "exhaustive_ignores" in c or not c.get("exhaustive")])


def test_other_apps_see_only_the_door(graph: grimp.ImportGraph) -> None:
    """`site` may look further; `kernel.common` is imported as it is."""
    wrong = [
        f"{importer} imports {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if _through_the_wall(importer, imported)
    ]
    assert_none(sorted(wrong))


def test_every_app_has_a_door() -> None:
    assert_none([app for app in apps() if not (folder_of(app) / "public.py").exists()])


def _through_the_wall(importer: str, imported: str) -> bool:
    app, target = app_of(importer), app_of(imported)
    if target is None or target == app or target == "kapok.kernel.common" or importer.startswith("kapok.site"):
        return False
    return imported != f"{target}.public"


def _of_built_packages() -> list[dict[str, Any]]:
    return [dict(contract) for contract in contracts() if (PACKAGE.parent / contract["containers"][0].replace(".", "/")).is_dir()]


def _broken(found: list[dict[str, Any]], builder: GraphBuilder | None = None) -> list[str]:
    """The names of the broken contracts, with the import that breaks each."""
    configure()
    settings.configure(GRAPH_BUILDER=builder or ProductGraph())
    _register_built_in_contract_types()
    for contract in found:
        contract.update({key: str(value) for key, value in contract.items() if isinstance(value, bool)})
    report = create_report(UserOptions({"root_packages": ["kapok"]}, found), cache_dir=None)
    assert not report.could_not_run, report.invalid_contract_options
    if report.contains_failures:
        for contract, check in report.get_contracts_and_checks():
            if not check.kept:
                output.print_heading(contract.name, output.HEADING_LEVEL_THREE)
                contract.render_broken_contract(check)
    return [contract.name for contract, check in report.get_contracts_and_checks() if not check.kept]
