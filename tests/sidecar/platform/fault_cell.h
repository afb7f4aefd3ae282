// The machinery of fault_table_test.cpp: a search over three pages of two conversations, in which
// one place answers with a fault, a number of times; the rest is right.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sidecar/platform/search_fixture.h"

namespace dataaction {

// Where a fault strikes; a row of the table says it for any of them.
enum Place : unsigned {
  kToken = 1,
  kTutorialFirst = 2,  // tutorial_search: the first page, and the second
  kTutorialLater = 4,
  kQueryFirst = 8,  // details_query
  kQueryLater = 16,
  kSubmit = 32,  // details_jobs: the one request that is not idempotent
  kPoll = 64,
  kResultsFirst = 128,
  kResultsLater = 256,
};
inline constexpr unsigned kTutorial = kTutorialFirst | kTutorialLater;
inline constexpr unsigned kQuery = kQueryFirst | kQueryLater;
inline constexpr unsigned kResults = kResultsFirst | kResultsLater;
inline constexpr unsigned kPages = kTutorial | kQuery | kResults;
inline constexpr unsigned kLater = kTutorialLater | kQueryLater | kResultsLater;
inline constexpr unsigned kCalls = kPages | kPoll | kSubmit;  // with a token
inline constexpr unsigned kReads = kPages | kPoll | kToken;   // idempotent
inline constexpr unsigned kAll = kCalls | kToken;

struct Fault {
  std::string name;
  // What comes instead of the answer that would have been right, which is made where it is wanted.
  std::function<HttpResult<HttpReply>(const std::function<HttpReply()>& right)> answer;
  int latency_ms = 0;
  bool spreads = false;  // strikes all pages behind its place, too
};

inline constexpr int kForEver = 1 << 30;
inline constexpr std::optional<PlatformFault> kDone = std::nullopt;

struct Row {
  const Fault& fault;
  int times;
  unsigned places;
  std::optional<PlatformFault> outcome;
  int attempts;                 // that came to the place
  std::vector<int> waits = {};  // in ms, those of the fault itself included
  std::string message = {};     // all of it; `@` is `platform main, ROUTE: `
  // The numbers of the conversations, `-` for none; by default all six, or those before a failure.
  std::string delivered = {};
};

// One of a row's places.
struct Cell {
  const Row* row;
  Place place;
};

std::string name_of(const Cell& cell);

class FaultTest : public SearchTest, public ::testing::WithParamInterface<Cell> {
 protected:
  FaultTest();

  void run_and_check();

 private:
  bool is_at_place(const HttpRequest& request) const;
  std::vector<std::string> expected_ids() const;
  HttpResult<HttpReply> strike(const HttpRequest& request, const std::function<HttpReply()>& right);
  void check(const Read& read) const;
  void check_jobs() const;

  const Row& row_ = *GetParam().row;
  const Place place_ = GetParam().place;
  int attempts_ = 0;
};

}  // namespace dataaction
