// Which ids have been seen: exact, and of the latest `window` ids alone. The oldest is forgotten
// for a new one beyond that; to be seen again makes an id no younger.
//
// Memory: a UUID (36 characters, lower case), bare or behind a short word as in `conv-UUID`, takes
// 17 bytes; any other id 17 and its own. The index takes 5 bytes a slot and is at least 3/8 full:
// so at most 31 bytes a UUID, and 26 on average. It grows a 256th at a time, never all of it at
// once. Nothing is allocated before it is needed.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/siphash.h"

namespace dataaction {

class IdSet {
 public:
  // `window` is at least 1 and below 2^32. `key` is random, so that nobody can choose ids that
  // collide.
  IdSet(size_t window, const SipKey& key);
  IdSet(const IdSet&) = delete;
  IdSet& operator=(const IdSet&) = delete;
  ~IdSet();

  // Whether `id` is new. Ids compare as bytes. It is shorter than 2^16 bytes.
  bool insert(std::string_view id);

  size_t size() const;
  uint64_t forgotten() const;
  // Bytes allocated, what the allocator adds aside.
  size_t memory() const;
};

}  // namespace dataaction
