"""Every kind of failure is a whole sentence with what to do next; nothing foreign is read as markup; no secret."""

from __future__ import annotations

import ast
import errno
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from imagery_hub.core import log
from imagery_hub.core.messages import (
    descarteslabs,
    failures,
    picterra,
    pix4d,
    pixel,
    pixxel,
    progress_text,
    rich_sentence,
    sentence,
)
from imagery_hub.core.messages.inputs import inputs
from imagery_hub.core.messages.progress import shared
from imagery_hub.core.messages.reasons import reasons
from imagery_hub.core.problems import Problem
from imagery_hub.providers.errors import InputProblem, Kind, MissingLibrary, PlatformError, Refused
from qgis.core import QgsApplication

PLATFORMS = (picterra, pix4d, pixel, pixxel, descarteslabs)
PROVIDERS = Path(__file__).resolve().parents[2] / "providers"
pytestmark = pytest.mark.usefixtures("qgis_app")


def calls() -> Iterator[ast.Call]:
    for path in PROVIDERS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield node


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def constants(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_a_whole_sentence(kind: Kind) -> None:
    text = sentence(PlatformError(kind, facts={"host": "far.example", "file": "a.tif", "step": "commit",
                                               "library": "shapely", "problem": "something"}))
    assert text[0].isupper() or text.startswith(("far.example", "a.tif"))
    assert text.endswith(".")
    assert "{" not in text
    assert "?" not in text
    assert "!" not in text
    assert kind.value not in text or kind in (Kind.REFUSED, Kind.PROXY, Kind.CERTIFICATE)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kind_without_any_fact_still_reads(kind: Kind) -> None:
    text = sentence(PlatformError(kind))
    assert text.endswith(".")
    assert "{" not in text


def test_every_input_problem_of_the_providers_has_a_sentence() -> None:
    used = {key for call in calls() if name_of(call) == "InputProblem" and call.args for key in constants(call.args[0])}
    assert len(used) > 5
    known = {key for module in PLATFORMS for key in module.inputs()}
    assert used - set(inputs()) - known == set()


def test_every_progress_key_of_the_providers_has_a_text() -> None:
    used = {call.args[1].value for call in calls() if name_of(call) == "progress" and len(call.args) > 1
            and isinstance(call.args[1], ast.Constant)}
    used |= {call.args[2].value for call in calls() if name_of(call) == "report" and len(call.args) > 2
             and isinstance(call.args[2], ast.Constant)}
    assert {"uploading", "downloading"} <= used
    known = set(shared()) | {key for module in PLATFORMS for key in module.progress()}
    assert used - {""} - known == set()


def test_every_reason_of_the_providers_has_a_sentence() -> None:
    used = set()
    for call in calls():
        for keyword in call.keywords:
            if keyword.arg == "facts" and isinstance(keyword.value, ast.Dict):
                for key, value in zip(keyword.value.keys, keyword.value.values):
                    if isinstance(key, ast.Constant) and key.value == "reason" and isinstance(value, ast.Constant):
                        used.add(value.value)
    assert len(used) > 5
    assert used - {reason for _, reason in REASONS} == set()


REASONS = {**reasons(), **pix4d.reasons(), **pixel.reasons(), **pixxel.reasons(), **descarteslabs.reasons()}


@pytest.mark.parametrize("key", [f"{kind.value}/{reason}" for kind, reason in REASONS])
def test_every_reason_is_a_whole_sentence(key: str) -> None:
    kind, _, reason = key.partition("/")
    facts = {"host": "far.example", "file": "a.tif", "member": "id", "code": "28", "found": "1", "expected": "2",
             "part": "3", "reason": reason, "minutes": "5", "task": "node-a:12"}
    text = sentence(PlatformError(Kind(kind), facts=facts))
    assert text.endswith(".")
    assert "{" not in text
    assert "?" not in text


def test_the_platforms_words_are_quoted_and_its_request_is_named() -> None:
    error = Refused(Kind.REFUSED, facts={"host": "far.example"}, status=400, request_id="r-17", words="name: too long")
    text = sentence(error)
    assert "“name: too long”" in text
    assert "r-17" in text


def test_the_status_of_the_answer_is_told_where_we_have_no_words_of_our_own() -> None:
    facts = {"host": "far.example"}
    for status, kind in ((400, Kind.REFUSED), (403, Kind.FORBIDDEN), (415, Kind.REFUSED), (500, Kind.SERVER_FAULT)):
        for words in ("", "No."):
            assert f"HTTP status {status}." in sentence(Refused(kind, facts=facts, status=status, words=words))
    assert "did not say why" in sentence(Refused(Kind.REFUSED, facts=facts, status=415))
    assert "HTTP" not in sentence(Refused(Kind.REFUSED, facts={**facts, "reason": "pix4d_outside"}, status=400))
    assert "HTTP" not in sentence(PlatformError(Kind.UNREACHABLE, facts=facts))


def test_what_the_platform_says_to_a_refusal_comes_first() -> None:
    text = sentence(Refused(Kind.REFUSED, facts={"host": "far.example"}, status=400, words="name: {too} long"))
    assert text.startswith("The platform says: “name: {too} long”. far.example refused")
    assert text.count("too") == 1


def test_a_key_of_the_environment_is_named_by_its_variable() -> None:
    facts = {"host": "far.example", "variable": "PICTERRA_API_KEY"}
    text = sentence(Refused(Kind.NOT_LOGGED_IN, facts=facts, status=401))
    assert "PICTERRA_API_KEY" in text
    assert "Settings" not in text


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("a.b", False)])
def test_on_this_computer_the_sandbox_may_not_be_running(host: str, told: bool) -> None:
    assert ("sandbox" in sentence(PlatformError(Kind.UNREACHABLE, facts={"host": host}))) == told


