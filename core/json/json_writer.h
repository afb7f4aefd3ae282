// Appends JSON values to a std::string (RFC 8259). No state: the caller writes brackets and commas.
//
// What is written is always valid JSON in UTF-8, whatever the input: bytes that are not UTF-8
// become U+FFFD (one for each maximal ill-formed part, Unicode 15 section 3.9), numbers without a
// JSON form (infinities, NaN) become null.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dataaction {

// Quotes and escapes `text`: the two-character escapes where JSON has them, \u00XX for the other
// control characters, nothing else.
void append_json_string(std::string& out, std::string_view text);

void append_json_integer(std::string& out, int64_t value);
void append_json_integer(std::string& out, uint64_t value);

// The shortest digits that read back as the same double; a whole number keeps ".0", so that a
// reader sees a real and not an integer.
void append_json_real(std::string& out, double value);

// RFC 4648 section 4, padded, in quotes.
void append_json_base64(std::string& out, std::string_view bytes);

}  // namespace dataaction
