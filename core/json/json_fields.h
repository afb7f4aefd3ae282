// The members of a JSON object that somebody asked for: its first level alone, whatever else is in
// it. For small answers; the whole text is read and checked.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/json/json_reader.h"

namespace dataaction {

struct JsonField {
  enum class Kind : uint8_t {
    kAbsent,
    kString,  // `text` is decoded
    kScalar,  // a number, true, false, null; `text` is as written
    kNested,  // an object or array, without text
  };

  Kind kind = Kind::kAbsent;
  std::string text = {};

  // Empty if it is no string.
  std::string_view string() const { return kind == Kind::kString ? text : std::string_view(); }
};

// The members called `names[i]` into `fields[i]`; both have the same size. An error says that the
// text is no JSON object, or that it has one of the names twice; `fields` then have what came
// before.
std::optional<JsonError> read_json_fields(std::string_view text,
                                          std::span<const std::string_view> names,
                                          std::span<JsonField> fields);

}  // namespace dataaction
