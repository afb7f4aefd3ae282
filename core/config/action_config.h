// What the configuration says about an action: one call to an external API, made from a webhook's
// input, and what becomes of its answer. docs/actions.md says what it all means.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/action/body_template.h"
#include "core/action/header_template.h"
#include "core/action/output_map.h"
#include "core/action/url_template.h"
#include "core/config/platform_config.h"
#include "core/config/position.h"

namespace dataaction {

// What becomes of an answer of the API that is not of 2xx (`on_status`).
struct StatusRule {
  int least = 0;             // the API's statuses from here
  int most = 0;              // to here
  int answer = 200;          // 200: as if the call had succeeded; else an error
  std::string message = {};  // of the error; empty: none of its own
  Position at = {};
};

// A header whose value is in a file that only the sidecar may read.
struct SecretHeader {
  std::string name;
  std::string file;  // as written, see resolve_path()
  Position at;
};

// HTTP's Basic authentication (RFC 7617).
struct BasicCredentials {
  std::string user;
  std::string password_file;  // as written
  Position at;
};

// A client certificate, in PEM.
struct ClientCertificate {
  std::string file;      // as written; the chain may follow
  std::string key_file;  // as written
  Position at;
};

// What a call does whose caller has gone away.
enum class OnAbort : uint8_t { kByMethod, kCancel, kFinish };

struct IdempotencyConfig {
  BodyTemplate key;
  std::chrono::milliseconds life;  // of a result
  Position at;
};

struct CacheConfig {
  std::chrono::milliseconds life{0};  // 0: off
  size_t size = 4 * 1024 * 1024;      // bytes of keys and results
  bool cache_control = false;         // the API may shorten it (RFC 9111)
};

struct ActionConfig {
  std::string name;
  Position at;
  std::vector<std::string> words;  // of all its directives, each behind the number of its words
  std::string contract_file;       // as written, see resolve_path()
  Position contract_at;

  // The request.
  std::string method;
  std::optional<UrlTemplate> url;
  Position request_at;
  std::vector<Placed<HeaderTemplate>> headers;
  std::optional<Placed<BodyTemplate>> body;  // none: the whole input, where the method has a body

  // Credentials; all are the sidecar's alone.
  std::vector<SecretHeader> secret_headers;
  std::optional<BasicCredentials> basic;
  std::optional<Position> oauth_at;  // client credentials, in `upstream`
  std::optional<ClientCertificate> certificate;

  // How it is asked: `timeout` is request_timeout, of `paths` there is kToken's with `oauth`.
  PlatformConfig upstream;
  size_t queue = 1024;  // calls that wait for one of upstream.concurrency places
  bool coalesce = false;
  CacheConfig cache;
  bool idempotent = false;  // as the method, or `idempotent on`
  std::optional<IdempotencyConfig> idempotency;
  OnAbort on_abort = OnAbort::kByMethod;

  // The answer.
  size_t max_object = 1024 * 1024;  // bytes: the block's max_record_size
  OutputMap outputs;
  std::vector<Position> output_at;
  std::vector<StatusRule> statuses;
  std::optional<Position> on_error_ok;  // `on_error 200`

  // Wherever it is written. What is in its files is another matter.
  bool same_as(const ActionConfig& other) const {
    return name == other.name && words == other.words && max_object == other.max_object;
  }

  // RFC 9110, 9.2.1 and 9.2.2.
  bool is_safe() const { return method == "GET" || method == "HEAD"; }
  bool may_be_repeated() const {
    return is_safe() || method == "PUT" || method == "DELETE" || idempotent;
  }
  bool has_idempotency_key() const { return idempotency.has_value(); }
  bool has_body() const { return !is_safe() && method != "DELETE"; }
};

}  // namespace dataaction
