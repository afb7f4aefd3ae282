// Makes the constraints of a schema from its document, and says what is wrong with it: every
// keyword that the draft knows has its form checked (the meta-schemas of draft-04 and draft-07),
// also where it would have no effect. Unknown keywords pass, and in draft-04 those of draft-07 are
// unknown. Beyond the meta-schema this refuses what could not work: an empty `enum`, a pattern that
// does not compile, NUL in a name, a reference that leads nowhere.

#pragma once

#include <optional>

#include "core/contract/schema_model.h"
#include "core/contract/schema_reference.h"

namespace dataaction {

// Fills in all of `model` but the document, which is there.
std::optional<SchemaProblem> build_schema(SchemaModel& model);

}  // namespace dataaction
