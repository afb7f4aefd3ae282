#include "sidecar/services.h"

#include <cstring>

#include "sidecar/link/version.h"

namespace dataaction {
namespace {

// Secrets are small, and read one at a time for each platform.
constexpr unsigned kFileThreads = 1;
constexpr size_t kMaxFileJobs = 1024;

SipKey hash_key_from(const CursorSeal::Key& random) {
  SipKey key;
  static_assert(sizeof(key) <= sizeof(random));
  std::memcpy(key.data(), random.data(), sizeof(key));
  return key;
}

}  // namespace

std::expected<std::unique_ptr<Services>, std::string> Services::create(Loop& loop, Clock& clock,
                                                                       Log& log) {
  HttpClient::Options options;
  options.user_agent = "dataactiond/" + std::string(kVersion);
  auto http = HttpClient::create(loop, clock, std::move(options));
  if (!http) return std::unexpected(http.error().message());
  auto files = ThreadPool::create(loop, "files", kFileThreads, kMaxFileJobs);
  if (!files) return std::unexpected(files.error().message());
  const auto key = random_cursor_key();
  if (!key) return std::unexpected(key.error());
  const auto hash_random = random_cursor_key();
  if (!hash_random) return std::unexpected(hash_random.error());
  return std::unique_ptr<Services>(new Services(std::move(*http), std::move(*files), *key,
                                                hash_key_from(*hash_random), clock, log));
}

Services::Services(std::unique_ptr<HttpClient> http, std::unique_ptr<ThreadPool> files,
                   const CursorSeal::Key& key, const SipKey& hash_key, Clock& clock, Log& log)
    : http_(std::move(http)),
      files_(std::move(files)),
      own_key_(key),
      hash_key_(hash_key),
      platform_{*http_, clock, calendar_, random_, *files_, log} {}

Task<std::expected<CursorSeal::Key, std::string>> Services::cursor_key(std::string state_path) {
  using Key = std::expected<CursorSeal::Key, std::string>;
  if (state_path.empty()) co_return Key(own_key_);
  const auto load = [&] { return load_cursor_key(state_path); };
  auto loaded = co_await files_->run(load);
  if (!loaded) co_return Key(std::unexpect, loaded.error().message());
  co_return std::move(*loaded);
}

}  // namespace dataaction
