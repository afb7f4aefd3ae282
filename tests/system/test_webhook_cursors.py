"""A cursor goes on exactly where the answer before it ended: all pieces together are the whole."""

import json

import pytest

from support import records
from support.twice import twice

COUNT = 3000


@pytest.fixture(scope="module")
def nginx(module_servers):
    directory = module_servers.directory()
    lines = [f'{{"n":{number},"pad":"{"é" * (number % 40)}"}}' for number in range(COUNT)]
    (directory / "whole.ndjson").write_text("".join(line + "\n" for line in lines))
    (directory / "open_end.ndjson").write_text("\n".join(lines))
    block = f"""
        source synthetic_t {{ synthetic transactions; records {COUNT}; }}
        source synthetic_n {{ synthetic nested; records {COUNT}; }}
        source whole {{ file {directory}/whole.ndjson; }}
        source trusted {{ file {directory}/whole.ndjson trusted; }}
        source open_end {{ file {directory}/open_end.ndjson; }}
    """
    names = ("synthetic_t", "synthetic_n", "whole", "trusted", "open_end")
    locations = "".join(
        f"location = /{name} {{ dataaction_stream {name}; dataaction_format envelope; }}\n"
        f"location = /sized/{name} {{ dataaction_stream {name}; dataaction_format envelope;\n"
        "dataaction_max_size 5k; dataaction_buffer_size 4k; }\n" for name in names)
    server = module_servers.nginx(block=block, locations=locations)
    server.lines = lines
    return server


def expected(nginx, name):
    if name.startswith("synthetic"):
        return [json.loads(text) for text in records.texts(
            "transactions" if name.endswith("t") else "nested", COUNT)]
    return [json.loads(line) for line in nginx.lines]


def walk(nginx, path, body):
    """Follows `next` to the end: (all records, number of answers, reasons)."""
    found, reasons, cursor = [], [], ""
    connection = nginx.connect()
    while True:
        answer = connection.post(path, {**body, "cursor": cursor}).json()
        found += answer["records"]
        reasons.append(answer["reason"])
        assert answer["count"] == len(answer["records"])
        cursor = answer["next"]
        if cursor is None:
            return found, reasons
        assert answer["count"] > 0 and len(reasons) < COUNT


@pytest.mark.parametrize("limit", [1000, 999, 7 * 41])
@pytest.mark.parametrize("name", ["synthetic_t", "synthetic_n", "whole", "trusted", "open_end"])
@twice
def test_by_limit(nginx, name, limit):
    found, reasons = walk(nginx, f"/{name}", {"limit": limit})
    assert found == expected(nginx, name)
    # An answer that ends with the last record is complete: there is nothing to go on with.
    assert reasons == ["limit"] * (-(-COUNT // limit) - 1) + [None]


@pytest.mark.parametrize("name", ["synthetic_t", "synthetic_n", "whole", "trusted", "open_end"])
@twice
def test_by_size(nginx, name):
    found, reasons = walk(nginx, f"/sized/{name}", {})
    assert found == expected(nginx, name)
    assert len(reasons) > 10 and set(reasons[:-1]) == {"size"} and reasons[-1] is None


@pytest.mark.parametrize("name", ["synthetic_t", "whole"])
def test_limit_zero_is_no_progress_but_no_loss(nginx, name):
    answer = nginx.post(f"/{name}", {"limit": 0}).json()
    assert (answer["count"], answer["complete"], answer["reason"]) == (0, True, "limit")
    again = nginx.post(f"/{name}", {"limit": 1, "cursor": answer["next"]}).json()
    assert again["records"] == expected(nginx, name)[:1]


def test_the_next_of_a_finished_answer_is_no_cursor(nginx):
    """Taken for the beginning it would make a caller loop for ever."""
    answer = nginx.post("/whole", {"cursor": ""}).json()
    assert (answer["count"], answer["next"]) == (COUNT, None)
    response = nginx.post("/whole", {"cursor": answer["next"]})
    assert (response.status, response.json()["details"]) == (
        422, [{"errorCode": "dataaction.request.invalid", "fieldName": "cursor"}])


def test_of_another_source(nginx):
    cursor = nginx.post("/whole", {"limit": 1}).json()["next"]
    for path in ("/trusted", "/synthetic_t", "/open_end"):
        response = nginx.post(path, {"cursor": cursor})
        assert (response.status, response.json()["code"]) == (422, "dataaction.request.cursor")


def test_a_file_that_has_grown_goes_on(servers, directory):
    path = directory / "log.ndjson"
    path.write_text("1\n2\n3\n")
    nginx = servers.nginx(block=f"source s {{ file {path}; }}",
                          locations="location / { dataaction_stream s; dataaction_format envelope; }")
    cursor = nginx.post("/", {"limit": 2}).json()["next"]
    with path.open("a") as out:
        out.write("4\n")
    assert nginx.post("/", {"cursor": cursor}).json()["records"] == [3, 4]


@pytest.mark.parametrize("change", ["shorter", "replaced", "moved"])
def test_a_file_that_is_another_is_refused(servers, directory, change):
    path = directory / "log.ndjson"
    path.write_text("1\n2\n3\n")
    nginx = servers.nginx(block=f"source s {{ file {path}; }}",
                          locations="location / { dataaction_stream s; dataaction_format envelope; }")
    cursor = nginx.post("/", {"limit": 2}).json()["next"]
    if change == "shorter":
        path.write_text("1\n2\n")
    elif change == "replaced":
        (directory / "new").write_text("1\n2\n3\n")
        (directory / "new").rename(path)
    else:
        path.write_text("1\n22222\n3\n")  # as long or longer, but no line begins at the offset
    response = nginx.post("/", {"cursor": cursor})
    assert (response.status, response.json()["details"]) == (
        422, [{"errorCode": "dataaction.request.cursor", "fieldName": "cursor"}])
