// Checks one value against a schema: a visitor over valijson's constraints. What fails is named by
// its keyword and its place.
//
// Alternatives (`anyOf`, `oneOf`) and `not` fail as a whole; `allOf`, `then`, `else`, `$ref` and
// `dependencies` on a schema name what fails inside. A schema that is `false` has no keyword, and
// fails as "false". Whatever cannot be decided within the effort fails under the keyword that was
// at work, also inside `not`: nothing passes because it was too much.
//
// Recursion is as deep as the value times SchemaGraph::kMaxInPlace.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/contract/effort.h"
#include "core/contract/schema_model.h"
#include "core/webhook/error_reply.h"

namespace dataaction {

enum class Conditions : uint8_t { kHold, kPass };  // kPass: `then` and `else` allow everything

// What is wrong with `value`, at most `max_details`; nothing if it is as `model` says. The depth of
// `value` is the caller's to bound, and no object in it has a name twice.
std::vector<ErrorDetail> check_value(const SchemaModel& model, const JsonValue& value,
                                     size_t max_details, Effort& effort,
                                     Conditions conditions = Conditions::kHold);

}  // namespace dataaction
