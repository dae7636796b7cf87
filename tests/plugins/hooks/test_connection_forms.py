"""Airflow finds the connection types by itself, and makes our hooks of them."""

import json

import pytest
from airflow.providers_manager import ProvidersManager
from airflow.sdk import Connection
from airflow.sdk.providers_manager_runtime import ProvidersManagerTaskRuntime

from plugins.hooks.calltouch import CalltouchHook
from plugins.hooks.connection_forms import provider_info

FORMS = {form["connection-type"]: form for form in provider_info()["connection-types"]}


@pytest.fixture(scope="module")
def found() -> ProvidersManager:
    manager = ProvidersManager()
    manager.initialize_providers_hooks()
    return manager


@pytest.mark.parametrize("kind", FORMS)
def test_airflow_shows_the_form_of_each_vendor(found: ProvidersManager, kind: str) -> None:
    behaviour = found.field_behaviours[kind]
    assert behaviour["relabeling"] == FORMS[kind]["ui-field-behaviour"]["relabeling"]
    fields = {name for name in found.connection_form_widgets if name.startswith(f"extra__{kind}__")}
    assert fields == {f"extra__{kind}__{name}" for name in FORMS[kind]["conn-fields"]}


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_belongs_to_a_hook_that_can_test_the_connection(found: ProvidersManager, kind: str) -> None:
    (shown,) = [
        each for each in found.iter_connection_type_hook_ui_metadata() if each.connection_type == kind
    ]
    assert (shown.hook_name, shown.hook_class_name) == (
        FORMS[kind]["hook-name"],
        FORMS[kind]["hook-class-name"],
    )
    hook = ProvidersManagerTaskRuntime().hooks[kind]
    assert hook is not None
    assert hook.connection_testable
    assert hook.connection_id_attribute_name == "conn_id"


def test_a_connection_makes_its_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = {"conn_type": "calltouch", "login": "12345", "password": "t0ken-of-tests"}
    monkeypatch.setenv("AIRFLOW_CONN_SECOND_SHOP", json.dumps(connection))
    hook = Connection.get("second_shop").get_hook()
    assert isinstance(hook, CalltouchHook)
    assert hook.site_id == "12345"
