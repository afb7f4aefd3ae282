// Results by what was asked, for a time: bounded in bytes, keys and all; what was used longest ago
// goes first. Pure: times are since any epoch.

#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace dataaction {

template <typename Value>
class ResultCache {
 public:
  using Milliseconds = std::chrono::milliseconds;
  using Shared = std::shared_ptr<const Value>;

  explicit ResultCache(size_t max_bytes) : max_bytes_(max_bytes) {}

  // nullptr if there is none, or none any more.
  Shared find(std::string_view key, Milliseconds now) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    if (found->second->expires <= now) {
      drop(found);
      return nullptr;
    }
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->value;
  }

  // `size` is the value's. One that is larger than the cache is not kept.
  void add(const std::string& key, Shared value, size_t size, Milliseconds expires) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found);
    const size_t bytes = size + 2 * key.size() + kEntryBytes;
    if (bytes > max_bytes_) return;
    while (bytes_ + bytes > max_bytes_) drop(by_key_.find(entries_.back().key));
    entries_.push_front({key, std::move(value), bytes, expires});
    by_key_.emplace(key, entries_.begin());
    bytes_ += bytes;
  }

  size_t bytes() const { return bytes_; }
  size_t entries() const { return entries_.size(); }

  // What an entry takes beside its key and its value.
  static constexpr size_t kEntryBytes = 256;

 private:
  struct Entry {
    std::string key;
    Shared value;
    size_t bytes;
    Milliseconds expires;
  };
  using Entries = std::list<Entry>;
  // Ordered: the keys are an attacker's to choose.
  using ByKey = std::map<std::string, typename Entries::iterator, std::less<>>;

  void drop(typename ByKey::iterator at) {
    bytes_ -= at->second->bytes;
    entries_.erase(at->second);
    by_key_.erase(at);
  }

  const size_t max_bytes_;
  size_t bytes_ = 0;
  Entries entries_;  // the last used first
  ByKey by_key_;
};

}  // namespace dataaction
