// How large, and how deep, what fits a JSON schema can be: an estimate from above, for warnings.
//
// A `$ref` is not followed, and members that a schema does not declare do not count. Pure.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/json/json_tree.h"

namespace dataaction {

struct SchemaSize {
  uint64_t bytes = 0;  // of what is bounded
  size_t levels = 0;   // of objects and arrays in each other
  // Arrays without `maxItems` and strings without `maxLength`: `items`, and `items[].title` in it.
  std::vector<std::string> unbounded;
};

SchemaSize size_of_schema(const JsonTree& schema);

}  // namespace dataaction
