// A source that is a search on a platform: conversations, each once, as the platform wrote them.
//
// Its cursors carry the position on the platform and are sealed. They are good for the same search
// with the same parameters only.

#pragma once

#include <memory>

#include "core/base/siphash.h"
#include "core/search/search_query.h"
#include "sidecar/platform/cursor_seal.h"
#include "sidecar/platform/platform.h"
#include "sidecar/sources/source.h"

namespace dataaction {

// What all searches work with beside their platform. Outlives them.
struct SearchBackground {
  const PlatformServices& services;
  const CursorSeal& seal;
  SipKey hash_key;
  size_t max_record_size;
};

// What a client gets for it, and what the log does.
SourceFailure failure_of(const PlatformFailure& failure);

class ConversationSearch final : public Source {
 public:
  ConversationSearch(std::string name, const SearchSource& config, SearchQuery query,
                     std::shared_ptr<Platform> platform, const SearchBackground& background,
                     std::shared_ptr<SourceCounters> counters);

  std::expected<std::unique_ptr<SourceStream>, ErrorReply> open(
      const StreamRequest& request) override;

 private:
  uint64_t digest_of(std::string_view query, const StreamRequest& request) const;

  const std::string name_;
  const SearchSource config_;
  const SearchQuery query_;
  const std::shared_ptr<Platform> platform_;
  const SearchBackground background_;
};

}  // namespace dataaction
