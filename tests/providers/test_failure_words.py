"""What of an error's body are words to show."""

from __future__ import annotations

import io

import pytest
import requests
from imagery_hub.providers.http.failures import from_response, platform_words


def answer(content: bytes, media_type: str = "application/json") -> requests.Response:
    made = requests.Response()
    made.status_code = 400
    made.raw = io.BytesIO(content)
    made.headers["content-type"] = media_type
    return made


@pytest.mark.parametrize(("content", "words"), [
    (b'{"detail": "No such plan."}', "No such plan."),
    (b'{"message": " ", "title": "Refused"}', "Refused"),
    (b'{"name": ["Too long.", "Too odd."], "non_field_errors": ["Not today."]}',
     "name: Too long.; Too odd.; Not today."),
    (b'{"code": 17, "fatal": true, "more": null}', "code: 17"),
    (b'"Just words"', "Just words"),
    (b'{"title": "Validation Error", "errors": {"units": ["Not a unit."]}}', "Validation Error: units: Not a unit."),
    (b'{"title": "404 Not Found", "errors": {}}', "404 Not Found"),
    (b'{"errors": [{"status": "409", "title": "Conflict", "detail": "It is there."}]}', "It is there."),
    (b'{"error_code": "TOO_MANY_PROJECTS"}', "error_code: TOO_MANY_PROJECTS"),
    (b'{"detail": [{"type": "missing", "loc": ["body", "files", 0, "md5"], "msg": "Field required", "input": "x"}]}',
     "files.0.md5: Field required"),
    (b'{"detail": [{"msg": "Too long"}, {"msg": "Too odd", "loc": 3}]}', "Too long; Too odd"),
    (b'{"error": {"code": "not_found", "message": "aoi does not exist", "details": null}}', "aoi does not exist"),
    (b'{"error": {"code": "bad_request", "message": "Refused", "details": [{"field": "name", "issue": "is taken"}]}}',
     "Refused: name: is taken"),
    (b'{"error": {"message": "name: is taken", "details": [{"field": "name", "issue": "is taken"}]}}',
     "name: is taken"),
])
def test_words_are_found(content: bytes, words: str) -> None:
    assert platform_words(answer(content)) == words


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"[[], {}]", b'{"detail": ""}', b'{"errors": {}}'])
def test_json_without_words_is_not_quoted(content: bytes) -> None:
    assert platform_words(answer(content)) == ""


@pytest.mark.parametrize(("content", "media_type", "words"), [
    (b"Quota used up.", "text/plain", "Quota used up."),
    (b"<html><body>Bad gateway</body></html>", "text/html", ""),
    (b'{"detail": "No such pl', "application/json", ""),
    (b'[{"msg": "No su', "application/json", ""),
])
def test_text_is_words_and_markup_is_not(content: bytes, media_type: str, words: str) -> None:
    assert platform_words(answer(content, media_type)) == words


def test_the_answer_of_a_refusal_is_kept_for_those_who_look_for_rows() -> None:
    refused = from_response(answer(b'{"gcps": [{}, {"name": ["Too long."]}]}'), "host")
    assert refused.answer == {"gcps": [{}, {"name": ["Too long."]}]}
    assert from_response(answer(b"<html>"), "host").answer is None
