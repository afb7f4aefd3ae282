#include "sidecar/ctl/platform_choice.h"

#include <cstdlib>

#include "sidecar/config_file.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/config_option.h"
#include "sidecar/ctl/environment_platform.h"
#include "sidecar/ctl/exit_codes.h"

namespace dataaction {

void PlatformChoice::declare(CommandOptions& options, const char* scope) {
  scope_ = scope;
  file_option_ = add_config_option(options, file_);
  options.add("--platform", name_, "one of the configuration's; else see ENVIRONMENT").type("NAME");
  options.add("--scope", scope_, "of the token, where GENESYS_CLIENT_ID names the client")
      .type("WORDS");
}

bool PlatformChoice::names_file() const {
  return file_option_.given();
}

std::expected<ChosenPlatform, std::string> PlatformChoice::choose() const {
  if (names_file() || !name_.empty()) return from_file();
  auto found = platform_of([](const char* name) { return std::getenv(name); }, scope_);
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return from_file();

  EnvironmentPlatform& environment = **found;
  ChosenPlatform chosen{std::move(environment.config), kEnvironmentPlatform,
                        std::move(environment.token), std::nullopt};
  if (!environment.secret.empty()) {
    auto secret = SecretMemory::create(environment.secret);
    if (!secret) return std::unexpected(std::move(secret.error()));
    chosen.config.platforms.front().client_secret_file = secret->path();
    chosen.secret.emplace(std::move(*secret));
  }
  return chosen;
}

std::expected<ChosenPlatform, std::string> PlatformChoice::from_file() const {
  auto loaded = load_config(file_);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  ChosenPlatform chosen{std::move(loaded->config), name_, "", std::nullopt};
  const std::vector<PlatformConfig>& platforms = chosen.config.platforms;
  if (name_.empty() && platforms.size() == 1) chosen.name = platforms.front().name;
  if (chosen.config.find_platform(chosen.name) != nullptr) return chosen;

  if (platforms.empty()) return std::unexpected(file_ + " has no platform");
  std::string names;
  for (const PlatformConfig& platform : platforms) names += " \"" + platform.name + '"';
  return std::unexpected((name_.empty() ? "--platform must say which:"
                                        : "unknown platform \"" + name_ + "\"; there are:") +
                         names);
}

std::shared_ptr<Platform> make_platform(const ChosenPlatform& chosen,
                                        const PlatformServices& services) {
  auto platform = std::make_shared<Platform>(chosen.platform(), services);
  if (!chosen.token.empty()) platform->use_token(chosen.token);
  return platform;
}

int fail(const PlatformFailure& failure) {
  switch (failure.fault) {
    case PlatformFault::kCancelled:
      return kExitFailure;
    case PlatformFault::kUnreachable:
      return fail(kExitFailure, failure.message);
    case PlatformFault::kMalformed:
      return fail(kExitIncomplete, failure.message);
    case PlatformFault::kCredentials:
      return fail(kExitCredentials, failure.message);
    case PlatformFault::kTimeout:
    case PlatformFault::kServer:
    case PlatformFault::kRateLimited:
    case PlatformFault::kBreakerOpen:
      return fail(kExitUnavailable, failure.message);
    default:
      return fail(exit_for_status(failure.status), failure.message);
  }
}

}  // namespace dataaction
