// Searches conversations, as a `search` source does, and writes them in one of the formats.

#pragma once

#include <string>
#include <vector>

#include "core/config/config.h"
#include "sidecar/ctl/platform_choice.h"
#include "sidecar/ctl/record_format.h"
#include "sidecar/ctl/session.h"

namespace dataaction {

struct ConversationRun {
  SearchSource search;
  std::string parameters;  // of the query's placeholders: a JSON object
  std::string cursor;      // where to go on; empty: from the beginning
  RecordFormat format = RecordFormat::kNdjson;
  std::vector<std::string> columns;
  std::string output;  // a file; empty: standard output
  bool quiet = false;
};

// An exit code; what went wrong has been said, and with which cursor to go on. All outlive the
// task.
Task<int> list_conversations(Session& session, const ChosenPlatform& chosen,
                             const ConversationRun& run);

}  // namespace dataaction
