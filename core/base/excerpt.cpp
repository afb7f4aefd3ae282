#include "core/base/excerpt.h"

#include <algorithm>

#include "core/base/utf8.h"

namespace dataaction {
namespace {

constexpr std::string_view kHidden = "[...]";
constexpr std::string_view kCut = "...";

// U+0080 to U+009F are control characters too.
bool is_control(std::string_view sequence) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(sequence[at]); };
  if (sequence.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  return sequence.size() == 2 && byte(0) == 0xC2 && byte(1) < 0xA0;
}

// Shortens to `most` bytes, between two characters.
void cut(std::string& text, size_t most) {
  if (text.size() <= most) return;
  size_t size = most - kCut.size();
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  text += kCut;
}

}  // namespace

std::string on_one_line(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Utf8Sequence found = read_utf8(text.data(), text.data() + text.size());
    const std::string_view sequence = text.substr(0, found.size);
    text.remove_prefix(found.size);
    if (!found.valid) {
      out += '?';
    } else if (is_control(sequence)) {
      out += ' ';
    } else {
      out += sequence;
    }
  }
  return out;
}

std::string excerpt(std::string_view text, size_t most, size_t longest_word) {
  const std::string clean = on_one_line(text);
  std::string_view rest = clean;
  std::string out;
  while (!rest.empty() && out.size() <= most) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (word.empty()) continue;
    if (!out.empty()) out += ' ';
    out += word.size() > longest_word ? kHidden : word;
  }
  cut(out, most);
  return out;
}

}  // namespace dataaction
