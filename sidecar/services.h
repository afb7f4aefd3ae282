// What the sources of all configurations work with: made once, when the daemon starts.

#pragma once

#include <expected>
#include <memory>
#include <string>

#include "core/base/siphash.h"
#include "sidecar/platform/cursor_seal.h"
#include "sidecar/platform/platform_services.h"
#include "sidecar/runtime/http_client.h"

namespace dataaction {

class Services {
 public:
  // All outlive the services. An error is a message.
  static std::expected<std::unique_ptr<Services>, std::string> create(Loop& loop, Clock& clock,
                                                                      Log& log);

  const PlatformServices& platform() const { return platform_; }
  const SipKey& hash_key() const { return hash_key_; }

  // The one in `state_path`, else the process's own.
  Task<std::expected<CursorSeal::Key, std::string>> cursor_key(std::string state_path);

 private:
  Services(std::unique_ptr<HttpClient> http, std::unique_ptr<ThreadPool> files,
           const CursorSeal::Key& key, const SipKey& hash_key, Clock& clock, Log& log);

  const std::unique_ptr<HttpClient> http_;
  const std::unique_ptr<ThreadPool> files_;
  SystemWallClock calendar_;
  SystemRandom random_;
  const CursorSeal::Key own_key_;
  const SipKey hash_key_;
  const PlatformServices platform_;
};

}  // namespace dataaction
