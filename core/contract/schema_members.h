// What a schema says about members of the values that it describes, for those who read and write
// them: a query string, an output map. A member is named as "a", "a.b" or "items[].name".
//
// Where a schema says something by alternatives or conditions, a member counts as known if one of
// them declares it; the type to read it as is what every schema that says one says. What must not
// be refused if it can work goes by the type that it has for certain.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/contract/json_document.h"
#include "core/json/json_type.h"

namespace dataaction {

// `root` is a schema without problems (schema_builder.h).
std::optional<JsonType> type_of_member(const JsonValue& root, std::string_view member);
// The one type that it can have, whichever alternatives and conditions hold.
std::optional<JsonType> certain_type_of_member(const JsonValue& root, std::string_view member);
bool knows_member(const JsonValue& root, std::string_view member);
std::vector<std::string> required_members(const JsonValue& root);

}  // namespace dataaction
