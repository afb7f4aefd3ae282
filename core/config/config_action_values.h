// The arguments of the directives that stand in an `action` block: words to values. Pure; an error
// is the message without the position.

#pragma once

#include "core/config/action_config.h"
#include "core/config/config_parameters.h"

namespace dataaction {

// `GET`, `POST`, ... as RFC 9110, 9.3, and PATCH (RFC 5789).
Parsed<std::string> parse_request_method(DirectiveWords words);

Parsed<HeaderTemplate> parse_header(DirectiveWords words);
Parsed<SecretHeader> parse_header_file(DirectiveWords words);
Parsed<BodyTemplate> parse_body(DirectiveWords words);
Parsed<BasicCredentials> parse_basic_auth(DirectiveWords words);
Parsed<ClientCertificate> parse_client_certificate(DirectiveWords words);

// `oauth URL client_id=ID client_secret_file=FILE [scope=WORDS] [auth=basic|body]`
Parsed<void> read_oauth(DirectiveWords words, PlatformConfig& upstream);

// `on_status CODE... =STATUS [MESSAGE]`: one rule for each code.
Parsed<std::vector<StatusRule>> parse_on_status(DirectiveWords words);
// `404` or `5xx`, as it was written.
std::string describe_codes(const StatusRule& rule);
Parsed<void> parse_on_error(DirectiveWords words);

Parsed<std::chrono::milliseconds> parse_call_timeout(DirectiveWords words);
Parsed<void> read_call_retry(DirectiveWords words, PlatformConfig& upstream);
Parsed<void> read_call_concurrency(DirectiveWords words, ActionConfig& action);
Parsed<CacheConfig> parse_cache(DirectiveWords words);
Parsed<bool> parse_switch(DirectiveWords words);
Parsed<OnAbort> parse_on_abort(DirectiveWords words);
Parsed<IdempotencyConfig> parse_idempotency_key(DirectiveWords words);

}  // namespace dataaction
