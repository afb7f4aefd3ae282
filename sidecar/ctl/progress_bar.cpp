#include "sidecar/ctl/progress_bar.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace dataaction {
namespace {

constexpr std::chrono::milliseconds kPause{100};
constexpr size_t kBar = 20;  // columns

double seconds_of(std::chrono::milliseconds time) {
  return std::max<double>(1, static_cast<double>(time.count())) / 1000;
}

uint64_t rate_of(const Progressed& done) {
  return static_cast<uint64_t>(static_cast<double>(done.records) / seconds_of(done.time));
}

std::string size_text(uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  auto size = static_cast<double>(bytes);
  std::string_view unit;
  for (const std::string_view larger : {"kB", "MB", "GB", "TB"}) {
    size /= 1000;
    unit = larger;
    if (size < 999.95) break;
  }
  return fmt::format("{:.1f} {}", size, unit);
}

std::string time_text(uint64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7200) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h", seconds / 3600);
}

size_t terminal_width() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

bool is_watched() {
  const char* const terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

}  // namespace

std::string progress_line(const Progressed& done, size_t width) {
  std::string line;
  const uint64_t rate = rate_of(done);
  if (done.total && *done.total > 0) {
    const uint64_t total = std::max(*done.total, done.records);
    const double part = static_cast<double>(done.records) / static_cast<double>(total);
    const auto filled = static_cast<size_t>(part * kBar);
    line = fmt::format("[{:<{}}] {}% {} of {} records, {}/s", std::string(filled, '='), kBar,
                       static_cast<unsigned>(part * 100), done.records, total, rate);
    if (rate > 0) line += fmt::format(", {} left", time_text((total - done.records) / rate));
  } else {
    line = fmt::format("{} records, {}, {}/s", done.records, size_text(done.bytes), rate);
  }
  return line.substr(0, width);
}

std::string summary(const Progressed& done) {
  return fmt::format("{} records, {} in {:.1f} s, {} records/s", done.records,
                     size_text(done.bytes), seconds_of(done.time), rate_of(done));
}

ProgressBar::ProgressBar(Clock& clock, bool hidden)
    : clock_(clock), shown_(!hidden && is_watched()), begin_(clock.now()), next_(begin_ + kPause) {}

void ProgressBar::update(uint64_t records, uint64_t bytes, std::optional<uint64_t> total) {
  const Clock::TimePoint now = clock_.now();
  done_ = {records, bytes, total, now - begin_};
  if (!shown_ || now < next_) return;
  next_ = now + kPause;
  drawn_ = true;
  // To the line's beginning, and its old end erased: ECMA-48, 8.3.41.
  std::fprintf(stderr, "\r%s\x1b[K", progress_line(done_, terminal_width() - 1).c_str());
}

void ProgressBar::clear() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

}  // namespace dataaction
