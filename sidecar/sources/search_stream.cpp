#include "sidecar/sources/search_stream.h"

#include <algorithm>

namespace dataaction {
namespace {

constexpr std::string_view kInACircle = "page after page holds what has come before";

uint64_t bound_of(const SearchSource& config, uint64_t limit) {
  return config.max_results == 0 ? limit : std::min(limit, config.max_results);
}

// How many of those that the platform counts are before `begin`, where that can be known. Of an
// interval that was split it counts the part alone, and what is before its own cursor it does not
// say.
std::optional<uint64_t> counted_before(const SearchCursor& begin, const SearchSource& config) {
  if (!begin.position.empty()) return std::nullopt;
  if (begin.page == 0) return begin.skip;
  if (begin.part != begin.rest) return std::nullopt;
  return (begin.page - 1) * config.page_size + begin.skip;
}

}  // namespace

SearchStream::SearchStream(std::shared_ptr<Platform> platform, std::unique_ptr<SearchPages> pages,
                           const SearchBackground& background, const SearchSource& config,
                           uint64_t limit, SourceCounters& counters)
    : platform_(std::move(platform)),
      pages_(std::move(pages)),
      background_(background),
      counters_(counters),
      seen_(config.dedup_window, background.hash_key),
      part_(pages_.here().part),
      before_(counted_before(pages_.here(), config)),
      most_(bound_of(config, limit)),
      left_(most_),
      resumable_(!pages_.here().job.empty()) {}

SearchStream::~SearchStream() {
  counters_.forgotten += seen_.forgotten();
}

Task<Fetched> SearchStream::fetch(Slice& slice) {
  if (left_ == 0) co_return Progress::kLimit;
  while (slice.records == 0) {
    const auto read = co_await pages_.next();
    if (!read) co_return std::unexpected(failure_of(read.error()));
    const size_t size = pages_.page().size();
    if (left_ > size) co_await pages_.ask_ahead();
    const size_t taken = take_page(slice);
    if (repeated_ > kMinRepeated + kMaxRounds * seen_.size())
      co_return std::unexpected(failure_of(pages_.malformed(kInACircle)));
    auto next = pages_.after();
    if (taken < size) {
      next = pages_.here();
      next->skip = taken;
    }
    if (!next) co_return Progress::kAll;
    slice.cursor = sealed(*next);
    resumable_ = resumable_ || (slice.records > 0 && !slice.cursor.empty());
    if (left_ == 0) co_return Progress::kLimit;
  }
  co_return Progress::kMore;
}

std::optional<uint64_t> SearchStream::total() const {
  const std::optional<uint64_t> counted = pages_.page().total;
  if (!counted || !before_ || pages_.here().part != part_) return std::nullopt;
  return std::min(*counted - std::min(*counted, *before_), most_);
}

size_t SearchStream::take_page(Slice& slice) {
  const Page& page = pages_.page();
  const size_t begin = std::min<uint64_t>(pages_.here().skip, page.size());
  size_t at = 0;
  for (; at < begin; ++at) static_cast<void>(is_new(page.id(at)));
  for (; at < page.size() && left_ > 0; ++at) {
    if (!is_new(page.id(at))) {
      ++counters_.duplicates;
      ++repeated_;
      continue;
    }
    repeated_ = 0;
    slice.bytes += page.record(at);
    ++slice.records;
    --left_;
  }
  return at;
}

bool SearchStream::is_new(std::string_view id) {
  return id.empty() || seen_.insert(id);
}

// Empty where the platform's own cursor is too long to be passed on.
std::string SearchStream::sealed(const SearchCursor& cursor) const {
  const auto bytes = encode_search_cursor(cursor);
  return bytes ? background_.seal.seal(*bytes) : std::string();
}

Task<> SearchStream::close(bool complete) {
  co_await pages_.close(resumable_ && !complete);
}

}  // namespace dataaction
