// Text that somebody else wrote, made fit for a message and a log line.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dataaction {

// All of `text`, in valid UTF-8 and on one line: control characters are spaces, and what is not
// UTF-8 is `?`.
std::string on_one_line(std::string_view text);

// At most `most` bytes of `text`, in valid UTF-8 and on one line: control characters are spaces,
// several spaces are one, what is not UTF-8 is `?`, a word of more than `longest_word` bytes is
// `[...]`, because it could be a key, and after a cut comes `...`. `most` is at least 8.
std::string excerpt(std::string_view text, size_t most, size_t longest_word);

}  // namespace dataaction
