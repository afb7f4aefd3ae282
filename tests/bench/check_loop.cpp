// What the checks of one call cost: `check_loop CONTRACT INPUT OUTPUT` checks both texts again and
// again, and prints the microseconds that one of each takes.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "core/contract/contract.h"
#include "tests/bench/http_drain.h"

using dataaction::bench::die;

int main(int argc, char** argv) {
  if (argc != 4) die("usage: check_loop CONTRACT INPUT OUTPUT");
  std::ifstream file(argv[1]);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto contract = dataaction::Contract::parse(text);
  if (!contract) die(contract.error().message);
  constexpr int kRounds = 100'000;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) {
    if (!contract->input().check(argv[2]).empty() || !contract->output().check(argv[3]).empty()) {
      die("what is checked is not right");
    }
  }
  const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
  printf("%.3f\n", taken.count() / kRounds);
}
