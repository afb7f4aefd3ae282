// `dataactionctl search`: the options. conversation_list.h does it.

#include <algorithm>

#include "core/base/ascii.h"
#include "core/config/config_search.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/conversation_list.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/format_option.h"
#include "sidecar/ctl/parameters.h"
#include "sidecar/runtime/disk_file.h"
#include "sidecar/sources/search_body.h"

namespace dataaction {
namespace {

// base64url: RFC 4648, section 5.
constexpr bool is_cursor_char(char c) {
  return is_ascii_alnum(c) || c == '-' || c == '_';
}

class SearchCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    query_option_ = options.add("QUERY", query_, "as in the directive `search`");
    choice_.declare(options, "search:query");
    declare_search(options);
    options.add("-p,--param", parameters_, "a value for :NAME in the query").type("NAME=VALUE");
    format_.declare(options);
    options.add("--columns", run_.columns, "of csv and table; else the first record's")
        .type("NAMES")
        .split_at(',');
    options.add("-o,--output", run_.output, "where to: appears when it is whole").type("FILE");
    options.add("--resume", resume_, "where to go on: a cursor, or a file with one").type("CURSOR");
    options.flag("-q,--quiet", run_.quiet, "no progress and no summary");
    options.flag("--trace", trace_, "show the requests as curl commands");
  }

  int run() override {
    if (!query_option_.given() && !directives_[kQueryFile].option.given()) {
      return fail(kExitUsage, "QUERY or --query-file is required");
    }
    const auto chosen = choice_.choose();
    if (!chosen) return fail(kExitConfiguration, chosen.error());
    auto search = read_search(*chosen);
    if (!search) return fail(kExitUsage, search.error().message);
    auto parameters = make_parameters(parameters_);
    if (!parameters) return fail(kExitUsage, parameters.error());
    run_.search = std::move(*search);
    run_.parameters = std::move(*parameters);
    run_.format = format_.format();
    auto cursor = read_cursor();
    if (!cursor) return fail(kExitUsage, cursor.error());
    run_.cursor = std::move(*cursor);
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(list_conversations(**session, *chosen, run_));
  }

 private:
  // An option that is a directive's argument.
  struct Directive {
    const char* name;
    std::string value = {};
    Option option = {};
  };

  void declare_search(CommandOptions& options) {
    const auto add = [&](const char* name, size_t index, const char* type, const char* does) {
      Directive& directive = directives_[index];
      directive.option = options.add(name, directive.value, does).type(type);
    };
    add("--query-file", kQueryFile, "FILE", "a whole query instead, as in the directive `body`");
    add("--backend", 0, "NAME", "tutorial_search, details_query or details_jobs");
    add("--interval", 1, "ISO/ISO", "when the conversations were");
    add("--last", 2, "TIME", "the same, up to now: 1d");
    add("--sort", 3, "FIELD[:asc|:desc]", "the order");
    add("--max", 4, "N", "so many at most");
    add("--page-size", 5, "N", "conversations of one request");
    directives_[2].option.excludes(directives_[1].option);
    directives_[kQueryFile].option.excludes(query_option_);
  }

  // As the directives of a source would say it.
  std::expected<SearchSource, ConfigError> read_search(const ChosenPlatform& chosen) const {
    std::vector<std::string_view> words = {"search", chosen.name};
    if (query_option_.given()) words.emplace_back(query_);
    auto search = parse_search(words);
    if (!search) return std::unexpected(ConfigError{std::move(search.error()), {}});
    SourceConfig source{"search", std::move(*search), {}, {}};
    SearchDraft draft;
    for (const Directive& directive : directives_) {
      if (!directive.option.given()) continue;
      std::vector<std::string_view> given = {directive.name};
      const std::string_view value = directive.value;
      const size_t colon =
          directive.name == std::string_view("sort") ? value.find(':') : std::string_view::npos;
      given.push_back(value.substr(0, colon));
      if (colon != std::string_view::npos) given.push_back(value.substr(colon + 1));
      if (auto set = draft.set(given, {}); !set) return std::unexpected(set.error());
    }
    if (auto done = draft.finish(chosen.config, source); !done) {
      return std::unexpected(done.error());
    }
    auto& made = std::get<SearchSource>(source.kind);
    if (auto loaded = load_search_body(made); !loaded) {
      return std::unexpected(ConfigError{std::move(loaded.error()), {}});
    }
    return std::move(made);
  }

  // A cursor, or the name of a file with one: what no cursor looks like is a file.
  std::expected<std::string, std::string> read_cursor() const {
    if (resume_.empty()) return resume_;
    auto text = read_disk_file(resume_, kMaxCursorFile);
    if (text) return text->substr(0, text->find('\n'));
    if (std::ranges::all_of(resume_, is_cursor_char)) return resume_;
    return std::unexpected(std::move(text.error()));
  }

  static constexpr size_t kQueryFile = 6;
  static constexpr size_t kMaxCursorFile = 64 << 10;

  PlatformChoice choice_;
  std::string query_;
  Option query_option_;
  std::array<Directive, 7> directives_ = {
      {{"backend"}, {"interval"}, {"last"}, {"sort"}, {"max_results"}, {"page_size"}, {"body"}}};
  std::vector<std::string> parameters_;
  FormatOption format_{RecordFormat::kNdjson};
  std::string resume_;
  bool trace_ = false;
  ConversationRun run_;
};

}  // namespace

std::unique_ptr<Command> make_search_command() {
  return std::make_unique<SearchCommand>();
}

}  // namespace dataaction
