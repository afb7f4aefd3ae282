#include "tests/support/cmocka_report.h"

#include <algorithm>

namespace dataaction::cmocka {

std::size_t GroupReport::count(Status status) const {
  return static_cast<std::size_t>(std::ranges::count(tests, status, &TestReport::status));
}

double GroupReport::seconds() const {
  double total = 0;
  for (const TestReport& test : tests) total += test.seconds;
  return total;
}

}  // namespace dataaction::cmocka
