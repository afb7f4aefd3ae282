// A file that programs read whenever they like, given another text: written beside it, on the disk,
// and then renamed, so that nobody ever sees half of it, and a crash leaves one of the two.
//
// Mode and owner stay those of the file; behind a symbolic link the link stays. Two who edit files
// of one directory at once do so one after the other: flock(2) on the directory, for
// which nobody waits longer than 10 s, or than until `interrupted`. Blocks.

#pragma once

#include <sys/types.h>

#include <atomic>
#include <expected>
#include <functional>
#include <string>

namespace dataaction {

// The text that comes after `text`, or why there is none. Called once, with the lock held.
using TextEdit = std::function<std::expected<std::string, std::string>(const std::string& text)>;

inline constexpr size_t kMaxEditedFile = 4 << 20;

// Whether the file is another now: one that gets the text that it has is left alone. One that is
// not there has no text, and is made with `mode`. An error is a message, and the file as it was.
std::expected<bool, std::string> edit_file(const std::string& path, mode_t mode,
                                           const TextEdit& edit,
                                           const std::atomic<bool>* interrupted = nullptr);

}  // namespace dataaction
