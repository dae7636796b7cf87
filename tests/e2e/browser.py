"""A person in front of Airflow's UI: logged in by the form, with an ear for what the browser complains of."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from tests.e2e.running import TestFolder


@contextmanager
def logged_in(browser: Browser, local: TestFolder) -> Iterator[Page]:
    """Log in by the form, as a person does."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="ru-RU")
    page = context.new_page()
    page.goto(local.airflow_url())
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(local.secrets["admin_password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("^(?!.*login).*$"))
    yield page
    context.close()


@contextmanager
def no_complaints(page: Page, *sites: str) -> Iterator[None]:
    """Make sure that nothing of our pages is refused by the policy, is missing, or fails."""
    heard: list[str] = []

    def hear(message: object) -> None:
        heard.append(str(message))

    def hear_failed(answer: Response) -> None:
        if answer.status >= 400 and any(f"/{site}/" in answer.url for site in sites):
            hear(answer)

    def hear_refused(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            hear(message.text)

    page.on("pageerror", hear)
    page.on("response", hear_failed)
    page.on("console", hear_refused)
    yield
    for name, listener in (("pageerror", hear), ("response", hear_failed), ("console", hear_refused)):
        page.remove_listener(name, listener)
    assert heard == []
