#include "core/platform/token_answer.h"

#include <algorithm>
#include <array>

#include "core/base/ascii.h"
#include "core/base/excerpt.h"
#include "core/base/units.h"
#include "core/json/json_fields.h"

namespace dataaction {
namespace {

using std::chrono::seconds;

constexpr seconds kMaxLife = std::chrono::days(30);
constexpr seconds kRenewBefore{60};
constexpr int kTooManyRequests = 429;
constexpr size_t kMaxDescription = 160;
// A client secret of Genesys Cloud has 43 characters.
constexpr size_t kLongestWord = 20;

enum : size_t { kAccessToken, kTokenType, kExpiresIn, kError, kDescription, kFields = 7 };
constexpr std::array<std::string_view, kFields> kNames = {
    "access_token",      "token_type",  "expires_in", "error",
    "error_description", "description", "message"};
using Fields = std::array<JsonField, kFields>;

// RFC 6749, sections 4.1.2.1 and 5.2: others could be anything.
constexpr std::array<std::string_view, 9> kCodes = {
    "invalid_request", "invalid_client",      "invalid_grant",
    "invalid_scope",   "unauthorized_client", "unsupported_grant_type",
    "access_denied",   "server_error",        "temporarily_unavailable"};

// b64token of RFC 6750, section 2.1.
bool is_token(std::string_view text) {
  const size_t padding = std::min(text.find('='), text.size());
  return padding != 0 && text.size() <= kMaxTokenSize &&
         text.find_first_not_of('=', padding) == std::string_view::npos &&
         std::ranges::all_of(text.substr(0, padding), [](char c) {
           return is_ascii_alnum(c) || std::string_view("-._~+/").find(c) != std::string_view::npos;
         });
}

// The standard's name for it, Genesys Cloud's own, and that of a gateway in front of it.
std::string_view description_of(const Fields& fields) {
  const auto found =
      std::ranges::find_if(fields.begin() + kDescription, fields.end(),
                           [](const JsonField& field) { return !field.string().empty(); });
  return found == fields.end() ? std::string_view() : found->string();
}

bool is_rate_limit(int status, const Fields& fields) {
  return status == kTooManyRequests ||
         ascii_lower(description_of(fields)).find("rate limit exceeded") != std::string::npos;
}

TokenError refusal(int status, const Fields& fields) {
  TokenError error{TokenErrorKind::kRefused, status, "the token endpoint answered "};
  error.message += std::to_string(status);
  const std::string_view code = fields[kError].string();
  if (std::ranges::find(kCodes, code) != kCodes.end()) error.message.append(" ").append(code);
  const std::string description = excerpt(description_of(fields), kMaxDescription, kLongestWord);
  if (!description.empty()) error.message.append(" (").append(description).append(")");
  if (is_rate_limit(status, fields)) {
    error.kind = TokenErrorKind::kRateLimited;
  } else if (code == "invalid_client") {
    error.kind = TokenErrorKind::kInvalidClient;
  }
  return error;
}

std::unexpected<TokenError> malformed(std::string_view what) {
  TokenError error{TokenErrorKind::kMalformed, 200, "the token endpoint answered 200 with "};
  error.message += what;
  return std::unexpected(std::move(error));
}

std::expected<TokenAnswer, TokenError> read_token(Fields& fields) {
  if (!is_token(fields[kAccessToken].string())) {
    return malformed(fields[kAccessToken].kind == JsonField::Kind::kAbsent
                         ? "no access_token"
                         : "an access_token that is none");
  }
  if (ascii_lower(fields[kTokenType].string()) != "bearer") {
    return malformed("a token_type other than bearer");
  }
  const auto life = fields[kExpiresIn].kind == JsonField::Kind::kScalar
                        ? parse_number(fields[kExpiresIn].text)
                        : std::nullopt;
  if (life.value_or(0) == 0) return malformed("an expires_in that is no positive whole number");
  const auto bounded = std::min<uint64_t>(*life, kMaxLife.count());
  return TokenAnswer{std::move(fields[kAccessToken].text), seconds(bounded)};
}

}  // namespace

std::expected<TokenAnswer, TokenError> read_token_answer(int status, std::string_view body) {
  Fields fields;
  const auto damage = read_json_fields(body.substr(0, kMaxTokenAnswer), kNames, fields);
  if (status != 200 || fields[kError].kind != JsonField::Kind::kAbsent) {
    return std::unexpected(refusal(status, fields));
  }
  if (body.size() > kMaxTokenAnswer) return malformed("a body of more than 64k");
  if (damage) return malformed("a body that is no JSON object, or says something twice");
  return read_token(fields);
}

int retry_status(const TokenError& error) {
  return error.kind == TokenErrorKind::kRateLimited ? kTooManyRequests : error.status;
}

std::chrono::milliseconds renew_after(seconds expires_in) {
  const std::chrono::milliseconds life = expires_in;
  return life - std::min<std::chrono::milliseconds>(kRenewBefore, life / 5);
}

}  // namespace dataaction
