#include "tests/support/mock_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dataaction::mock_queue {
namespace {

template <class T>
struct Queued {
  T value;
  int count;  // left; kAlways becomes kMaybe when it has been taken once
  Location where;
};

template <class T>
using Queue = std::deque<Queued<T>>;

// A few names at most, and the reports keep the order in which a test mentioned them.
template <class T>
using ByName = std::vector<std::pair<std::string, T>>;

struct Queues {
  std::mutex mutex;
  ByName<Queue<Word>> returns;
  ByName<ByName<Queue<Check>>> checks;
  Queue<std::string> calls;
  std::optional<Location> last_return;  // of this test: helps to find what was queued wrongly
  std::optional<Location> last_check;

  void clear() {
    returns.clear();
    checks.clear();
    calls.clear();
    last_return.reset();
    last_check.reset();
  }
};

Queues& queues() {
  static Queues instance;
  return instance;
}

// A test may qualify the name of a function, and a compiler adds the arguments of a template.
std::string_view base_name(std::string_view function) {
  function = function.substr(0, function.find('<'));
  return function.substr(function.rfind(':') + 1);
}

std::string text_of(const Location& where) {
  return std::string(where.file_name()) + ":" + std::to_string(where.line());
}

void fail(const Location& where, const std::string& message) {
  ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line())) << message;
}

bool usable(int count, const Location& where) {
  if (count != 0) return true;
  fail(where, "a count of 0 queues nothing");
  return false;
}

template <class T>
T& at_name(ByName<T>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &std::pair<std::string, T>::first);
  return found != all.end() ? found->second : all.emplace_back(name, T()).second;
}

template <class T>
Queued<T> take_front(Queue<T>& queue) {
  Queued<T> taken = queue.front();
  if (taken.count == 1) {
    queue.pop_front();
  } else if (taken.count > kMaybe) {
    --queue.front().count;
  }
  return taken;
}

// Takes what is first under `name`; a name without anything left is forgotten.
template <class T, class Take>
auto take_by_name(ByName<T>& all, std::string_view name, Take take)
    -> decltype(take(all[0].second)) {
  const auto found = std::ranges::find(all, name, &std::pair<std::string, T>::first);
  if (found == all.end()) return std::nullopt;
  auto taken = take(found->second);
  if (found->second.empty()) all.erase(found);
  return taken;
}

template <class T>
std::optional<Queued<T>> take_first(ByName<Queue<T>>& all, std::string_view name) {
  return take_by_name(all, name, [](Queue<T>& queue) { return std::optional(take_front(queue)); });
}

std::string missing(const Location& where, std::string_view symbol, const std::string& what,
                    const std::optional<Location>& last, const std::string& previously) {
  std::string message = "No entries for symbol " + std::string(symbol) + ".\n" + text_of(where) +
                        ": error: Could not get value to " + what + "\n";
  if (!last) return message + "There were no previously " + previously + "s for this test.\n";
  return message + text_of(*last) + ": note: Previously " + previously + " was declared here\n";
}

// What is left when a test ends, as one message.
class Leftovers {
 public:
  // Says whether anything is left in `queue`.
  template <class T>
  bool add(const Queue<T>& queue, const std::string& headline) {
    std::string notes;
    for (std::size_t i = 0; i < queue.size(); i++) {
      // Only the first can have been taken; later ones wait behind it, whatever their count.
      if (i == 0 && queue[i].count <= kMaybe) continue;
      note(queue[i].where, notes);
    }
    if (notes.empty()) return false;
    message_ += headline + notes;
    return true;
  }

  void add_calls(const Queue<std::string>& calls) {
    for (const auto& call : calls) {
      if (call.count <= kMaybe) continue;
      message_ += call.value + " function was expected to be called but was not.\n";
      note(call.where, message_);
    }
  }

  void report() const {
    if (first_) fail(*first_, message_);
  }

 private:
  void note(const Location& where, std::string& text) {
    if (!first_) first_ = where;
    text += text_of(where) + ": note: remaining item was declared here\n";
  }

  std::string message_;
  std::optional<Location> first_;
};

