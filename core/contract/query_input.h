// The input of a GET webhook: a query string (application/x-www-form-urlencoded, URL Standard,
// section 5.1) as the JSON object that a POST would have had in its body.
//
// What a value becomes is decided by the input schema's type of the member: a number, true or false
// where it is one (or null where it is null), an array of such where it is an array, however often
// the name appears, and a string otherwise; so also where the schema says no type, or several, or
// does not know the name. Names are taken whole: "a.b" is a member of that name. Objects cannot be
// written.

#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "core/contract/json_schema.h"
#include "core/webhook/error_reply.h"

namespace dataaction {

inline constexpr size_t kMaxQueryFields = 1000;
// In the code of a detail, before the rule of the schema that an input breaks.
inline constexpr std::string_view kContractRule = "dataaction.contract.";

// A compact JSON object, in the order in which names first appear. Whether it is as `schema` says
// is left to JsonSchema::check.
//
// Refusals: 400 for what cannot be read (a % without two hexadecimal digits after it, which the URL
// Standard would let pass, bytes that are not UTF-8, more than kMaxQueryFields fields); 422 for a
// value that is not of its type, for a name that appears twice where there is no array, and for an
// object, all with the name as the detail's field, and "type" as the rule.
std::expected<std::string, ErrorReply> read_query_input(std::string_view args,
                                                        const JsonSchema& schema);

}  // namespace dataaction
