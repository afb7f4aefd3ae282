#include "ngx_module/ngx.h"

#include <cstdio>
#include <optional>
#include <string>

#include "ngx_module/ngx_support.h"
#include "ngx_module/request_context.h"
#include "ngx_module/variables.h"

namespace dataaction {
namespace {

using Text = std::optional<std::string>;  // nothing: the variable is not found, logged as "-"
using Getter = Text (*)(const RequestContext&);

Text source(const RequestContext& context) {
  if (context.outcome.source.empty()) return std::nullopt;
  return std::string(context.outcome.source);
}

Text records(const RequestContext& context) {
  return std::to_string(context.outcome.records);
}
Text bytes(const RequestContext& context) {
  return std::to_string(context.outcome.bytes);
}

Text complete(const RequestContext& context) {
  if (!context.outcome.reason) return std::nullopt;
  return Ending{*context.outcome.reason}.complete() ? "1" : "0";
}

Text reason(const RequestContext& context) {
  if (!context.outcome.reason || *context.outcome.reason == EndReason::kNone) return std::nullopt;
  return std::string(name_of(*context.outcome.reason));
}

// Seconds with milliseconds, as $request_time.
Text first_byte_time(const RequestContext& context) {
  if (!context.outcome.first_byte_time) return std::nullopt;
  char text[32];
  const ngx_msec_t ms = *context.outcome.first_byte_time;
  snprintf(text, sizeof(text), "%lu.%03lu", static_cast<unsigned long>(ms / 1000),
           static_cast<unsigned long>(ms % 1000));
  return text;
}

Text context_id(const RequestContext& context) {
  return context.context_id();
}

Text key(const RequestContext& context) {
  if (context.key_label.empty()) return std::nullopt;
  return std::string(context.key_label);
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
        const RequestContext* const context = RequestContext::find(r);
        const Text text = context == nullptr ? std::nullopt : variables[data].get(*context);
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
