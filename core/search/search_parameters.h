// The parameters of a webhook as values for a search: a string is its text, a number as it is
// written, `true` and `false`.

#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/iso_interval.h"
#include "core/search/search_config.h"
#include "core/webhook/error_reply.h"

namespace dataaction {

inline constexpr size_t kMaxSearchValue = 1024;  // bytes

// The values for `names`, in their order, out of `json`, an object; what else is in there is
// ignored. 422 names all that are missing, empty, longer than kMaxSearchValue, of another type, or
// with a control character.
std::expected<std::vector<std::string>, ErrorReply> read_search_parameters(
    std::string_view json, const std::vector<std::string>& names);

// The span that a search is about. `now` is seconds since 1970 in UTC, `parameters` the webhook's
// JSON object. 422 for an interval out of the parameters that is none. `interval` is given().
std::expected<IsoInterval, ErrorReply> resolve_interval(const SearchInterval& interval,
                                                        std::string_view parameters, int64_t now);

}  // namespace dataaction
