#include "core/contract/schema_reference.h"

#include "core/base/excerpt.h"
#include "core/base/percent_encoding.h"
#include "core/contract/json_pointer.h"

namespace dataaction {
namespace {

constexpr size_t kMaxHops = 32;  // references to references

std::string quoted(std::string_view text) {
  return '"' + excerpt(text, 128, 128) + '"';
}

}  // namespace

std::expected<const JsonValue*, SchemaProblem> follow_references(const JsonValue& root,
                                                                 const JsonValue& schema) {
  const JsonValue* at = &schema;
  const JsonValue* reference = nullptr;
  for (size_t hops = 0; hops < kMaxHops; ++hops) {
    if (!at->is_object()) return at;
    const JsonValue* next = find_member(*at, "$ref");
    if (next == nullptr) return at;
    reference = next;
    const auto wrong = [&](std::string message) {
      return std::unexpected(SchemaProblem{std::move(message), reference});
    };
    if (!reference->is_string()) return wrong("$ref must be a string");
    const std::string_view text = reference->text();
    if (!text.starts_with('#')) {
      return wrong("$ref to " + quoted(text) +
                   ": only references within the document, which begin with #, are followed");
    }
    if (text.size() > 1 && text[1] != '/') {
      return wrong("$ref to " + quoted(text) + ": after # there must be a JSON pointer");
    }
    const auto pointer = percent_decoded(text.substr(1));
    if (!pointer) return wrong("$ref to " + quoted(text) + ": a % without two digits after it");
    at = resolve_pointer(root, *pointer);
    if (at == nullptr) return wrong("$ref to " + quoted(text) + ": there is nothing");
  }
  return std::unexpected(SchemaProblem{"$ref leads to itself", reference});
}

}  // namespace dataaction
