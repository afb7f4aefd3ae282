// The daemon's log: lines as log_line.h makes them, to stderr or to a file.
//
//     log.notice("stream ended", {{"context", request.context_id}, {"records", count}});
//
// Never a secret, a key, a token or a payload. Our own instead of spdlog: it has neither nginx's
// levels, nor reopen(), nor a sink that would rather lose a line than stop the loop.
//
// Any thread may log. A line is one write(). Where the other end is a pipe or a socket whose reader
// does not keep up, lines are dropped instead of waited for, and the next one that goes is followed
// by their number.

#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "sidecar/runtime/error.h"
#include "sidecar/runtime/log_line.h"

namespace dataaction {

class Log {
 public:
  // `file` empty: stderr. Otherwise it is opened for appending, made if need be with mode 0640.
  static Result<Log> open(std::string file, LogLevel level, LogFormat format) noexcept;

  Log(Log&& other) noexcept;
  Log& operator=(Log&&) = delete;
  ~Log();

  // After the file was renamed (SIGUSR1): the next line goes into a new one. If that cannot be
  // opened, the old one stays. Does nothing on stderr.
  Result<void> reopen() noexcept;

  // For the loop's thread, as reopen().
  void set_level(LogLevel level) noexcept { level_ = level; }
  void set_format(LogFormat format) noexcept { format_ = format; }

  bool enabled(LogLevel level) const noexcept { return level <= level_; }

  using Fields = std::initializer_list<LogField>;
  void write(LogLevel level, std::string_view event, Fields fields = {}) noexcept;

  void emerg(std::string_view event, Fields f = {}) noexcept { write(LogLevel::kEmerg, event, f); }
  void alert(std::string_view event, Fields f = {}) noexcept { write(LogLevel::kAlert, event, f); }
  void crit(std::string_view event, Fields f = {}) noexcept { write(LogLevel::kCrit, event, f); }
  void error(std::string_view event, Fields f = {}) noexcept { write(LogLevel::kError, event, f); }
  void warn(std::string_view event, Fields f = {}) noexcept { write(LogLevel::kWarn, event, f); }
  void notice(std::string_view event, Fields f = {}) noexcept {
    write(LogLevel::kNotice, event, f);
  }
  void info(std::string_view event, Fields f = {}) noexcept { write(LogLevel::kInfo, event, f); }
  void debug(std::string_view event, Fields f = {}) noexcept { write(LogLevel::kDebug, event, f); }

 private:
  Log(std::string file, int fd, LogLevel level, LogFormat format) noexcept;

  bool put(std::string_view line) noexcept;

  std::string file_;
  int fd_;  // the same number for life, so that reopen() needs no lock
  std::atomic<LogLevel> level_;
  std::atomic<LogFormat> format_;
  std::atomic<uint64_t> dropped_ = 0;
};

}  // namespace dataaction