def test_foreign_markup_stays_text() -> None:
    error = InputProblem("missing_file", file='<a href="x">{host}</a>\u202egnp\x07')
    assert '<a href="x">{host}</a>gnp' in sentence(error)
    assert "<" not in rich_sentence(error)
    assert "&lt;a href=" in rich_sentence(error)


def test_a_braced_name_is_not_read_as_a_template() -> None:
    assert "{0.__class__}" in sentence(InputProblem("missing_file", file="{0.__class__}"))
    facts = {"host": "{retry_after}", "retry_after": "3"}
    assert "{retry_after}" in sentence(PlatformError(Kind.THROTTLED, facts=facts))


def test_a_long_name_is_shortened() -> None:
    assert len(sentence(InputProblem("missing_file", file="x" * 5000))) < 400


def test_throttling_says_when_to_come_back() -> None:
    assert "120 seconds" in sentence(PlatformError(Kind.THROTTLED, facts={"host": "h", "retry_after": "120"}))
    date = "Wed, 21 Oct 2026 07:28:00 GMT"
    assert date in sentence(PlatformError(Kind.THROTTLED, facts={"host": "h", "retry_after": date}))


def test_a_problem_is_its_own_sentence_and_the_unexpected_is_said_so() -> None:
    assert sentence(Problem("Give a name.")) == "Give a name."
    text = sentence(ZeroDivisionError("secret=hunter2hunter2"))
    assert "ZeroDivisionError" in text
    assert "hunter2" not in text
    assert "shapely" in sentence(MissingLibrary("shapely"))


def test_progress_of_an_unknown_key_says_nothing() -> None:
    assert progress_text("no_such_key", {}) == ""
    assert progress_text("listing", {"count": "7"}) == "7 entries so far"


SECRETS = [
    "https://storage.example/bucket/a.tif?X-Amz-Signature=SECRETVALUE1&X-Amz-Credential=SECRETVALUE1",
    "https://storage.example/a?anything=SECRETVALUE1",
    "https://user:SECRETVALUE1@host.example/path",
    "X-Api-Key: SECRETVALUE1",
    "api_key=SECRETVALUE1",
    '{"client_secret": "SECRETVALUE1", "grant_type": "x"}',
    "{'password': 'SECRET VALUE1'}",
    "Authorization: Bearer SECRETVALUE1.abc-def",
    "token SECRETVALUE1 eyJhbGciOiJIUzI1NiJ9.eyJTRUNSRVRWQUxVRTEi.c2ln".replace("SECRETVALUE1 ", ""),
    "access_token=SECRETVALUE1;x",
]


@pytest.mark.parametrize("text", SECRETS)
def test_the_scrubber_takes_secrets_out(text: str) -> None:
    cleaned = log.scrub(text)
    assert "SECRET" not in cleaned
    assert "VALUE1" not in cleaned
    assert "eyJ" not in cleaned
    assert log.HIDDEN in cleaned


@pytest.mark.parametrize(
    "text",
    ["identity_key: must not be empty", "The key of the connection is wrong.", "name: this field is required",
     "password: is required", "https://app.example/public/api/v2/rasters/", "Sending 12 of 40"],
)
def test_the_scrubber_leaves_sentences_alone(text: str) -> None:
    assert log.scrub(text) == text


def test_a_known_secret_is_hidden_wherever_it_stands() -> None:
    log.hide("a-known-secret-99")
    assert log.scrub("xa-known-secret-99x") == f"x{log.HIDDEN}x"


def test_lines_of_qgis_that_hold_a_secret_are_cleaned_or_taken_out() -> None:
    from imagery_hub.ui.log_cleaning import cleaned

    log.hide("http://127.0.0.1:9/tiles/se|cret-98/")
    plain, encoded = "http://127.0.0.1:9/tiles/se|cret-98/1/2/3", "http://127.0.0.1:9/tiles/se%7Ccret-98/1/2/3"
    assert log.has_known(f"Tile request error (URL: {plain})") and log.has_known(encoded)
    assert not log.has_known("Tile request error (URL: http://127.0.0.1:9/tiles/1/2/3)")
    assert cleaned(f"Network request {plain} timed out") == f"Network request {log.HIDDEN}1/2/3 timed out"
    assert "cret-98" not in cleaned(f"Network request {encoded} timed out")


def test_what_reaches_the_log_is_scrubbed(qgis_app: QgsApplication) -> None:
    heard: list[tuple[str, str]] = []
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: heard.append((text, tag)))
    log.warning("sent api_key=SECRETVALUE1")
    try:
        raise ValueError("https://user:SECRETVALUE1@host/")
    except ValueError as error:
        log.unexpected(error)
    assert [tag for _, tag in heard] == [log.TAG] * 2
    assert not re.search("SECRETVALUE1", repr(heard))
    assert "ValueError" in heard[1][0]


def test_the_template_table_knows_every_kind() -> None:
    assert set(failures.kinds()) == set(Kind)


def test_the_system_s_own_refusals_name_the_file_and_not_its_folder() -> None:
    refused = PermissionError(errno.EACCES, "no", "/elsewhere/secret place/map.csv")
    assert sentence(refused).startswith("map.csv cannot be")
    assert "not enough room on the disk for the file" in sentence(OSError(errno.ENOSPC, "No space left on device"))
    assert "unexpected" in sentence(OSError("something else"))


def test_a_sentence_begins_with_a_capital_where_no_host_is_known() -> None:
    assert sentence(PlatformError(Kind.SERVER_FAULT)).startswith("The platform has a fault")
    assert sentence(PlatformError(Kind.SERVER_FAULT, facts={"host": "a.example"})).startswith("a.example has a fault")
    assert "to the platform was cut" in sentence(PlatformError(Kind.INTERRUPTED))
