#include "ngx_module/ngx.h"

#include <cstdio>
#include <optional>
#include <string>

#include "ngx_module/delivery_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/variables.h"

namespace dataaction {
namespace {

using Text = std::optional<std::string>;  // nothing: the variable is not found, logged as "-"

// Without a source there is no outcome.
struct Shown {
  Outcome outcome;
  const RequestContext* context;  // nullptr: no handler of ours had the request
};
using Getter = Text (*)(const Shown&);

// What nginx refused itself is told from the location and the status.
Shown shown(ngx_http_request_t* r) {
  const RequestContext* const context = RequestContext::find(r);
  Outcome outcome = context != nullptr ? context->outcome : Outcome{};
  if (context == nullptr) outcome.source = delivered_name(*delivery_conf(r));
  if (outcome.source.empty()) return {{}, context};
  const ngx_uint_t status = r->headers_out.status;
  if (!outcome.reason && status >= NGX_HTTP_BAD_REQUEST) {
    const bool gone = status == NGX_HTTP_CLIENT_CLOSED_REQUEST;
    outcome.reason = gone ? EndReason::kClient : EndReason::kRefused;
  }
  return {outcome, context};
}

Text source(const Shown& shown) {
  if (shown.outcome.source.empty()) return std::nullopt;
  return std::string(shown.outcome.source);
}

Text count(const Shown& shown, uint64_t number) {
  if (shown.outcome.source.empty()) return std::nullopt;
  return std::to_string(number);
}
Text records(const Shown& shown) {
  return count(shown, shown.outcome.records);
}
Text bytes(const Shown& shown) {
  return count(shown, shown.outcome.bytes);
}

Text complete(const Shown& shown) {
  if (!shown.outcome.reason) return std::nullopt;
  return Ending{*shown.outcome.reason}.complete() ? "1" : "0";
}

Text reason(const Shown& shown) {
  const auto reason = shown.outcome.reason;
  if (!reason || *reason == EndReason::kNone) return std::nullopt;
  return std::string(name_of(*reason));
}

// Seconds with milliseconds, as $request_time.
Text first_byte_time(const Shown& shown) {
  if (!shown.outcome.first_byte_time) return std::nullopt;
  char text[32];
  const ngx_msec_t ms = *shown.outcome.first_byte_time;
  snprintf(text, sizeof(text), "%lu.%03lu", static_cast<unsigned long>(ms / 1000),
           static_cast<unsigned long>(ms % 1000));
  return text;
}

Text context_id(const Shown& shown) {
  if (shown.context == nullptr) return std::nullopt;
  return shown.context->context_id();
}

Text key(const Shown& shown) {
  if (shown.context == nullptr || shown.context->key_label.empty()) return std::nullopt;
  return std::string(shown.context->key_label);
}

struct Variable {
  ngx_str_t name;
  Getter get;
};

Variable variables[] = {
    {ngx_string("dataaction_source"), source},
    {ngx_string("dataaction_records"), records},
    {ngx_string("dataaction_bytes"), bytes},
    {ngx_string("dataaction_complete"), complete},
    {ngx_string("dataaction_reason"), reason},
    {ngx_string("dataaction_first_byte_time"), first_byte_time},
    {ngx_string("dataaction_context_id"), context_id},
    {ngx_string("dataaction_key"), key},
};

ngx_int_t get_variable(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                       uintptr_t data) noexcept {
  return guarded(
      r->connection->log, [] { return ngx_int_t{NGX_ERROR}; },
      [&]() -> ngx_int_t {
        const Text text = variables[data].get(shown(r));
        if (!text) {
          value->not_found = 1;
          return NGX_OK;
        }
        const ngx_str_t copy = copy_to_pool(r->pool, *text);
        value->data = copy.data;
        value->len = static_cast<unsigned>(copy.len);
        value->valid = 1;
        value->no_cacheable = 0;
        value->not_found = 0;
        return NGX_OK;
      });
}

}  // namespace

ngx_int_t add_variables(ngx_conf_t* cf) noexcept {
  for (size_t i = 0; i < std::size(variables); ++i) {
    ngx_http_variable_t* const variable =
        ngx_http_add_variable(cf, &variables[i].name, NGX_HTTP_VAR_NOCACHEABLE);
    if (variable == nullptr) return NGX_ERROR;
    variable->get_handler = get_variable;
    variable->data = i;
  }
  return NGX_OK;
}

}  // namespace dataaction
