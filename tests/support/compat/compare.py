#!/usr/bin/python3
"""Runs the same tests under libcmocka and under our runner and compares what they report.

usage: compare.py DIRECTORY   (of the binaries that compat.mk builds)

Everything is compared byte for byte, stdout, stderr and XML files, but for the differences that
tests/support/README.md lists; `libcmocka_would_say` is the complete list of those that show here.
The last line is "N passed, N failed".
"""

import functools
import html
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
BINARIES = pathlib.Path(sys.argv[1]).resolve()

FORMATS = ("STDOUT", "TAP", "XML", "SUBUNIT")
GROUPS = ("plain", "good", "mocks", "native", "setup_fails", "teardown_fails",
          "group_setup_fails", "group_teardown_fails", "markup")
TIMEOUT = 60

NATIVE_GTEST = "Expected equality of these values:\n  6 * 9\n    Which is: 54\n  42\n"
NATIVE_CMOCKA = "0x36 != 0x2a\n"

cases = []


def case(name):
    def register(function):
        cases.append((name, function))
        return function
    return register


def libcmocka_would_say(text):
    """Our output as libcmocka would have written it."""
    # Assertions have words of their own.
    text = text.replace(NATIVE_GTEST, NATIVE_CMOCKA)
    text = text.replace(NATIVE_GTEST.replace("\n  ", "\n#   "), NATIVE_CMOCKA)
    # libcmocka 1.1.5 prints its format string where the name of the function belongs.
    text = re.sub(r"\w+\(\) has remaining", "%s() has remaining", text)
    text = re.sub(r"'\w+' parameter still has", "'%s' parameter still has", text)
    text = re.sub(r"\w+ function was expected", "%s function was expected", text)
    # It writes names into XML as they are.
    return re.sub(r' name="(.*?)" (?=time=)',
                  lambda match: f' name="{html.unescape(match[1])}" ', text)


def without_times(text):
    return re.sub(r'time="\d+\.\d{3}"', 'time="0.000"', text)


class Run:
    """One run of a sample in a directory of its own: what it printed, wrote and returned."""

    def __init__(self, ours, groups, files=(), **environment):
        if ours:
            command = [BINARIES / "sample_gtest",
                       "--gtest_filter=" + ":".join(f"{group}.*" for group in groups)]
        else:
            command = [BINARIES / "sample_cmocka", *groups]
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith(("CMOCKA_", "GTEST_"))}
        with tempfile.TemporaryDirectory() as directory:
            for name, content in files:
                (pathlib.Path(directory) / name).write_text(content)
            done = subprocess.run(command, cwd=directory, env=clean | environment, timeout=TIMEOUT,
                                  capture_output=True, check=False)
            self.files = {path.name: self.read(path.read_bytes(), ours)
                          for path in pathlib.Path(directory).iterdir()}
        self.raw = done.stdout.decode(errors="surrogateescape")
        self.stdout = self.read(done.stdout, ours)
        self.stderr = self.read(done.stderr, ours)
        self.status = done.returncode

    @staticmethod
    def read(data, ours):
        text = without_times(data.decode(errors="surrogateescape"))
        return libcmocka_would_say(text) if ours else text


def equal(ours, theirs, what):
    assert ours == theirs, f"{what} differs\n--- ours\n{ours}\n--- libcmocka\n{theirs}"


def same(groups, files=(), **environment):
    """Runs both and demands the same of both; returns our run."""
    theirs = Run(False, groups, files, **environment)
    ours = Run(True, groups, files, **environment)
    equal(ours.stdout, theirs.stdout, "stdout")
    equal(ours.stderr, theirs.stderr, "stderr")
    equal(ours.files, theirs.files, "files")
    # cmocka's main() returns how many tests failed, GoogleTest's whether any did.
    if theirs.status < 0:
        equal(ours.status, theirs.status, "signal")
    else:
        equal(ours.status != 0, theirs.status != 0, "exit status")
    return ours


for form in FORMATS:
    for chosen in (*((group,) for group in GROUPS), GROUPS):
        cases.append((f"{form} of {', '.join(chosen)}",
                      functools.partial(same, chosen, CMOCKA_MESSAGE_OUTPUT=form)))


