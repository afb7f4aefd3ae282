"""Every mistake in a contract is one message with the contract's own file, line and JSON pointer, the same from
`nginx -t` and `dataactiond -t`."""

import json

import pytest

from support import daemon
from support.actions import DRAFT_7, contract, schema
from support.mistakes import expectation, said, says_alike, whole_conf
from support.nginx import check_conf

ACTION = "action a {\ncontract good.json; request POST https://api.example.com/posts; output id $.id; }"
GOOD = contract(schema({"id": "integer"}), schema({"id": "integer"}, ["id"]))


def conf_with(directory, made):
    """An nginx.conf with an action that has this contract."""
    (directory / "good.json").write_bytes(made if isinstance(made, bytes) else json.dumps(made).encode())
    return whole_conf(directory, ACTION)


def changed(path, value):
    """GOOD with another value somewhere."""
    made = json.loads(json.dumps(GOOD))
    *way, last = path.split("/")
    place = made
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return made


INPUT, SUCCESS = "contract/input/inputSchema", "contract/output/successSchema"


def with_input(**keywords):
    return changed(INPUT, {"type": "object", **keywords})


# (a contract, message, where: a JSON pointer)
CONTRACTS = [
    ([], "the contract must be an object", ""),
    (changed("name", None), '"name" is missing', ""),
    (changed("name", ""), '"name" is empty', "/name"),
    (changed("name", 5), '"name" must be a string', "/name"),
    (changed("category", None), '"category" is missing', ""),
    (changed("contract", None), '"contract" is missing', ""),
    (changed("contract", []), '"contract" must be an object', "/contract"),
    (changed("contract/input", None), '"input" is missing', "/contract"),
    (changed(INPUT, None), '"inputSchema" is missing', "/contract/input"),
    (changed(INPUT, True), '"inputSchema" must be an object', f"/{INPUT}"),
    (changed("contract/output", None), '"output" is missing', "/contract"),
    (changed(SUCCESS, None), '"successSchema" is missing', "/contract/output"),
    (changed(f"{INPUT}/type", "string"), 'the schema must be of objects: its type must be "object"', f"/{INPUT}"),
    (changed("config", 5), '"config" must be an object', "/config"),
    (changed("config", {"timeoutSeconds": 0}), '"timeoutSeconds" must be a whole number, 1 or more',
     "/config/timeoutSeconds"),
    (with_input(properties={"a/b": {"pattern": "("}}),
     'the regular expression "(" does not compile: missing closing parenthesis at byte 1',
     f"/{INPUT}/properties/a~1b/pattern"),
    (with_input(required=["a", "a"]), 'required has "a" twice', f"/{INPUT}/required"),
    (with_input(required=[5]), "required must be an array of strings", f"/{INPUT}/required/0"),
]


@pytest.mark.parametrize("made, message, pointer", CONTRACTS, ids=[row[1][:50] for row in CONTRACTS])
def test_a_contract_with_a_mistake(directory, made, message, pointer):
    conf = conf_with(directory, made)
    where = f' at "{pointer}"' if pointer else ""
    says_alike(directory, conf, f"invalid contract: {message}{where} in {directory}/good.json:1")


# (the words of a schema of draft-04, of draft-07 where there is one, the pointer in the schema; the first line of a
# contract that is written out has the number 1)
KEYWORDS = [
    ({"type": "text"}, "type"), ({"type": []}, "type"), ({"properties": []}, "properties"),
    ({"properties": {"a": 5}}, "properties/a"), ({"enum": []}, "enum"), ({"minLength": -1}, "minLength"),
    ({"maximum": "5"}, "maximum"), ({"multipleOf": 0}, "multipleOf"), ({"$ref": "#/nowhere"}, "$ref"),
    ({"$ref": "http://example.com/"}, "$ref"), ({"$ref": 5}, "$ref"), ({"anyOf": []}, "anyOf"),
    ({"allOf": {}}, "allOf"), ({"not": []}, "not"), ({"patternProperties": {"[": {}}}, "patternProperties/["),
    ({"dependencies": {"a": 5}}, "dependencies/a"), ({"items": 5}, "items"),
    ({"additionalProperties": 5}, "additionalProperties"), ({"$schema": "http://example.com/"}, "$schema"),
]


