"""What a first and a second visit move over the network, counted by a real browser."""

import shutil
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Visit:
    requests: int = 0
    bytes: int = 0
    addresses: dict[str, str] = field(default_factory=dict)


def two_visits(address: str) -> tuple[Visit, Visit] | None:
    """The first and the second visit to a page by one browser; None without a browser."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        return None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = browser.new_context(locale="de-DE")
        visits = (_visit(context, address), _visit(context, address))
        browser.close()
    return visits


def _visit(context: BrowserContext, address: str) -> Visit:
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    seen = Visit()

    def asked(event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if url.startswith("http"):
            seen.addresses[event["requestId"]] = url

    def cached(event: dict[str, Any]) -> None:
        seen.addresses.pop(event["requestId"], None)

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in seen.addresses and event["encodedDataLength"]:
            seen.requests += 1
            seen.bytes += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.requestServedFromCache", cached)
    session.on("Network.loadingFinished", finished)
    page.goto(address, wait_until="networkidle")
    page.close()
    return seen
