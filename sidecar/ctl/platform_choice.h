// Which platform a command talks to: one of the configuration (`-c`, `--platform`), or else the one
// that the environment names (environment_platform.h), or else the configuration's only one.

#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "core/config/config.h"
#include "sidecar/ctl/command_line.h"
#include "sidecar/ctl/secret_memory.h"
#include "sidecar/platform/platform.h"

namespace dataaction {

struct ChosenPlatform {
  Config config;
  std::string name;                    // of one in `config`
  std::string token;                   // that was given; empty: to be asked for
  std::optional<SecretMemory> secret;  // what the platform's `client_secret_file` may be

  const PlatformConfig& platform() const { return *config.find_platform(name); }
};

class PlatformChoice {
 public:
  // `-c`, `--platform`, `--scope`. `scope`: what the command needs in the tutorial's dialect.
  void declare(CommandOptions& options, const char* scope);

  // Blocks on the disk. An error is a message.
  std::expected<ChosenPlatform, std::string> choose() const;

  const std::string& config_file() const { return file_; }
  // Whether somebody said so.
  bool names_file() const;

 private:
  std::expected<ChosenPlatform, std::string> from_file() const;

  Option file_option_;
  std::string file_;
  std::string name_;
  std::string scope_;
};

// `chosen` and what is in `services` outlive it.
std::shared_ptr<Platform> make_platform(const ChosenPlatform& chosen,
                                        const PlatformServices& services);

// Says what it is, and returns what to exit with.
int fail(const PlatformFailure& failure);

}  // namespace dataaction
