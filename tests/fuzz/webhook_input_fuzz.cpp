// A webhook's body. What is taken has parameters that are compact JSON, an object, and read back as
// themselves; a fixed shape and the one found agree; a refusal is one of the two kinds.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/json/json_reader.h"
#include "core/webhook/webhook_input.h"

namespace {

using namespace dataaction;

constexpr uint64_t kMaxBatch = 10'000;

void require(bool what) {
  if (!what) std::abort();
}

void check_input(const WebhookInput& input) {
  require(input.parameters.starts_with('{') && input.parameters.find('\n') == std::string::npos);
  require(!input.batch_size || (*input.batch_size >= 1 && *input.batch_size <= kMaxBatch));
  std::string compact;
  require(!append_minified(compact, input.parameters) && compact == input.parameters);
  const auto again = read_webhook_input(input.parameters, InputShape::kFlat, kMaxBatch);
  require(again && again->parameters == input.parameters);
  require(!again->batch_size && !again->limit && again->cursor.empty());
}

void check_refusal(const ErrorReply& reply, std::string_view body) {
  require(reply.status == 400 || reply.status == 422);
  require(!reply.message.empty() && reply.message.size() < 1024);
  if (reply.status == 422) require(!JsonChecker().check(body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto found = read_webhook_input(body, InputShape::kAuto, kMaxBatch);
  const auto flat = read_webhook_input(body, InputShape::kFlat, kMaxBatch);
  const auto envelope = read_webhook_input(body, InputShape::kEnvelope, kMaxBatch);
  for (const auto& input : {found, flat, envelope}) {
    if (input) {
      check_input(*input);
    } else {
      check_refusal(input.error(), body);
    }
  }
  require(found == flat || found == envelope);
  return 0;
}
