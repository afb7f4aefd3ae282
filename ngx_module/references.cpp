#include "ngx_module/ngx.h"

#include <expected>

#include "core/config/action_check.h"
#include "ngx_module/conf_file.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/references.h"

namespace dataaction {
namespace {

// A location that streams.
std::expected<void, ConfigError> bind_source(ngx_conf_t* cf, const MainConf& main,
                                             const Reference& reference) {
  DeliveryConf& location = *reference.conf;
  location.source = main.block ? main.block->find_source(reference.name) : nullptr;
  if (location.source == nullptr) {
    return std::unexpected(ConfigError{"unknown source \"" + reference.name + '"', reference.at});
  }
  if (location.methods != 0) {
    return std::unexpected(ConfigError{
        "\"dataaction_methods\" directive is only for \"dataaction_call\"", location.methods_at});
  }
  location.methods = NGX_HTTP_POST;
  if (location.on_error == NGX_CONF_UNSET_UINT) {
    // Only the envelope can say in its body that it is incomplete.
    const bool says_so = static_cast<Format>(location.format) == Format::kEnvelope;
    location.on_error = static_cast<ngx_uint_t>(says_so ? OnError::kTruncate : OnError::kAbort);
  }
  if (const auto* file = std::get_if<FileSource>(&location.source->kind)) {
    location.source_path =
        copy_to_pool(cf->pool, resolve_path(file->path, view(main.directory)) + '\0');
    --location.source_path.len;
  }
  return {};
}

// A location that calls.
std::expected<void, ConfigError> bind_action(const MainConf& main, const Reference& reference) {
  DeliveryConf& location = *reference.conf;
  location.action = main.block ? main.block->find_action(reference.name) : nullptr;
  if (location.action == nullptr) {
    return std::unexpected(ConfigError{"unknown action \"" + reference.name + '"', reference.at});
  }
  if (location.methods == 0) location.methods = NGX_HTTP_POST;
  const ActionConfig& action = *location.action;
  // RFC 9110, 9.2.1: who follows a link, or looks ahead, has asked for nothing.
  if ((location.methods & NGX_HTTP_GET) != 0 && !action.is_safe() && !action.idempotent) {
    return std::unexpected(ConfigError{
        "\"dataaction_methods GET\" is only for an action with a GET or HEAD request, or with "
        "\"idempotent on\"",
        location.methods_at});
  }
  const auto index = static_cast<size_t>(&action - main.block->actions.data());
  location.call_input = &main.contracts[index].input();
  return {};
}

std::expected<Contract, ConfigError> load_contract(const MainConf& main, ActionConfig& action) {
  const std::string path = resolve_path(action.contract_file, view(main.directory));
  auto text = read_conf_file(path, kMaxContract);
  if (!text) {
    const ConfFileError& error = text.error();
    return std::unexpected(ConfigError{
        error.call + ("() \"" + path) + "\" failed " + error.reason(), action.contract_at});
  }
  return read_contract(*text, path, action);
}

}  // namespace

bool load_contracts(ngx_conf_t* cf, MainConf& main) {
  for (ActionConfig& action : main.block->actions) {
    auto contract = load_contract(main, action);
    if (!contract) {
      conf_error(cf, contract.error());
      return false;
    }
    main.contracts.push_back(std::move(*contract));
  }
  return true;
}

bool resolve_references(ngx_conf_t* cf, const MainConf& main) {
  for (const Reference& reference : main.references) {
    const auto bound =
        reference.call ? bind_action(main, reference) : bind_source(cf, main, reference);
    if (!bound) {
      conf_error(cf, bound.error());
      return false;
    }
  }
  return true;
}

}  // namespace dataaction
