// Parameters from the command line, as the JSON object that a webhook, an action or a search takes.

#pragma once

#include <expected>
#include <string>
#include <vector>

namespace dataaction {

// Of `-p NAME=VALUE` words: a value that is JSON is taken as it is, anything else as a string, so
// that `-p limit=3` is a number and `-p name=Jo` needs no quotes. An error is a message.
std::expected<std::string, std::string> make_parameters(const std::vector<std::string>& words);

// Of `--body FILE`, or standard input for `-`: at most kMaxParameters bytes, a JSON object. Blocks.
inline constexpr size_t kMaxParameters = 16 << 20;
std::expected<std::string, std::string> read_parameters(const std::string& file);

// Whichever of both was given: `{}` if none was.
std::expected<std::string, std::string> choose_parameters(const std::vector<std::string>& words,
                                                          const std::string& file);

}  // namespace dataaction