@pytest.mark.parametrize("draft", [None, DRAFT_7], ids=["draft-04", "draft-07"])
@pytest.mark.parametrize("words, pointer", KEYWORDS, ids=[json.dumps(row[0]) for row in KEYWORDS])
def test_a_keyword_with_a_mistake_has_its_line(directory, words, pointer, draft):
    """On a line of its own, so that the line says something."""
    about = {"$schema": draft} if draft and "$schema" not in words else {}
    made = {"name": "n", "category": "c", "contract": {
        "input": {"inputSchema": {**about, "properties": {"x": words}} if "$schema" not in words else words},
        "output": {"successSchema": {}}}}
    text = json.dumps(made, indent=1)
    conf = conf_with(directory, text.encode())
    prefix = f"/{INPUT}/" + ("" if "$schema" in words else "properties/x/")
    outputs = []
    for status, output in (check_conf(conf, directory), daemon.check_conf(conf)):
        assert status != 0
        (line,) = said(output)
        outputs.append(line)
    assert outputs[0] == outputs[1]
    assert outputs[0].startswith("invalid contract: ") and f'at "{prefix}{pointer}' in outputs[0], outputs[0]
    number = int(outputs[0].rpartition(":")[2])
    assert outputs[0].endswith(f" in {directory}/good.json:{number}")
    key = pointer.split("/")[-1]
    lines = text.splitlines()
    assert any(f'"{key}":' in line for line in lines[number - 2:number]), (number, lines[number - 1])


# (bytes of the file, message, line)
FILES = [
    (b"", "malformed JSON: the text ends where a value should be", 1),
    (b'{\n"name": "x",\n', "malformed JSON: the text ends where the name of a member should be", 3),
    (b'{\n"name": "x"\n"category": "y"}', "malformed JSON: ',' or '}' expected", 3),
    (b'{"name":\n"\xff"}', "malformed JSON: not UTF-8", 2),
    (b'{"name": "x",\n"name": "y"}', 'the key "name" appears twice', 1),
    (b"{}\n{}", "malformed JSON: there is more after the value", 2),
]


@pytest.mark.parametrize("text, message, line", FILES, ids=[row[1] for row in FILES])
def test_a_contract_that_is_damaged(directory, text, message, line):
    conf = conf_with(directory, text)
    says_alike(directory, conf, f"invalid contract: {message} in {directory}/good.json:{line}")


def test_a_contract_that_is_not_there(directory):
    conf = whole_conf(directory, ACTION.replace("good", "none"))
    message = 'open() "{directory}/none.json" failed (2: No such file or directory)'
    says_alike(directory, conf, expectation(directory, conf, message, 3))


def test_a_contract_that_is_a_directory(directory):
    conf = whole_conf(directory, ACTION.replace("good.json", "."))
    outputs = [check_conf(conf, directory), daemon.check_conf(conf)]
    assert all(status != 0 for status, _ in outputs)
    assert said(outputs[0][1]) == said(outputs[1][1])
    assert str(directory) in outputs[0][1] and "(21: Is a directory)" in outputs[0][1]


def test_a_contract_that_is_too_large(directory):
    conf = conf_with(directory, b" " * (8 << 20))
    outputs = [check_conf(conf, directory), daemon.check_conf(conf)]
    assert all(status != 0 for status, _ in outputs)
    assert said(outputs[0][1]) == said(outputs[1][1]) and "good.json" in outputs[0][1]


def test_a_relative_path_starts_where_each_has_its_configuration(directory):
    """nginx at nginx.conf's directory, whatever includes the block; dataactiond at that of the file it is given."""
    inner = directory / "conf.d"
    inner.mkdir()
    (inner / "block.conf").write_text(f"dataaction {{\n{ACTION}\n}}\n")
    (directory / "good.json").write_text(json.dumps(GOOD))
    conf = whole_conf(directory, None, http="include conf.d/block.conf;")
    assert check_conf(conf, directory)[0] == 0
    assert daemon.check_conf(conf)[0] == 0
    status, text = daemon.check_conf(inner / "block.conf")
    assert status == 1 and f'"{inner}/good.json" failed (2: No such file' in text
    (directory / "good.json").rename(inner / "good.json")
    assert daemon.check_conf(inner / "block.conf")[0] == 0
    status, text = check_conf(conf, directory)
    assert status == 1 and f'"{directory}/good.json" failed (2: No such file' in text
