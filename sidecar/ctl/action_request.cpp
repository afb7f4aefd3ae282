#include "sidecar/ctl/action_request.h"

#include "core/base/form_encoding.h"
#include "core/config/config_platform_values.h"
#include "core/json/json_scanner.h"
#include "core/json/json_writer.h"

namespace dataaction {
namespace {

std::string inputs_of(std::string_view input) {
  std::string out = R"({"inputs":[)";
  JsonScanner scanner(input);
  scanner.open('{');
  for (bool first = true; scanner.more(first); first = false) {
    JsonScanner::String name;
    std::string_view value;
    if (!scanner.key(name) || !scanner.value(&value)) break;
    if (!first) out += ',';
    out += R"({"name":)";
    append_json_string(out, name.unescaped());
    out += R"(,"value":)";
    out += value;
    out += '}';
  }
  return out += "]}";
}

std::string parameters_of(std::string_view id, std::string_view input) {
  std::string out = R"({"integrationId":)";
  append_json_string(out, id);
  out += R"(,"parameters":)";
  out += input;
  return out += '}';
}

}  // namespace

ApiRequest action_request(const PlatformConfig& platform, std::string_view id,
                          std::string_view input) {
  ApiRequest request;
  request.route = Route::kExecute;
  request.method = "POST";
  request.idempotent = false;
  request.path = platform.paths[static_cast<size_t>(Route::kExecute)];
  const size_t at = request.path.find(kActionId);
  if (at != std::string::npos) {
    std::string encoded;
    append_url_encoded(encoded, id);
    request.path.replace(at, kActionId.size(), encoded);
  }
  if (platform.dialect == Dialect::kGenesys) {
    request.body = input;
  } else {
    request.body = at != std::string::npos ? inputs_of(input) : parameters_of(id, input);
  }
  return request;
}

}  // namespace dataaction
