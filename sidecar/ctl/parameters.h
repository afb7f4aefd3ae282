// Parameters from the command line, as the JSON object that a webhook, an action or a search takes.

#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace dataaction {

// The type of a parameter, in the words of JSON Schema: `string`; empty: it may be any.
using TypeOfParameter = std::function<std::string(std::string_view name)>;

// Of `-p NAME=VALUE` words: a value that is JSON is taken as it is, anything else as a string, so
// that `-p limit=3` is a number and `-p name=Jo` needs no quotes. Where there is a type, a value of
// another one is a mistake, and of a string the value is what it says: `-p id=7`. An error is a
// message.
std::expected<std::string, std::string> make_parameters(const std::vector<std::string>& words,
                                                        const TypeOfParameter& type_of = {});

// Of `--body FILE`, or standard input for `-`: at most kMaxParameters bytes, a JSON object. Blocks.
inline constexpr size_t kMaxParameters = 16 << 20;
std::expected<std::string, std::string> read_parameters(const std::string& file);

// Whichever of both was given: `{}` if none was.
std::expected<std::string, std::string> choose_parameters(const std::vector<std::string>& words,
                                                          const std::string& file,
                                                          const TypeOfParameter& type_of = {});

}  // namespace dataaction