class Verifier final : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& /*test*/) override { verify(); }
  void OnTestSuiteEnd(const testing::TestSuite& /*suite*/) override { verify(); }

  void OnTestEnd(const testing::TestInfo& test) override {
    // The test has said already why it stopped short of its mocks.
    if (test.result()->Failed() || test.result()->Skipped()) {
      const std::scoped_lock lock(queues().mutex);
      queues().clear();
    } else {
      verify();
    }
  }
};

}  // namespace

void install() {
  testing::UnitTest::GetInstance()->listeners().Append(new Verifier);
}

void add_return(const char* function, Word value, int count, Location where) {
  if (!usable(count, where)) return;
  const std::scoped_lock lock(queues().mutex);
  at_name(queues().returns, base_name(function)).push_back({value, count, where});
}

Word take_return(const char* function, Location where) {
  const std::string name(base_name(function));
  const std::scoped_lock lock(queues().mutex);
  if (const auto taken = take_first(queues().returns, name)) {
    queues().last_return = taken->where;
    return taken->value;
  }
  fail(where,
       missing(where, name, "mock function " + name, queues().last_return, "returned mock value"));
  return 0;
}

void add_check(const char* function, const char* parameter, Check check, int count,
               Location where) {
  if (!usable(count, where)) return;
  const std::scoped_lock lock(queues().mutex);
  at_name(at_name(queues().checks, base_name(function)), parameter)
      .push_back({std::move(check), count, where});
}

void take_check(const char* function, const char* parameter, Word value, Location where) {
  const char* unknown = function;
  std::optional<Queued<Check>> taken;
  std::optional<Location> previous;
  {
    const std::scoped_lock lock(queues().mutex);
    taken = take_by_name(queues().checks, function, [&](auto& parameters) {
      unknown = parameter;
      return take_first(parameters, parameter);
    });
    previous = queues().last_check;
    if (taken) queues().last_check = taken->where;
  }

  if (!taken) {
    fail(where, missing(where, unknown,
                        "check parameter " + std::string(parameter) + " of function " + function,
                        previous, "declared parameter value"));
    return;
  }

  // Not under the lock: a check may be the test's own function and use a mock itself.
  const std::optional<std::string> mismatch = taken->value(value);
  if (!mismatch) return;
  fail(where, *mismatch + text_of(where) + ": error: Check of parameter " + parameter +
                  ", function " + function + " failed\n" + text_of(taken->where) +
                  ": note: Expected parameter declared here");
}

void add_call(const char* function, int count, Location where) {
  if (!usable(count, where)) return;
  const std::scoped_lock lock(queues().mutex);
  queues().calls.push_back({std::string(base_name(function)), count, where});
}

void take_call(const char* function, Location where) {
  const std::scoped_lock lock(queues().mutex);
  Queue<std::string>& calls = queues().calls;
  if (calls.empty()) {
    fail(where, text_of(where) + ": error: No mock calls expected but called() was invoked in " +
                    function + "\n");
    return;
  }

  // Calls that may be absent give way to the first one that this is, or that must come now.
  const auto next = std::ranges::find_if(
      calls, [&](const auto& call) { return call.value == function || call.count > kMaybe; });
  if (next == calls.end()) {
    fail(where, text_of(where) +
                    ": error: No expected mock calls matching called() invocation in " + function +
                    "\n");
  } else if (next->value != function) {
    fail(where, text_of(where) + ": error: Expected call to " + next->value +
                    " but received called() in " + function + "\n");
  } else if (next->count == 1) {
    calls.erase(next);
  } else if (next->count > kMaybe) {
    --next->count;
  }
}

void verify() {
  Leftovers leftovers;
  {
    const std::scoped_lock lock(queues().mutex);
    for (const auto& [function, queue] : queues().returns) {
      leftovers.add(queue, function + "() has remaining non-returned values.\n");
    }
    for (const auto& [function, parameters] : queues().checks) {
      std::string prefix = function + ": ";
      for (const auto& [parameter, queue] : parameters) {
        const std::string headline =
            prefix + "'" + parameter + "' parameter still has values that haven't been checked.\n";
        if (leftovers.add(queue, headline)) prefix.clear();
      }
    }
    leftovers.add_calls(queues().calls);
    queues().clear();
  }
  leftovers.report();
}

}  // namespace dataaction::mock_queue
