// The sidecar's state as one record, for `dataaction_status` and `dataactionctl status`. What each
// number means is in docs/operations.md.

#pragma once

#include <string>

#include "sidecar/link/link_context.h"

namespace dataaction {

// A JSON object and a LF.
std::string status_record(const LinkContext& context);

}  // namespace dataaction
