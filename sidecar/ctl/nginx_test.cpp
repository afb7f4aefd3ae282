#include "sidecar/ctl/nginx_test.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>
#include <vector>

namespace dataaction {
namespace {

constexpr size_t kMaxOutput = 4096;

std::unexpected<std::string> failed(const char* what, int code) {
  return std::unexpected(std::string(what) + ": " + std::generic_category().message(code));
}

// Ours without the platform's secrets.
std::vector<char*> environment() {
  std::vector<char*> kept;
  for (char** each = ::environ; *each != nullptr; ++each) {
    if (!std::string_view(*each).starts_with("GENESYS")) kept.push_back(*each);
  }
  kept.push_back(nullptr);
  return kept;
}

// 0, or an errno.
int spawn(const char* program, const std::string& file, int output, pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  std::vector<std::string> words = {"nginx", "-t", "-q"};
  if (!file.empty()) words.insert(words.end(), {"-c", file});
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  // We ignore it; nginx is to find it as it is.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int code =
      ::posix_spawnp(&pid, program, &actions, &attributes, argv.data(), environment().data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 1024> piece;
  for (;;) {
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (text.size() < kMaxOutput) text.append(piece.data(), static_cast<size_t>(got));
  }
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

std::expected<void, std::string> test_nginx(const std::string& file) {
  std::array<int, 2> pipe;
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return failed("pipe", errno);
  pid_t pid = -1;
  int code = spawn("nginx", file, pipe[1], pid);
  // Where Debian has it, which is not in everybody's PATH.
  if (code == ENOENT) code = spawn("/usr/sbin/nginx", file, pipe[1], pid);
  ::close(pipe[1]);
  const std::string said = read_all(pipe[0]);
  ::close(pipe[0]);
  if (code != 0) return failed("cannot run nginx", code);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return std::unexpected(said.empty() ? "nginx -t failed and said nothing" : said);
}

}  // namespace dataaction