@case("the format's name in any case")
def any_case():
    for output in ("tap", "xMl", "Subunit", "stdOUT"):
        same(("plain",), CMOCKA_MESSAGE_OUTPUT=output)


@case("a format that libcmocka does not know changes nothing")
def unknown_format():
    plain = Run(True, ("good",))
    assert "[----------]" in plain.stdout, plain.stdout
    for output in ("", "TAP,XML", "junit", "TAP "):
        run = Run(True, ("good",), CMOCKA_MESSAGE_OUTPUT=output)
        milliseconds = r"\(\d+ ms( total)?\)"
        equal(re.sub(milliseconds, "", run.stdout), re.sub(milliseconds, "", plain.stdout), output)


@case("XML of several groups in one file")
def one_file():
    run = same(GROUPS, CMOCKA_MESSAGE_OUTPUT="XML", CMOCKA_XML_FILE="all.xml")
    assert run.files["all.xml"].count("<testsuites>") == len(GROUPS), run.files


@case("XML of each group in a file of its own")
def file_each():
    run = same(GROUPS, CMOCKA_MESSAGE_OUTPUT="XML", CMOCKA_XML_FILE="%g-of-%g.xml")
    equal(set(run.files), {f"{group}-of-{group}.xml" for group in GROUPS}, "names")


@case("XML never overwrites a file")
def existing_file():
    run = same(("plain", "good"), [("all.xml", "precious\n")],
               CMOCKA_MESSAGE_OUTPUT="XML", CMOCKA_XML_FILE="all.xml")
    equal(run.files, {"all.xml": "precious\n"}, "files")
    assert run.stderr.startswith("<?xml"), run.stderr


@case("XML never overwrites the file of the first group")
def existing_first():
    run = same(("plain", "good", "native"), [("plain.xml", "precious\n")],
               CMOCKA_MESSAGE_OUTPUT="XML", CMOCKA_XML_FILE="%g.xml")
    equal(run.files["plain.xml"], "precious\n", "plain.xml")
    assert set(run.files) == {"plain.xml", "good.xml", "native.xml"}, run.files


@case("XML is appended where a later group's file exists")
def existing_later():
    same(("plain", "good", "native"), [("good.xml", "<!-- before -->\n")],
         CMOCKA_MESSAGE_OUTPUT="XML", CMOCKA_XML_FILE="%g.xml")


@case("XML for a file that cannot be made")
def no_directory():
    run = same(("plain", "good"), CMOCKA_MESSAGE_OUTPUT="XML", CMOCKA_XML_FILE="missing/%g.xml")
    equal(run.files, {}, "files")


@case("a file's name that grows too long")
def long_name():
    directories = "./" * 400
    same(("plain", "group_teardown_fails"), CMOCKA_MESSAGE_OUTPUT="XML",
         CMOCKA_XML_FILE=directories + "%g" * 100)


@case("CMOCKA_XML_FILE without XML")
def file_without_xml():
    equal(same(("plain",), CMOCKA_MESSAGE_OUTPUT="TAP", CMOCKA_XML_FILE="all.xml").files, {}, "files")


@case("CMOCKA_TEST_ABORT")
def abort():
    for output in FORMATS:
        for group in ("plain", "setup_fails", "group_setup_fails", "mocks"):
            run = same((group,), CMOCKA_MESSAGE_OUTPUT=output, CMOCKA_TEST_ABORT="1")
            assert run.status < 0, run.status
        for value in ("0", "11", "yes", ""):
            same(("plain",), CMOCKA_MESSAGE_OUTPUT=output, CMOCKA_TEST_ABORT=value)


@case("CMOCKA_TEST_ABORT with GoogleTest's own output")
def abort_gtest():
    run = Run(True, ("plain",), CMOCKA_TEST_ABORT="1")
    assert run.status < 0 and "[ RUN      ] plain.fails\n" in run.stdout, (run.status, run.stdout)
    assert "is_skipped" not in run.stdout, run.stdout
    equal(Run(True, ("good",), CMOCKA_TEST_ABORT="1").status, 0, "exit status")


