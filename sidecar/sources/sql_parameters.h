// The parameters of a webhook, as values for the placeholders of an SQL statement.
//
//     string TEXT, integer INTEGER, other number REAL, true 1, false 0, null NULL,
//     array or object TEXT of its compact JSON (for json_each)

#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/webhook/error_reply.h"
#include "sidecar/store/sqlite.h"

namespace dataaction {

using SqlValue = std::variant<std::nullptr_t, int64_t, double, std::string>;

// The values for `names`, in their order, out of `json`, an object; what else is in there is
// ignored. 422 names all that are missing, or that no SQL value can hold.
std::expected<std::vector<SqlValue>, ErrorReply> read_sql_parameters(
    std::string_view json, const std::vector<std::string>& names);

// `values` stay where they are until the bindings are cleared. False: SQLite is out of memory or
// a text is too long for it.
bool bind(SqliteStatement& statement, const std::vector<SqlValue>& values);

}  // namespace dataaction
