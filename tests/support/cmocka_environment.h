// Makes a GoogleTest program understand cmocka's environment:
//
//   CMOCKA_MESSAGE_OUTPUT  STDOUT, TAP, XML or SUBUNIT, in any case: report in that format of
//                          cmocka's. Unset or anything else: GoogleTest's own output.
//   CMOCKA_XML_FILE        where XML goes; "%g" stands for the group
//   CMOCKA_TEST_ABORT      "1": the first failure ends the process with abort()
//
// Call it after InitGoogleTest and before RUN_ALL_TESTS, once.
#pragma once

namespace dataaction::cmocka {

void install_environment();

}  // namespace dataaction::cmocka
