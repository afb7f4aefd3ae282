#include "sidecar/sources/search_source.h"

#include <algorithm>

#include "core/base/fnv1a.h"
#include "core/search/search_parameters.h"
#include "sidecar/sources/search_stream.h"

namespace dataaction {
namespace {

ErrorReply bad_cursor(std::string message) {
  const std::string code = "dataaction.request.cursor";
  return {422, 0, code, std::move(message), {{code, "cursor"}}};
}

uint16_t seconds_up(std::chrono::milliseconds time) {
  const auto seconds = (time.count() + 999) / 1000;
  return static_cast<uint16_t>(std::clamp<int64_t>(seconds, 1, UINT16_MAX));
}

ErrorReply reply_of(const PlatformFailure& failure) {
  switch (failure.fault) {
    case PlatformFault::kTimeout:
      return {504, 0, "dataaction.platform.timeout", "the platform did not answer in time", {}};
    case PlatformFault::kRateLimited:
      return {503,
              seconds_up(failure.retry_after),
              "dataaction.platform.rate",
              "the platform is asked too often",
              {}};
    case PlatformFault::kBreakerOpen:
      return {503,
              seconds_up(failure.retry_after),
              "dataaction.platform.unavailable",
              "the platform is not available",
              {}};
    case PlatformFault::kUnreachable:
    case PlatformFault::kServer:
      return {502, 0, "dataaction.platform.unavailable", "the platform is not available", {}};
    case PlatformFault::kCredentials:
      return {502, 0, "dataaction.platform.credentials", "the platform does not accept us", {}};
    case PlatformFault::kGone:
      return bad_cursor("the cursor is too old");
    case PlatformFault::kRefused:
      return {502, 0, "dataaction.platform.refused", "the platform refused the request", {}};
    case PlatformFault::kMalformed:
    case PlatformFault::kCancelled:
      break;
  }
  return {502, 0, "dataaction.platform.answer", "the platform's answer is not usable", {}};
}

}  // namespace

SourceFailure failure_of(const PlatformFailure& failure) {
  if (!failure.cancelled) return {EndReason::kUpstream, reply_of(failure), failure.message};
  SourceFailure end = failure_of(*failure.cancelled);
  end.detail = failure.message;
  return end;
}

ConversationSearch::ConversationSearch(std::string name, const SearchSource& config,
                                       SearchQuery query, std::shared_ptr<Platform> platform,
                                       const SearchBackground& background,
                                       std::shared_ptr<SourceCounters> counters)
    : Source(std::move(counters)),
      name_(std::move(name)),
      config_(config),
      query_(std::move(query)),
      platform_(std::move(platform)),
      background_(background) {}

std::expected<std::unique_ptr<SourceStream>, ErrorReply> ConversationSearch::open(
    const StreamRequest& request) {
  auto query = query_.bind(request.parameters);
  if (!query) return std::unexpected(std::move(query.error()));

  SearchRun run;
  run.begin.backend = config_.backend;
  run.begin.digest = digest_of(*query, request);
  if (!request.cursor.empty()) {
    const auto bytes = background_.seal.open(request.cursor);
    auto cursor = bytes ? decode_search_cursor(*bytes) : std::nullopt;
    if (!cursor || cursor->backend != config_.backend || cursor->digest != run.begin.digest) {
      return std::unexpected(bad_cursor("the cursor is damaged or of another search"));
    }
    run.begin = std::move(*cursor);
  } else if (config_.interval.given()) {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(background_.services.calendar.now());
    const auto interval = resolve_interval(config_.interval, request.parameters, now.count());
    if (!interval) return std::unexpected(interval.error());
    run.begin.rest = *interval;
  }
  run.search = config_;
  run.query = std::move(*query);
  run.context_id = request.context_id;
  run.max_record_size = background_.max_record_size;
  run.hash_key = background_.hash_key;
  return std::make_unique<SearchStream>(
      platform_, make_search_pages(*platform_, background_.services.clock, std::move(run)),
      background_, config_, request.limit, counters());
}

// What must be the same for a cursor to mean the same. A fixed interval or `last` is in the cursor;
// one out of the parameters is part of what was asked for.
uint64_t ConversationSearch::digest_of(std::string_view query, const StreamRequest& request) const {
  Fnv1a digest;
  for (const std::string_view part :
       {std::string_view(name_), std::string_view(config_.platform), query}) {
    digest.add(part);
    digest.add('\0');
  }
  digest.add(config_.sort_field);
  digest.add(config_.ascending ? '1' : '0');
  digest.add(std::to_string(config_.page_size));
  if (!config_.interval.parameter.empty()) {
    const auto interval = resolve_interval(config_.interval, request.parameters, 0);
    if (interval) digest.add(format_iso_interval(*interval));
  }
  return digest.value();
}

}  // namespace dataaction
