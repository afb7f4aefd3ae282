// Two tasks at a time, for one who needs both: while one slice is sent, the next is fetched.
//
//     auto [sent, next] = co_await both(send(stream, slice), source.fetch());
//
// Returns when both have ended; one that fails does not end the other. A cancellation reaches both.

#pragma once

#include <optional>
#include <utility>

#include "sidecar/runtime/task_group.h"

namespace dataaction {

template <typename T>
Task<> keep_result(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

template <typename A, typename B>
Task<std::pair<A, B>> both(Task<A> first, Task<B> second) {
  std::optional<A> a;
  std::optional<B> b;
  TaskGroup group(co_await current_scope(), 1);
  if (!group.spawn(keep_result(std::move(second), b))) bug("a new TaskGroup is full");
  a.emplace(co_await std::move(first));
  co_await group.drain();
  co_return std::pair<A, B>(std::move(*a), std::move(*b));
}

}  // namespace dataaction
