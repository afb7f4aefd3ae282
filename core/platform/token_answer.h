// The answer of a token endpoint (RFC 6749, sections 5.1 and 5.2), checked: POST /oauth/token with
// grant_type=client_credentials.
//
// Genesys Cloud says "too often" with 400 invalid_request and "rate limit exceeded" in the
// description; that is told apart from a refusal, because it passes.

#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace dataaction {

inline constexpr size_t kMaxTokenAnswer = 64 * 1024;
inline constexpr size_t kMaxTokenSize = 8 * 1024;

struct TokenAnswer {
  std::string access_token;            // RFC 6750's b64token: fit for a header as it is
  std::chrono::seconds expires_in{0};  // from when it was asked for; 1 s to 30 days
};

enum class TokenErrorKind : uint8_t {
  kRateLimited,    // asked too often: passes
  kInvalidClient,  // the client's id or secret is wrong: nothing but the operator changes that
  kRefused,        // any other error; the status says whether it may pass
  kMalformed,      // said to be a token, but is none
};

// `message` is for log and client. It never holds a token or a secret: of what the endpoint wrote
// it has the error code, if RFC 6749 knows it, and the description without its long words.
struct TokenError {
  TokenErrorKind kind = TokenErrorKind::kRefused;
  int status = 0;
  std::string message;
};

std::expected<TokenAnswer, TokenError> read_token_answer(int status, std::string_view body);

// The status that RetryPolicy should see: 429 for what means that.
int retry_status(const TokenError& error);

// How long after it was asked for a token is replaced: 60 s before it expires, or a fifth of its
// life before, if that is less.
std::chrono::milliseconds renew_after(std::chrono::seconds expires_in);

}  // namespace dataaction
