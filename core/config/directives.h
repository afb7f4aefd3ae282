// The one description of the directives of the `dataaction` block.
//
// The nginx module makes its ngx_command_t table from kDirectives and leaves the checks of name,
// context, terminator and number of arguments to nginx; the sidecar's parser makes the same checks
// with check_directive(), in nginx's words. What the arguments mean is the business of
// ConfigBuilder.

#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

namespace dataaction {

// Where a directive stands: the block around it. Bits, because a directive may have several.
enum class Context : uint8_t {
  kHttp = 1,
  kDataaction = 2,
  kSource = 4,
  kPlatform = 8,
  kAction = 16
};

enum class Terminator : uint8_t { kSemicolon, kBrace };

struct Directive {
  // Any number of arguments from min_args on (nginx's 1MORE and 2MORE: min_args is 1 or 2).
  static constexpr uint8_t kMany = 255;
  // As many as nginx can count (NGX_CONF_TAKE7).
  static constexpr uint8_t kMostCounted = 7;

  std::string_view name;
  uint8_t contexts;
  uint8_t min_args;
  uint8_t max_args;
  bool block = false;
  // The context inside the block.
  Context inside = Context::kHttp;

  constexpr bool allowed_in(Context context) const {
    return (contexts & static_cast<uint8_t>(context)) != 0;
  }
};

namespace detail {
inline constexpr uint8_t kInHttp = static_cast<uint8_t>(Context::kHttp);
inline constexpr uint8_t kInDataaction = static_cast<uint8_t>(Context::kDataaction);
inline constexpr uint8_t kInSource = static_cast<uint8_t>(Context::kSource);
inline constexpr uint8_t kInPlatform = static_cast<uint8_t>(Context::kPlatform);
inline constexpr uint8_t kInAction = static_cast<uint8_t>(Context::kAction);
}  // namespace detail

inline constexpr std::array kDirectives = {
    Directive{"dataaction", detail::kInHttp, 0, 0, true, Context::kDataaction},

    Directive{"listen", detail::kInDataaction, 1, 4},
    Directive{"log", detail::kInDataaction, 1, 3},
    Directive{"shutdown_timeout", detail::kInDataaction, 1, 1},
    Directive{"max_connections", detail::kInDataaction, 1, 1},
    Directive{"max_record_size", detail::kInDataaction, 1, 1},
    Directive{"sql_threads", detail::kInDataaction, 1, 1},
    Directive{"status_zone_size", detail::kInDataaction, 1, 1},
    Directive{"state_path", detail::kInDataaction, 1, 1},
    Directive{"database", detail::kInDataaction, 2, 5},
    Directive{"platform", detail::kInDataaction, 1, 1, true, Context::kPlatform},
    Directive{"source", detail::kInDataaction, 1, 1, true, Context::kSource},
    Directive{"action", detail::kInDataaction, 1, 1, true, Context::kAction},

    Directive{"dialect", detail::kInPlatform, 1, 1},
    Directive{"region", detail::kInPlatform, 1, 1},
    Directive{"login_url", detail::kInPlatform, 1, 1},
    Directive{"api_url", detail::kInPlatform, 1, 1},
    Directive{"streaming_url", detail::kInPlatform, 1, 1},
    Directive{"client_id", detail::kInPlatform, 1, 1},
    Directive{"client_secret_file", detail::kInPlatform, 1, 1},
    Directive{"auth", detail::kInPlatform, 1, 1},
    Directive{"scope", detail::kInPlatform, 1, Directive::kMany},
    Directive{"ca_file", detail::kInPlatform | detail::kInAction, 1, 1},
    Directive{"path", detail::kInPlatform, 2, 2},
    Directive{"rate", detail::kInPlatform, 1, 1},
    Directive{"concurrency", detail::kInPlatform, 1, 1},
    Directive{"retry", detail::kInPlatform, 1, 3},
    Directive{"breaker", detail::kInPlatform | detail::kInAction, 1, 2},
    Directive{"connect_timeout", detail::kInPlatform | detail::kInAction, 1, 1},
    Directive{"read_timeout", detail::kInPlatform, 1, 1},
    Directive{"max_response_size", detail::kInPlatform | detail::kInAction, 1, 1},

    Directive{"synthetic", detail::kInSource, 1, 1},
    Directive{"records", detail::kInSource, 1, 1},
    Directive{"file", detail::kInSource, 1, 2},
    Directive{"sql", detail::kInSource, 2, 2},
    Directive{"json", detail::kInSource, 1, Directive::kMany},
    Directive{"search", detail::kInSource, 1, 2},
    Directive{"body", detail::kInSource, 1, 1},
    Directive{"backend", detail::kInSource, 1, 1},
    Directive{"max_results", detail::kInSource, 1, 1},
    Directive{"page_size", detail::kInSource, 1, 1},
    Directive{"sort", detail::kInSource, 1, 2},
    Directive{"interval", detail::kInSource, 1, 1},
    Directive{"last", detail::kInSource, 1, 1},
    Directive{"dedup_window", detail::kInSource, 1, 1},

    Directive{"contract", detail::kInAction, 1, 1},
    Directive{"request", detail::kInAction, 2, 2},
    Directive{"header", detail::kInAction, 2, 2},
    Directive{"body", detail::kInAction, 1, 2},
    Directive{"header_file", detail::kInAction, 2, 2},
    Directive{"basic_auth", detail::kInAction, 2, 2},
    Directive{"oauth", detail::kInAction, 3, 5},
    Directive{"client_certificate", detail::kInAction, 2, 2},
    Directive{"timeout", detail::kInAction, 1, 1},
    Directive{"retry", detail::kInAction, 1, 2},
    Directive{"concurrency", detail::kInAction, 1, 2},
    Directive{"coalesce", detail::kInAction, 1, 1},
    Directive{"cache", detail::kInAction, 1, 3},
    Directive{"idempotent", detail::kInAction, 1, 1},
    Directive{"idempotency_key", detail::kInAction, 2, 2},
    Directive{"on_abort", detail::kInAction, 1, 1},
    Directive{"output", detail::kInAction, 2, 3},
    Directive{"on_status", detail::kInAction, 2, Directive::kMany},
    Directive{"on_error", detail::kInAction, 1, 1},
};

// The directive that words[0] names, or nginx's message (without the position). `words` is not
// empty.
std::expected<const Directive*, std::string> check_directive(
    std::span<const std::string_view> words, Context context, Terminator terminator);

}  // namespace dataaction
