// `$ref` (draft-07 core, section 8.3): references into the same document, `#` and `#/a/b`, the
// latter a JSON pointer in a URI's fragment (RFC 6901, section 6). What stands beside a `$ref` has
// no meaning. There is nobody to fetch another document from, and names given by `id` or `$id` are
// not known.

#pragma once

#include <expected>
#include <string>

#include "core/contract/json_document.h"

namespace dataaction {

// What is wrong with a schema, and with which value of its document.
struct SchemaProblem {
  std::string message;
  const JsonValue* at;
};

// What `schema`, a value of `root`, refers to in the end; itself if it has no `$ref`.
std::expected<const JsonValue*, SchemaProblem> follow_references(const JsonValue& root,
                                                                 const JsonValue& schema);

}  // namespace dataaction
