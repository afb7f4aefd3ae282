"""The four formats, byte by byte, against records that were computed apart from the module."""

import json

import pytest

from support import records
from support.twice import twice

LOCATIONS = "".join(
    f"location = /{kind}/{form} {{ dataaction_stream {kind}; dataaction_format {form}; {batch} }}\n"
    for kind in ("transactions", "nested", "empty", "one")
    for form, batch in (("array", ""), ("ndjson", ""), ("envelope", ""),
                        ("batches", "dataaction_batch_size 7 max=1000;")))

BLOCK = """
source transactions { synthetic transactions; records 50000; }
source nested       { synthetic nested; records 50000; }
source empty        { synthetic transactions; records 0; }
source one          { synthetic nested; records 1; }
"""


@pytest.fixture(scope="module")
def nginx(module_servers):
    return module_servers.nginx(block=BLOCK, locations=LOCATIONS)


def expected(form, texts, batch_size=7):
    if form == "batches":
        return records.batches(texts, batch_size)
    return {"array": records.array, "ndjson": records.ndjson, "envelope": records.envelope}[form](texts)


@pytest.mark.parametrize("form", ["array", "batches", "ndjson", "envelope"])
@pytest.mark.parametrize("kind", ["transactions", "nested"])
@twice
def test_fifty_thousand_are_exactly_fifty_thousand(nginx, kind, form):
    response = nginx.post(f"/{kind}/{form}")
    assert (response.status, response.framing, response.end) == (200, "chunked", "complete")
    assert response.body == expected(form, records.texts(kind, 50000))
    json_type = "application/x-ndjson" if form == "ndjson" else "application/json"
    assert response.header("Content-Type") == json_type


@pytest.mark.parametrize("form", ["array", "batches", "ndjson", "envelope"])
@pytest.mark.parametrize("kind, texts", [("empty", ()), ("one", records.texts("nested", 1))])
@twice
def test_none_and_one(nginx, kind, texts, form):
    response = nginx.post(f"/{kind}/{form}")
    assert (response.status, response.end) == (200, "complete")
    assert response.body == expected(form, texts)


@pytest.mark.parametrize("size", [1, 2, 999, 1000])
@twice
def test_a_request_chooses_its_batch_size(nginx, size):
    response = nginx.post("/transactions/batches", {"batch_size": size, "limit": 2500})
    assert response.body == records.batches(records.texts("transactions", 2500), size)


def test_batch_size_above_the_maximum_is_refused(nginx):
    response = nginx.post("/transactions/batches", {"batch_size": 1001})
    assert response.status == 422
    assert response.json()["details"] == [{"errorCode": "dataaction.request.invalid", "fieldName": "batch_size"}]


@pytest.mark.parametrize("form", ["array", "batches", "ndjson"])
@pytest.mark.parametrize("limit", [0, 1, 6, 7, 8, 1234])
def test_limit(nginx, form, limit):
    response = nginx.post(f"/nested/{form}", {"limit": limit})
    assert (response.status, response.end) == (200, "complete")
    assert response.body == expected(form, records.texts("nested", 50000)[:limit])


def test_the_records_are_json_with_exact_amounts(nginx):
    text = nginx.post("/transactions/array", {"limit": 501}).body.decode()
    amounts = [record["transaction_amount"] for record in json.loads(text, parse_float=str)]
    assert amounts[0] == "100.75" and amounts[498] == "474.25" and amounts[499] == "100.00"
