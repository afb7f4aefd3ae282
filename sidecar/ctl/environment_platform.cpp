#include "sidecar/ctl/environment_platform.h"

#include <string_view>
#include <vector>

#include "core/config/config_builder.h"

namespace dataaction {
namespace {

struct Names {
  const char* where;
  const char* id;
  const char* secret;
  const char* token;        // nullptr: there is none
  const char* usual_where;  // where that is not set; nullptr: it has to be
};
constexpr Names kOfficial = {"GENESYSCLOUD_REGION", "GENESYSCLOUD_OAUTHCLIENT_ID",
                             "GENESYSCLOUD_OAUTHCLIENT_SECRET", "GENESYSCLOUD_ACCESS_TOKEN",
                             nullptr};
constexpr Names kTutorials = {"GENESYS_BASE_URL", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET",
                              nullptr, "https://api.mypurecloud.com"};

struct Values {
  std::string where;
  std::string id;
  std::string secret;
  std::string token;

  bool any() const { return !(where + id + secret + token).empty(); }
};

Values read(const Environment& environment, const Names& names) {
  const auto value = [&](const char* name) -> std::string {
    const char* const text = name != nullptr ? environment(name) : nullptr;
    return text != nullptr ? text : "";
  };
  return {value(names.where), value(names.id), value(names.secret), value(names.token)};
}

std::optional<std::string> missing(const Values& values, const Names& names) {
  std::string name;
  if (values.where.empty()) {
    name = names.where;
  } else if (values.token.empty()) {
    if (values.id.empty()) name = names.id;
    if (values.secret.empty()) name = names.secret;
  }
  if (name.empty()) return std::nullopt;
  return "the environment names a platform, but " + name + " is not set";
}

// As if a file had these directives; each is said to be of the variable that it is from.
class Block {
 public:
  Block() {
    open({"dataaction"});
    open({"platform", kEnvironmentPlatform});
  }

  void add(std::vector<std::string_view> words, const char* from) {
    if (result_) result_ = builder_.directive(words, Position(from, 0));
  }

  std::expected<Config, std::string> close() && {
    for (int blocks = 0; blocks < 2 && result_; ++blocks) result_ = builder_.close_block();
    if (!result_) return std::unexpected(describe(result_.error()));
    return std::move(builder_).finish();
  }

 private:
  void open(std::vector<std::string_view> words) {
    if (result_) result_ = builder_.open_block(words, Position("the environment", 0));
  }

  ConfigBuilder builder_;
  ConfigResult result_;
};

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

}  // namespace

std::expected<std::optional<EnvironmentPlatform>, std::string> platform_of(
    const Environment& environment, const std::string& scope) {
  const Names* names = &kOfficial;
  Values values = read(environment, *names);
  if (!values.any()) {
    names = &kTutorials;
    values = read(environment, *names);
  }
  if (!values.any()) return std::nullopt;
  if (values.where.empty() && names->usual_where != nullptr) values.where = names->usual_where;
  if (auto message = missing(values, *names)) return std::unexpected(std::move(*message));

  Block block;
  const bool tutorial = names == &kTutorials;
  const bool is_url = values.where.starts_with("http://") || values.where.starts_with("https://");
  block.add({tutorial || is_url ? "api_url" : "region", values.where}, names->where);
  if (tutorial) block.add({"dialect", name_of(Dialect::kTutorial)}, names->where);
  std::vector<std::string_view> scope_words = words_of(scope);
  if (tutorial && !scope_words.empty()) {
    scope_words.insert(scope_words.begin(), "scope");
    block.add(std::move(scope_words), "--scope");
  }
  // A block wants both; with a token they are never used.
  block.add({"client_id", values.token.empty() ? values.id : "token"}, names->id);
  block.add({"client_secret_file", names->secret}, names->secret);
  auto config = std::move(block).close();
  if (!config) return std::unexpected(std::move(config.error()));
  if (!values.token.empty()) values.secret.clear();
  return EnvironmentPlatform{std::move(*config), std::move(values.secret), std::move(values.token)};
}

}  // namespace dataaction
