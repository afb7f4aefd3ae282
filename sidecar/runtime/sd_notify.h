// What systemd wants to hear (sd_notify(3), Type=notify-reload): a datagram to the socket that
// NOTIFY_SOCKET names. Ours instead of libsystemd's, which is a large dependency for one sendto().
//
// Without a NOTIFY_SOCKET every call succeeds and does nothing. A call blocks only while the
// manager's queue is full, and gives up after a second.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sidecar/runtime/error.h"

namespace dataaction {

class SdNotify {
 public:
  // Reads NOTIFY_SOCKET (a path, or @name for the abstract namespace), WATCHDOG_USEC and
  // WATCHDOG_PID.
  static Result<SdNotify> from_environment() noexcept;

  SdNotify(SdNotify&& other) noexcept;
  SdNotify& operator=(SdNotify&&) = delete;
  ~SdNotify();

  Result<void> ready() noexcept;
  Result<void> reloading() noexcept;  // then ready() when it is done
  Result<void> stopping() noexcept;
  Result<void> status(std::string_view text) noexcept;  // one line for `systemctl status`
  Result<void> watchdog() noexcept;                     // we are alive

  // How often the manager wants watchdog(): send it at half of this. nullopt: it does not watch us.
  std::optional<std::chrono::microseconds> watchdog_interval() const { return watchdog_interval_; }

 private:
  explicit SdNotify(int fd) noexcept : fd_(fd) {}

  Result<void> send(std::string_view state) noexcept;

  int fd_;  // -1: nobody listens
  std::optional<std::chrono::microseconds> watchdog_interval_;
};

}  // namespace dataaction
