// The formats of JSON Schema that are checked: `date`, `time` and `date-time`, which are full-date,
// full-time and date-time of RFC 3339, section 5.6. The drafts leave it to us which formats mean
// something; all others do not.

#pragma once

#include <string_view>

namespace dataaction {

// False if `format` is one of the three and `text` is not of it.
bool has_format(std::string_view text, std::string_view format);

}  // namespace dataaction
