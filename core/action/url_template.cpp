#include "core/action/url_template.h"

#include <algorithm>
#include <utility>

#include "core/action/url_text.h"
#include "core/base/form_encoding.h"
#include "core/platform/base_url.h"

namespace dataaction {
namespace {

// Where scheme, host and port end.
size_t origin_end(std::string_view text) {
  const size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::min(text.find('/'), text.size());
  return std::min(text.find_first_of("/?#", scheme_end + 3), text.size());
}

std::expected<std::string, std::string> read_origin(std::string_view text) {
  if (text.contains("${")) {
    return std::unexpected("scheme, host and port are literal: no \"${\" before the path begins");
  }
  auto origin = parse_base_url(text);
  if (!origin) return std::unexpected("it must be " + std::string(origin.error()));
  return std::move(*origin);
}

}  // namespace

std::expected<UrlTemplate, std::string> UrlTemplate::parse(std::string_view text) {
  if (text.size() > kMaxSize) {
    return std::unexpected("it must be at most " + std::to_string(kMaxSize) + " bytes long");
  }
  const size_t path = origin_end(text);
  auto origin = read_origin(text.substr(0, path));
  if (!origin) return std::unexpected(std::move(origin.error()));
  auto pieces = parse_template(text.substr(path));
  if (!pieces) return std::unexpected(std::move(pieces.error()));

  UrlTemplate self;
  self.origin_ = std::move(*origin);
  for (TemplatePiece& piece : *pieces) {
    if (piece.text.contains('#')) return std::unexpected("it must be a URL without a fragment");
    if (piece.hole && piece.hole->is_whole_input()) {
      return std::unexpected("\"${*}\", the whole input, has no place in a URL");
    }
    add_field(self.fields_, piece);
    if (auto added = self.add(std::move(piece)); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  if (auto checked = self.check_segments(); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  return self;
}

// Cuts a piece where segments and the path end.
std::expected<void, std::string> UrlTemplate::add(TemplatePiece piece) {
  std::string_view text = piece.text;
  if (query_.empty()) {
    const size_t end = std::min(text.find('?'), text.size());
    std::string_view path = text.substr(0, end);
    text.remove_prefix(end);
    if (auto checked = check_url_text(path, UrlPart::kPath); !checked) return checked;
    for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
      segments_.back().push_back({std::string(path.substr(0, slash))});
      segments_.emplace_back();
      path.remove_prefix(slash + 1);
    }
    if (text.empty()) {
      segments_.back().push_back({std::string(path), 0, std::move(piece.hole)});
      return {};
    }
    segments_.back().push_back({std::string(path)});
  }
  if (auto checked = check_url_text(text, UrlPart::kQuery); !checked) return checked;
  query_.push_back({std::string(text), 0, std::move(piece.hole)});
  return {};
}

// The path begins with a slash, so its first part is nothing; and what is literal has no `..`.
std::expected<void, std::string> UrlTemplate::check_segments() {
  if (segments_.size() > 1) segments_.erase(segments_.begin());
  for (const Pieces& segment : segments_) {
    std::string text;
    bool literal = true;
    for (const TemplatePiece& piece : segment) {
      text += piece.text;
      literal = literal && !piece.hole;
    }
    if (literal && has_dot_segment(text)) {
      return std::unexpected("\".\" and \"..\" are no parts of its path");
    }
  }
  return {};
}

std::expected<std::string, Misfit> UrlTemplate::render(const JsonTree& input) const {
  std::string out = origin_;
  for (const Pieces& segment : segments_) {
    out += '/';
    const size_t begin = out.size();
    if (auto added = append(out, segment, input); !added) return std::unexpected(added.error());
    const auto hole = std::ranges::find_if(
        segment, [](const TemplatePiece& piece) { return piece.hole.has_value(); });
    if (hole == segment.end()) continue;
    const std::string_view written = std::string_view(out).substr(begin);
    if (written.empty()) {
      return std::unexpected(
          wrong_field(kMissing, *hole->hole, "a part of the path would be empty"));
    }
    if (has_dot_segment(written)) {
      return std::unexpected(
          wrong_field(kWrongText, *hole->hole, "a part of the path would be \".\" or \"..\""));
    }
  }
  if (auto added = append(out, query_, input); !added) return std::unexpected(added.error());
  return out;
}

std::expected<void, Misfit> UrlTemplate::append(std::string& out, const Pieces& pieces,
                                                const JsonTree& input) const {
  for (const TemplatePiece& piece : pieces) {
    out += piece.text;
    if (piece.hole) {
      const auto value = text_of(*piece.hole, input);
      if (!value) return std::unexpected(value.error());
      // Encoded it is not shorter.
      if (value->size() > kMaxSize) return std::unexpected(longest_field(fields_, input, kMaxSize));
      append_url_encoded(out, *value);
    }
    if (out.size() > kMaxSize && !fields_.empty()) {
      return std::unexpected(longest_field(fields_, input, kMaxSize));
    }
  }
  return {};
}

}  // namespace dataaction
