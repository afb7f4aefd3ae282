// Asks a webhook (docs/webhook.md) and passes its answer on, checked as it arrives.

#pragma once

#include <string>

#include "sidecar/ctl/session.h"

namespace dataaction {

struct WebhookRun {
  std::string url;
  std::string body;  // a JSON object
  std::string api_key;
  std::string ca_file;
  std::string output;  // a file; empty: standard output
  bool discard = false;
  bool quiet = false;
  unsigned timeout_seconds = 60;
};

// An exit code; what went wrong has been said. Both outlive the task.
Task<int> stream_webhook(Session& session, const WebhookRun& run);

}  // namespace dataaction
