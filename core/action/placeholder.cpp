#include "core/action/placeholder.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/utf8.h"

namespace dataaction {
namespace {

constexpr std::string_view kOpen = "${";
constexpr std::string_view kEscapedOpen = "$${";
constexpr std::string_view kWholeInput = "*";

bool is_member_name(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    const Utf8Sequence sequence = read_utf8(p, end);
    if (!sequence.valid) return false;
    if (sequence.size == 1 && !is_ascii_alnum(*p) && *p != '_' && *p != '-') return false;
    p += sequence.size;
  }
  return !text.empty();
}

}  // namespace

std::expected<Placeholder, std::string> Placeholder::parse(std::string_view name) {
  Placeholder self;
  self.name_ = name;
  if (name == kWholeInput) return self;
  for (std::string_view rest = name;;) {
    const size_t end = std::min(rest.find('.'), rest.size());
    const std::string_view part = rest.substr(0, end);
    if (!is_member_name(part)) {
      return std::unexpected("\"${" + std::string(name) +
                             "}\" is not a field: names of letters, digits, \"_\" and \"-\" with "
                             "dots between them, as \"${user.id}\"");
    }
    self.parts_.emplace_back(part);
    if (end == rest.size()) return self;
    rest.remove_prefix(end + 1);
  }
}

std::optional<JsonTree::Node> Placeholder::find(const JsonTree& input) const {
  std::optional<JsonTree::Node> node = JsonTree::root();
  for (const std::string& part : parts_) {
    node = input.member(*node, part);
    if (!node) break;
  }
  return node;
}

std::expected<std::vector<TemplatePiece>, std::string> parse_template(std::string_view text) {
  std::vector<TemplatePiece> pieces(1);
  for (size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(kEscapedOpen)) {
      pieces.back().text += kOpen;
      at += kEscapedOpen.size();
    } else if (rest.starts_with(kOpen)) {
      const size_t end = rest.find('}');
      if (end == std::string_view::npos) {
        return std::unexpected("\"${\" without \"}\"; the text \"${\" itself is written \"$${\"");
      }
      auto hole = Placeholder::parse(rest.substr(kOpen.size(), end - kOpen.size()));
      if (!hole) return std::unexpected(std::move(hole.error()));
      pieces.back().hole = std::move(*hole);
      at += end + 1;
      pieces.emplace_back().at = at;
    } else {
      const size_t size = std::min(rest.find('$', 1), rest.size());
      pieces.back().text += rest.substr(0, size);
      at += size;
    }
  }
  return pieces;
}

void add_field(std::vector<std::string>& fields, const TemplatePiece& piece) {
  if (!piece.hole) return;
  const std::string& name = piece.hole->name();
  if (std::ranges::find(fields, name) == fields.end()) fields.push_back(name);
}

Misfit wrong_field(std::string_view rule, const Placeholder& hole, std::string_view why) {
  return {rule, hole.name(), std::string(why)};
}

Misfit longest_field(const std::vector<std::string>& fields, const JsonTree& input, size_t most) {
  const auto size = [&input](const std::string& field) -> size_t {
    const auto node = Placeholder::parse(field)->find(input);
    return node ? input.raw(*node).size() : 0;
  };
  return {kWrongSize, *std::ranges::max_element(fields, {}, size),
          "with it there are more than " + std::to_string(most) + " bytes"};
}

std::expected<std::string, Misfit> text_of(const Placeholder& hole, const JsonTree& input) {
  const auto node = hole.find(input);
  if (!node) return std::string();
  switch (input.type(*node)) {
    case JsonType::kNull:
      return std::string();
    case JsonType::kString: {
      std::string text = input.string(*node);
      if (text.contains('\0')) {
        return std::unexpected(wrong_field(kWrongText, hole, "it has a NUL"));
      }
      return text;
    }
    case JsonType::kObject:
      return std::unexpected(wrong_field(kWrongType, hole, "it is an object"));
    case JsonType::kArray:
      return std::unexpected(wrong_field(kWrongType, hole, "it is an array"));
    default:
      return std::string(input.raw(*node));
  }
}

}  // namespace dataaction
