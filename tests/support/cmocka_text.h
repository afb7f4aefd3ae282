// cmocka's three streaming formats: STDOUT for people, TAP and SUBUNIT for tools.
#pragma once

#include "tests/support/cmocka_format.h"

namespace dataaction::cmocka {

class StdoutFormat final : public Format {
 public:
  std::string_view location_prefix() const override { return "[   LINE   ] --- "; }
  void group_started(std::size_t planned) override;
  void test_started(std::string_view name) override;
  void test_finished(std::size_t number, const TestReport& test) override;
  void group_failed(std::string_view group, std::string_view what) override;
  void group_finished(const GroupReport& group) override;
};

// A plan for each group, and "not ok N # SKIP" for a skipped test: as libcmocka 1.1.5 has it.
class TapFormat final : public Format {
 public:
  void group_started(std::size_t planned) override;
  void test_finished(std::size_t number, const TestReport& test) override;
  void group_failed(std::string_view group, std::string_view what) override;
  void group_finished(const GroupReport& group) override;
};

class SubunitFormat final : public Format {
 public:
  void test_started(std::string_view name) override;
  void test_finished(std::size_t number, const TestReport& test) override;
  void group_failed(std::string_view group, std::string_view what) override;
};

}  // namespace dataaction::cmocka