@case("our XML is well-formed whatever it has to say")
def well_formed():
    run = Run(True, (*GROUPS, "Typed/0"), CMOCKA_MESSAGE_OUTPUT="XML")
    documents = run.raw.split("<testsuites>")[1:]
    suites = {}
    for document in documents:
        suite = xml.etree.ElementTree.fromstring("<testsuites>" + document).find("testsuite")
        suites[suite.get("name")] = suite
        for kind, tag in (("tests", "testcase"), ("skipped", "testcase/skipped")):
            equal(int(suite.get(kind)), len(suite.findall(tag)), kind)
    equal(tuple(suites), (*GROUPS, "Typed/0"), "groups")

    names = [test.get("name") for test in suites["markup"]]
    equal(names, ['passes <&> "quoted"', "fails <&> 'quoted'", "skips ]]>"], "names")
    texts = {test.get("name"): test.findtext("failure") for test in suites["Typed/0"]}
    assert texts["cdata"].startswith("before ]]> after\n"), texts
    assert texts["bytes"].startswith("\ufffd \ufffd \ufffd\ufffd\ufffd \U0001f3b5 end\n"), texts
    assert texts["long"].startswith("x" * 5000 + " end\n"), "cut short"


@case("the slash in a suite's name is no directory")
def slash():
    run = Run(True, ("Typed/0",), CMOCKA_MESSAGE_OUTPUT="XML", CMOCKA_XML_FILE="%g.xml")
    equal(list(run.files), ["Typed_0.xml"], "files")


@case("a message cannot end its own SUBUNIT bracket")
def subunit_bracket():
    run = Run(True, ("Typed/0",), CMOCKA_MESSAGE_OUTPUT="SUBUNIT")
    assert "failure: bracket [\none\n ]\nsuccess: forged\n" in run.stdout, run.stdout


@case("several failures of one test are all told")
def several_failures():
    run = Run(True, ("Typed/0",), CMOCKA_MESSAGE_OUTPUT="TAP")
    told = "# first\n# test:1: error: Failure!\n# second\n# test:2: error: Failure!\n"
    assert told in run.stdout, run.stdout


@case("a fixture that throws, one whose constructor fails, one that skips")
def other_fixtures():
    run = Run(True, ("fixture_throws", "constructor_fails", "fixture_skips"),
              CMOCKA_MESSAGE_OUTPUT="TAP")
    assert "not ok 1 # SKIP passes\n# ok - fixture_skips\n" in run.stdout, run.stdout
    errors = re.findall(r"^not ok 1 - passes Could not run test: (.*)$", run.stdout, re.MULTILINE)
    assert len(errors) == 2, run.stdout
    assert "thrown early" in errors[0] and errors[0].endswith("SetUp().Test setup failed"), errors
    equal(errors[1], "no resources", "message")


@case("the README's example is the one that is compiled")
def readme_example():
    block = re.search(r"```cpp\n(.*?)```", (HERE.parent / "README.md").read_text(), re.DOTALL)[1]
    source = (HERE / "example_test.cpp").read_text()
    assert source.endswith(block), "README.md and example_test.cpp differ"


def count_tests(binary):
    """Runs a binary of tests in TAP, shows what failed, and counts."""
    done = subprocess.run([BINARIES / binary], env=os.environ | {"CMOCKA_MESSAGE_OUTPUT": "TAP"},
                          timeout=TIMEOUT, capture_output=True, text=True, check=False)
    passed = len(re.findall(r"^ok \d+ - ", done.stdout, re.MULTILINE))
    failed = len(re.findall(r"^not ok \d+ - ", done.stdout, re.MULTILINE))
    planned = sum(map(int, re.findall(r"^1\.\.(\d+)$", done.stdout, re.MULTILINE)))
    if failed or done.returncode != 0 or planned != passed or planned == 0:
        print(f"FAILED: {binary}, status {done.returncode}\n{done.stdout}{done.stderr}")
        failed = max(failed, 1)
    return passed, failed


def main():
    passed = failed = 0
    for name, function in cases:
        try:
            function()
            passed += 1
        except Exception:  # a case that breaks is a case that failed; the others still run
            failed += 1
            print(f"FAILED: {name}\n{traceback.format_exc()}")
    for binary in ("mock_queue", "example"):
        more_passed, more_failed = count_tests(binary)
        passed += more_passed
        failed += more_failed
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
