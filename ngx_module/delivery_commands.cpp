#include "ngx_module/ngx.h"

#include <algorithm>
#include <span>

#include "core/config/config_parameters.h"
#include "ngx_module/admission.h"
#include "ngx_module/delivery_commands.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/error_response.h"
#include "ngx_module/key_ring.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/status_handler.h"
#include "ngx_module/webhook.h"

namespace dataaction {
namespace {

constexpr size_t kMinBuffer = 4096;
constexpr size_t kMaxBuffer = 16 << 20;
constexpr off_t kMinMaxSize = 1024;

// What stands after "off".
constexpr std::string_view kNothing = "left out";

DeliveryConf* delivery(void* conf) {
  return static_cast<DeliveryConf*>(static_cast<DeliveryConfBase*>(conf));
}

std::span<const ngx_str_t> arguments(ngx_conf_t* cf) {
  return std::span(static_cast<const ngx_str_t*>(cf->args->elts), cf->args->nelts).subspan(1);
}

// Both say what the block's directives say.
char* bad_value(ngx_conf_t* cf, const ngx_str_t& value, std::string_view rule) {
  const ngx_str_t& name = *static_cast<const ngx_str_t*>(cf->args->elts);
  return conf_error(cf, {invalid_value(view(value), view(name), rule).error(), position_of(cf)});
}

char* bad_parameter(ngx_conf_t* cf, const ngx_str_t& parameter, std::string_view rule) {
  return conf_error(cf, {invalid_parameter(view(parameter), rule).error(), position_of(cf)});
}

// The value of a `key=value` argument, or no data.
ngx_str_t value_of(const ngx_str_t& argument, std::string_view key) {
  if (!view(argument).starts_with(key)) return {0, nullptr};
  return {argument.len - key.size(), argument.data + key.size()};
}

char* set_handler(ngx_conf_t* cf, ngx_command_t* cmd, void* conf, ngx_http_handler_pt handler) {
  auto* clcf = static_cast<ngx_http_core_loc_conf_t*>(
      ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module));
  if (clcf->handler != nullptr && clcf->handler != handler) {
    return const_cast<char*>(kHandlerConflict);
  }
  clcf->handler = handler;
  delivery(conf)->answers = {handler, std::string(view(cmd->name)), position_of(cf)};
  return NGX_CONF_OK;
}

char* check_buffer_size(ngx_conf_t* cf, void*, void* data) noexcept {
  const size_t size = *static_cast<size_t*>(data);
  if (size >= kMinBuffer && size <= kMaxBuffer) return NGX_CONF_OK;
  ngx_conf_log_error(
      NGX_LOG_EMERG, cf, 0,
      "invalid value in \"dataaction_buffer_size\" directive: 4k to 16m is possible");
  return static_cast<char*>(NGX_CONF_ERROR);
}

}  // namespace

ngx_conf_post_t buffer_size_bounds = {check_buffer_size};

namespace {

char* set_webhook(ngx_conf_t* cf, ngx_command_t* cmd, void* conf, bool call) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&]() -> char* {
        DeliveryConf* const location = delivery(conf);
        std::vector<Reference>& references = main_conf(cf)->references;
        const auto first = std::ranges::find(references, location, &Reference::conf);
        if (first != references.end()) {
          return const_cast<char*>(first->call == call ? "is duplicate" : kHandlerConflict);
        }
        references.push_back(
            {location, std::string(view(arguments(cf)[0])), call, position_of(cf)});
        return set_handler(cf, cmd, conf, webhook_handler);
      });
}

}  // namespace

char* set_stream(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept {
  return set_webhook(cf, cmd, conf, false);
}

char* set_call(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept {
  return set_webhook(cf, cmd, conf, true);
}

char* set_methods(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&]() -> char* {
        DeliveryConf* const location = delivery(conf);
        if (location->methods != 0) return const_cast<char*>("is duplicate");
        for (const ngx_str_t& word : arguments(cf)) {
          const ngx_uint_t method = view(word) == "POST"  ? ngx_uint_t{NGX_HTTP_POST}
                                    : view(word) == "GET" ? ngx_uint_t{NGX_HTTP_GET}
                                                          : 0;
          if (method == 0) return bad_value(cf, word, "\"GET\" or \"POST\"");
          if ((location->methods & method) != 0) return bad_value(cf, word, "named once");
          location->methods |= method;
        }
        location->methods_at = position_of(cf);
        return NGX_CONF_OK;
      });
}

char* set_status(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&] { return set_handler(cf, cmd, conf, status_handler); });
}

char* set_error_handler(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&] { return set_handler(cf, cmd, conf, error_handler); });
}

// As nginx's own slot for enumerations, but the message says what there is.
char* set_choice(ngx_conf_t* cf, ngx_command_t* cmd, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&]() -> char* {
        auto& field = *reinterpret_cast<ngx_uint_t*>(static_cast<char*>(conf) + cmd->offset);
        if (field != NGX_CONF_UNSET_UINT) return const_cast<char*>("is duplicate");
        const ngx_str_t& value = arguments(cf)[0];
        std::vector<std::string_view> words;
        for (auto* choice = static_cast<ngx_conf_enum_t*>(cmd->post); choice->name.len > 0;
             ++choice) {
          words.push_back(view(choice->name));
          if (value.len == choice->name.len &&
              ngx_strncasecmp(value.data, choice->name.data, value.len) == 0) {
            field = choice->value;
            return NGX_CONF_OK;
          }
        }
        return bad_value(cf, value, one_of(words));
      });
}

