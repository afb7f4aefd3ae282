#include "core/search/id_set.h"

#include <algorithm>
#include <cstring>

namespace dataaction {
namespace {

constexpr uint8_t kBare = 0;
constexpr uint8_t kText = 255;
// Who makes up a word for each id gains nothing by it.
constexpr size_t kMaxWords = 16;
constexpr size_t kMaxWord = 16;

constexpr size_t kUuidSize = 36;
constexpr uint32_t kFirstCapacity = 8;
constexpr size_t kPrefetch = 16;  // slots ahead

constexpr uint64_t kOnes = 0x0101010101010101;

uint64_t load(const char* text, size_t size) {
  uint64_t chars = 0;
  memcpy(&chars, text, size);
  return chars;
}

// Eight hexadecimal digits in lower case, all at once, as the four bytes that they are. False:
// there is something else among them.
bool parse_digits(uint64_t chars, uint64_t& bytes) {
  const uint64_t digits = (chars & (kOnes * 0x0F)) + (chars >> 6 & kOnes) * 9;
  const uint64_t letters = (digits + kOnes * 6) >> 4 & kOnes;
  // Written again they are the same text.
  const uint64_t again = digits + kOnes * '0' + letters * ('a' - '0' - 10);
  bytes = (digits << 4 | digits >> 8) & 0x00FF00FF00FF00FF;
  bytes = (bytes | bytes >> 8) & 0x0000FFFF0000FFFF;
  bytes = (bytes | bytes >> 16) & 0xFFFFFFFF;
  return again == chars && (digits & (kOnes * 0xF0)) == 0;
}

// RFC 4122, section 3, in lower case, which is the only form that reads back as it was. Which byte
// stands where in the result does not matter.
bool parse_uuid(const char* text, std::array<uint64_t, 2>& uuid) {
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
  const std::array<uint64_t, 4> chars = {
      load(text, 8), load(text + 9, 4) | load(text + 14, 4) << 32,
      load(text + 19, 4) | load(text + 24, 4) << 32, load(text + 28, 8)};
  std::array<uint64_t, 4> parts;
  bool good = true;
  for (size_t i = 0; i < parts.size(); ++i) good = parse_digits(chars[i], parts[i]) && good;
  uuid = {parts[0] | parts[1] << 32, parts[2] | parts[3] << 32};
  return good;
}

// A hash's parts: which segment, what its slot is marked with, where the search begins.
constexpr size_t segment_of(uint64_t hash) {
  return hash >> 56;
}
constexpr uint8_t tag_of(uint64_t hash) {
  return static_cast<uint8_t>(hash >> 48) | 1;
}

}  // namespace

void IdSet::Segment::put(uint64_t hash, uint32_t number) {
  size_t slot = hash & (capacity - 1);
  while (tags[slot] != 0) slot = next(slot);
  tags[slot] = tag_of(hash);
  slots[slot] = number;
  ++used;
}

bool IdSet::insert(std::string_view id) {
  const Entry entry = pack(id);
  const uint64_t hash = hash_of(entry, id);
  Segment& segment = segments_[segment_of(hash)];
  if (contains(segment, hash, entry, id)) return false;
  if (size() == window_) forget_oldest();
  if ((segment.used + 1) * 4 > segment.capacity * 3) grow(segment);
  append(entry, id);
  segment.put(hash, static_cast<uint32_t>(next_ - 1));
  return true;
}

size_t IdSet::memory() const {
  size_t bytes = sizeof *this;
  for (const auto& chunk : chunks_) bytes += sizeof(Chunk) + chunk->texts.capacity();
  for (const Segment& segment : segments_) {
    bytes += segment.capacity * (sizeof(uint8_t) + sizeof(uint32_t));
  }
  return bytes;
}

IdSet::Entry IdSet::pack(std::string_view id) {
  if (id.size() >= kUuidSize && id.size() <= kUuidSize + kMaxWord) {
    const std::string_view word = id.substr(0, id.size() - kUuidSize);
    Entry entry{};
    if (parse_uuid(id.data() + word.size(), entry.key)) {
      entry.form = word_form(word);
      return entry;
    }
  }
  return {{}, kText};
}

uint8_t IdSet::word_form(std::string_view word) {
  if (word.empty()) return kBare;
  const auto found = std::ranges::find(words_, word);
  if (found == words_.end()) {
    if (words_.size() == kMaxWords) return kText;
    words_.emplace_back(word);
    return static_cast<uint8_t>(words_.size());
  }
  return static_cast<uint8_t>(found - words_.begin() + 1);
}

uint64_t IdSet::hash_of(const Entry& entry, std::string_view id) const {
  if (entry.form == kText) return siphash(key_, id);
  return siphash(key_, entry.key[0], entry.key[1], entry.form);
}

uint64_t IdSet::hash_of(uint64_t number) const {
  const Chunk& chunk = chunk_of(number);
  const size_t at = number % kChunk;
  const Entry entry{chunk.keys[at], chunk.forms[at]};
  return hash_of(entry, entry.form == kText ? text_in(chunk, at) : std::string_view());
}

std::string_view IdSet::text_in(const Chunk& chunk, size_t at) {
  std::array<uint32_t, 2> place;
  memcpy(place.data(), chunk.keys[at].data(), sizeof place);
  return std::string_view(chunk.texts).substr(place[0], place[1]);
}

bool IdSet::same(uint64_t number, const Entry& entry, std::string_view id) const {
  const Chunk& chunk = chunk_of(number);
  const size_t at = number % kChunk;
  if (chunk.forms[at] != entry.form) return false;
  return entry.form == kText ? text_in(chunk, at) == id : chunk.keys[at] == entry.key;
}

bool IdSet::contains(const Segment& segment, uint64_t hash, const Entry& entry,
                     std::string_view id) const {
  if (segment.capacity == 0) return false;
  size_t slot = hash & (segment.capacity - 1);
  for (; segment.tags[slot] != 0; slot = segment.next(slot)) {
    if (segment.tags[slot] == tag_of(hash) && same(number_in(segment, slot), entry, id)) {
      return true;
    }
  }
  return false;
}

void IdSet::grow(Segment& segment) {
  Segment larger;
  larger.capacity = segment.capacity == 0 ? kFirstCapacity : 2 * segment.capacity;
  larger.tags = std::make_unique<uint8_t[]>(larger.capacity);
  larger.slots = std::make_unique<uint32_t[]>(larger.capacity);
  for (size_t slot = 0; slot < segment.capacity; ++slot) {
    // Ids lie all over the memory; most of the time would be spent waiting for them.
    const size_t ahead = (slot + kPrefetch) & (segment.capacity - 1);
    if (segment.tags[ahead] != 0) {
      const uint64_t number = number_in(segment, ahead);
      __builtin_prefetch(&chunk_of(number).keys[number % kChunk]);
    }
    if (segment.tags[slot] == 0) continue;
    larger.put(hash_of(number_in(segment, slot)), segment.slots[slot]);
  }
  segment = std::move(larger);
}

void IdSet::append(Entry entry, std::string_view id) {
  const size_t at = next_ % kChunk;
  if (at == 0) {
    if (!chunks_.empty()) chunks_.back()->texts.shrink_to_fit();
    if (!spare_) spare_ = std::make_unique_for_overwrite<Chunk>();
    chunks_.push_back(std::move(spare_));
  }
  Chunk& chunk = *chunks_.back();
  if (entry.form == kText) {
    const std::array<uint32_t, 2> place = {static_cast<uint32_t>(chunk.texts.size()),
                                           static_cast<uint32_t>(id.size())};
    memcpy(entry.key.data(), place.data(), sizeof place);
    chunk.texts += id;
  }
  chunk.keys[at] = entry.key;
  chunk.forms[at] = entry.form;
  ++next_;
}

void IdSet::forget_oldest() {
  const uint64_t hash = hash_of(oldest_);
  Segment& segment = segments_[segment_of(hash)];
  size_t hole = hash & (segment.capacity - 1);
  while (segment.tags[hole] == 0 || number_in(segment, hole) != oldest_) hole = segment.next(hole);
  // What was put behind it because it was there moves up, so that no search ends too early (Knuth,
  // The Art of Computer Programming, section 6.4, algorithm R).
  const size_t mask = segment.capacity - 1;
  for (size_t slot = segment.next(hole); segment.tags[slot] != 0; slot = segment.next(slot)) {
    const size_t home = hash_of(number_in(segment, slot)) & mask;
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    segment.tags[hole] = segment.tags[slot];
    segment.slots[hole] = segment.slots[slot];
    hole = slot;
  }
  segment.tags[hole] = 0;
  --segment.used;
  if (++oldest_ % kChunk != 0) return;
  spare_ = std::move(chunks_.front());
  spare_->texts.clear();
  chunks_.pop_front();
}

}  // namespace dataaction
