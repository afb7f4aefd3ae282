#include "core/action/body_template.h"

#include <algorithm>
#include <utility>

#include "core/action/url_text.h"
#include "core/base/form_encoding.h"
#include "core/base/utf8.h"
#include "core/json/json_scanner.h"
#include "core/json/json_writer.h"

namespace dataaction {
namespace {

// What stands for a hole while the template is checked. An `x` in a string belongs to no escape, so
// that none goes on behind a hole, and no pair of surrogates has one in between.
constexpr std::string_view kAnyValue = "null";
constexpr std::string_view kAnyText = "x";

// Where byte `at` of the piece's text stands in the template, in which `${` is a byte longer.
size_t template_offset(const TemplatePiece& piece, size_t at) {
  size_t offset = piece.at + at;
  const std::string_view before = std::string_view(piece.text).substr(0, at);
  for (size_t open = before.find("${"); open != std::string_view::npos;
       open = before.find("${", open + 1)) {
    ++offset;
  }
  return offset;
}

std::string at_byte(size_t offset, std::string_view what) {
  return "byte " + std::to_string(offset) + ": " + std::string(what);
}

// Where strings begin and end in JSON that comes in pieces; right as long as it is JSON.
class StringTracker {
 public:
  // False at the colon behind a name that has a hole.
  bool pass(char c) {
    if (escaped_) {
      escaped_ = false;
    } else if (inside_) {
      escaped_ = c == '\\';
      inside_ = c != '"';
    } else if (c == '"') {
      inside_ = true;
      hole_ = false;
    } else if (c == ':' && hole_) {
      return false;
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      hole_ = false;
    }
    return true;
  }
  // Whether it is in a string.
  bool pass_hole() { return hole_ = inside_; }

 private:
  bool inside_ = false;
  bool escaped_ = false;
  bool hole_ = false;  // in this string, or the one that has just ended
};

void append_in_string(std::string& out, const JsonTree& input, JsonTree::Node node) {
  switch (input.type(node)) {
    case JsonType::kNull:
      return;
    case JsonType::kString: {
      // Checked, and escaped as JSON has it.
      const std::string_view quoted = input.raw(node);
      out += quoted.substr(1, quoted.size() - 2);
      return;
    }
    case JsonType::kObject:
    case JsonType::kArray: {
      std::string compact;
      input.append_to(compact, node);
      std::string quoted;
      append_json_string(quoted, compact);
      out.append(quoted, 1, quoted.size() - 2);
      return;
    }
    default:
      out += input.raw(node);
  }
}

}  // namespace

std::expected<BodyTemplate, std::string> BodyTemplate::parse(std::string_view text, BodyType type) {
  if (text.size() > kMaxTemplate) {
    return std::unexpected("it must be at most " + std::to_string(kMaxTemplate) + " bytes long");
  }
  auto pieces = parse_template(text);
  if (!pieces) return std::unexpected(std::move(pieces.error()));
  BodyTemplate self;
  self.type_ = type;
  for (const TemplatePiece& piece : *pieces) add_field(self.fields_, piece);
  auto found = type == BodyType::kJson ? self.find_json_places(std::move(*pieces))
                                       : self.find_places(std::move(*pieces));
  if (!found) return std::unexpected(std::move(found.error()));
  return self;
}

std::expected<void, std::string> BodyTemplate::find_places(std::vector<TemplatePiece> pieces) {
  const bool form = type_ == BodyType::kForm;
  for (TemplatePiece& piece : pieces) {
    if (form) {
      if (auto checked = check_url_text(piece.text, UrlPart::kQuery); !checked) return checked;
    } else if (!is_valid_utf8(piece.text)) {
      return std::unexpected("it is not UTF-8");
    }
    if (piece.hole && piece.hole->is_whole_input()) {
      return std::unexpected(std::string("\"${*}\", the whole input, has no place in a ") +
                             (form ? "form" : "text"));
    }
    pieces_.push_back({std::move(piece), form ? Place::kForm : Place::kText});
  }
  return {};
}

std::expected<void, std::string> BodyTemplate::find_json_places(std::vector<TemplatePiece> pieces) {
  std::string filled;
  StringTracker strings;
  for (TemplatePiece& piece : pieces) {
    for (size_t at = 0; at < piece.text.size(); ++at) {
      if (strings.pass(piece.text[at])) continue;
      return std::unexpected(at_byte(template_offset(piece, at), "a name has no \"${\" in it"));
    }
    filled += piece.text;
    const bool quoted = strings.pass_hole();
    if (piece.hole) filled += quoted ? kAnyText : kAnyValue;
    pieces_.push_back({std::move(piece), quoted ? Place::kJsonString : Place::kJsonValue});
  }
  JsonScanner scanner(filled);
  if (scanner.value() && scanner.end()) return {};

  size_t at = scanner.error().offset;
  for (const Piece& piece : pieces_) {
    const size_t size = piece.literal.text.size();
    const size_t hole = piece.place == Place::kJsonString ? kAnyText.size() : kAnyValue.size();
    if (at < size + hole || &piece == &pieces_.back()) {
      at = template_offset(piece.literal, std::min(at, size));
      break;
    }
    at -= size + hole;
  }
  return std::unexpected(at_byte(at, scanner.error().what));
}

std::string_view BodyTemplate::content_type() const {
  switch (type_) {
    case BodyType::kForm:
      return "application/x-www-form-urlencoded";
    case BodyType::kText:
      return "text/plain; charset=utf-8";
    case BodyType::kJson:
      break;
  }
  return "application/json";
}

std::expected<std::string, Misfit> BodyTemplate::render(const JsonTree& input) const {
  std::string out;
  for (const Piece& piece : pieces_) {
    out += piece.literal.text;
    if (piece.literal.hole) {
      if (auto added = append(out, piece, input); !added) return std::unexpected(added.error());
    }
    if (out.size() > kMaxSize) return std::unexpected(longest_field(fields_, input, kMaxSize));
  }
  return out;
}

std::expected<void, Misfit> BodyTemplate::append(std::string& out, const Piece& piece,
                                                 const JsonTree& input) {
  const Placeholder& hole = *piece.literal.hole;
  const auto node = hole.find(input);
  switch (piece.place) {
    case Place::kJsonValue:
      if (!node) {
        out += "null";
      } else {
        input.append_to(out, *node);
      }
      return {};
    case Place::kJsonString:
      if (node) append_in_string(out, input, *node);
      return {};
    case Place::kText:
    case Place::kForm:
      break;
  }
  const auto text = text_of(hole, input);
  if (!text) return std::unexpected(text.error());
  if (piece.place == Place::kForm) {
    append_url_encoded(out, *text);
  } else {
    out += *text;
  }
  return {};
}

}  // namespace dataaction