char* set_batch_size(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&]() -> char* {
        DeliveryConf* const location = delivery(conf);
        if (location->batch_size != NGX_CONF_UNSET_UINT) return const_cast<char*>("is duplicate");
        const auto args = arguments(cf);
        const ngx_int_t size = ngx_atoi(args[0].data, args[0].len);
        if (size <= 0) return bad_value(cf, args[0], "a whole number, 1 or more");
        ngx_int_t max = kMaxBatchSize;
        if (args.size() > 1) {
          const ngx_str_t text = value_of(args[1], "max=");
          if (text.data == nullptr) return bad_parameter(cf, args[1], "\"max=\" and a number");
          max = ngx_atoi(text.data, text.len);
          if (max < size) return bad_parameter(cf, args[1], "at least the batch size");
        } else if (size > max) {
          return bad_value(
              cf, args[0],
              "at most " + std::to_string(kMaxBatchSize) + " where no \"max=\" is given");
        }
        location->batch_size = static_cast<ngx_uint_t>(size);
        location->max_batch_size = static_cast<ngx_uint_t>(max);
        return NGX_CONF_OK;
      });
}

char* set_max_size(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&]() -> char* {
        DeliveryConf* const location = delivery(conf);
        if (location->max_size != NGX_CONF_UNSET) return const_cast<char*>("is duplicate");
        ngx_str_t value = arguments(cf)[0];
        const bool off = view(value) == "off";
        location->max_size = off ? 0 : ngx_parse_offset(&value);
        if (!off && location->max_size < kMinMaxSize) {
          return bad_value(cf, value, "at least 1k, or \"off\"");
        }
        return NGX_CONF_OK;
      });
}

char* set_api_key_file(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&]() -> char* {
        DeliveryConf* const location = delivery(conf);
        if (location->keys_set) return const_cast<char*>("is duplicate");
        location->keys_set = true;
        const auto args = arguments(cf);
        if (view(args[0]) == "off")
          return args.size() == 1 ? NGX_CONF_OK : bad_parameter(cf, args[1], kNothing);

        std::string header = "x-api-key";
        if (args.size() > 1) {
          const ngx_str_t name = value_of(args[1], "header=");
          if (name.len == 0) return bad_parameter(cf, args[1], "\"header=\" and a name");
          header.assign(view(name));
        }
        location->keys = load_key_ring(cf, args[0], header);
        return location->keys != nullptr ? NGX_CONF_OK : static_cast<char*>(NGX_CONF_ERROR);
      });
}

char* set_max_streams(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&]() -> char* {
        DeliveryConf* const location = delivery(conf);
        if (location->admission_set) return const_cast<char*>("is duplicate");
        location->admission_set = true;
        const auto args = arguments(cf);
        if (view(args[0]) == "off")
          return args.size() == 1 ? NGX_CONF_OK : bad_parameter(cf, args[1], kNothing);

        AdmissionLimits limits;
        const ngx_int_t streams = ngx_atoi(args[0].data, args[0].len);
        if (streams <= 0) return bad_value(cf, args[0], "a whole number, 1 or more, or \"off\"");
        limits.streams = static_cast<ngx_uint_t>(streams);
        for (const ngx_str_t& argument : args.subspan(1)) {
          ngx_str_t value = value_of(argument, "queue=");
          if (value.data != nullptr) {
            const ngx_int_t queue = ngx_atoi(value.data, value.len);
            if (queue == NGX_ERROR) return bad_parameter(cf, argument, "\"queue=\" and a number");
            limits.queue = static_cast<ngx_uint_t>(queue);
            continue;
          }
          value = value_of(argument, "timeout=");
          const ngx_int_t timeout = value.data == nullptr ? NGX_ERROR : ngx_parse_time(&value, 0);
          if (timeout == NGX_ERROR) {
            return bad_parameter(cf, argument,
                                 "\"queue=\" and a number or \"timeout=\" and a time");
          }
          limits.timeout = static_cast<ngx_msec_t>(timeout);
        }
        location->admission = make_in_pool<Admission>(cf->pool, limits);
        return location->admission != nullptr ? NGX_CONF_OK : static_cast<char*>(NGX_CONF_ERROR);
      });
}

char* set_pass(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&]() -> char* {
        DeliveryConf* const location = delivery(conf);
        if (location->upstream.upstream != nullptr) return const_cast<char*>("is duplicate");
        ngx_url_t url{};
        url.url = arguments(cf)[0];
        // nginx would take a path that begins wherever it was started.
        const std::string_view text = view(url.url);
        if (text.starts_with("unix:") && text.size() > 5 && text[5] != '/') {
          return bad_value(cf, url.url, "\"unix:\" and an absolute path, or an upstream");
        }
        url.no_resolve = 1;
        location->upstream.upstream = ngx_http_upstream_add(cf, &url, 0);
        if (location->upstream.upstream == nullptr) {
          return static_cast<char*>(NGX_CONF_ERROR);  // nginx has said why
        }
        main_conf(cf)->upstreams.push_back(location->upstream.upstream);
        return NGX_CONF_OK;
      });
}

}  // namespace dataaction
