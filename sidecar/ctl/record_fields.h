// The members of a record's first level as the columns of a table. A record is one JSON object; of
// anything else there are none. Of members with the same name the first one counts.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dataaction {

// Names of the members that are no object or array, in their order.
std::vector<std::string> columns_of(std::string_view record);

// The values of `columns`: a string's text, anything else as it is written, null as nothing.
std::vector<std::string> values_of(std::string_view record,
                                   const std::vector<std::string>& columns);

}  // namespace dataaction
