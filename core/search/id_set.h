// Which ids have been seen: exact, and of the latest `window` ids alone. For a new one beyond that
// the oldest is forgotten; to be seen again makes an id no younger.
//
// Memory: a UUID (36 characters, lower case), bare or behind a short word as in `conv-UUID`, takes
// 17 bytes; any other id 17 and its own. The index takes 5 bytes a slot and, once there are many,
// is 3/8 to 3/4 full: at most 31 bytes a UUID in all, 53 MiB for 2,000,000. It grows a 256th at a
// time and is never there twice. Nothing is allocated before it is needed.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/siphash.h"

namespace dataaction {

class IdSet {
 public:
  // `window` is at least 1 and below 2^32. `key` is random, so that nobody can choose ids that
  // collide.
  IdSet(size_t window, const SipKey& key) : window_(window), key_(key) {}
  IdSet(const IdSet&) = delete;
  IdSet& operator=(const IdSet&) = delete;

  // Whether `id` is new. Ids compare as bytes. It is shorter than 2^16 bytes.
  bool insert(std::string_view id);

  size_t size() const { return static_cast<size_t>(next_ - oldest_); }
  // How many ids could pass for new again.
  uint64_t forgotten() const { return oldest_; }
  // Bytes allocated, what the allocator adds aside.
  size_t memory() const;

 private:
  static constexpr size_t kChunk = 256;
  static constexpr size_t kSegments = 256;

  using Key = std::array<uint64_t, 2>;

  // An id as it is kept.
  struct Entry {
    Key key;       // the UUID; of another id: where in Chunk::texts, and how long
    uint8_t form;  // kBare, a word's number, or kText
  };
  // Ids in the order of their coming, a number each from 0 on.
  struct Chunk {
    std::array<Key, kChunk> keys;
    std::array<uint8_t, kChunk> forms;
    std::string texts;
  };
  // A part of the index: a hash table of numbers (their low 32 bits), probed slot by slot.
  struct Segment {
    uint32_t used = 0;
    uint32_t capacity = 0;            // 0, or a power of two
    std::unique_ptr<uint8_t[]> tags;  // of the hash; 0: the slot is free
    std::unique_ptr<uint32_t[]> slots;

    size_t next(size_t slot) const { return (slot + 1) & (capacity - 1); }
    void put(uint64_t hash, uint32_t number);
  };

  Entry pack(std::string_view id);
  uint8_t word_form(std::string_view word);
  uint64_t hash_of(const Entry& entry, std::string_view id) const;
  uint64_t hash_of(uint64_t number) const;
  const Chunk& chunk_of(uint64_t number) const {
    return *chunks_[number / kChunk - oldest_ / kChunk];
  }
  // A kText's id.
  static std::string_view text_in(const Chunk& chunk, size_t at);
  uint64_t number_in(const Segment& segment, size_t slot) const {
    return oldest_ + (segment.slots[slot] - static_cast<uint32_t>(oldest_));
  }
  bool same(uint64_t number, const Entry& entry, std::string_view id) const;
  bool contains(const Segment& segment, uint64_t hash, const Entry& entry,
                std::string_view id) const;
  void grow(Segment& segment);
  void append(Entry entry, std::string_view id);
  void forget_oldest();

  const size_t window_;
  const SipKey key_;
  uint64_t oldest_ = 0;
  uint64_t next_ = 0;
  std::deque<std::unique_ptr<Chunk>> chunks_;  // the first one has `oldest_`
  std::unique_ptr<Chunk> spare_;
  std::vector<std::string> words_;  // that have stood before a UUID
  std::array<Segment, kSegments> segments_;
};

}  // namespace dataaction
