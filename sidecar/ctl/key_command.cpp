// `dataactionctl key`: `new`, `list` and `revoke`.

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <expected>
#include <functional>
#include <optional>

#include "core/base/civil_time.h"
#include "core/json/json_object.h"
#include "sidecar/ctl/api_key_maker.h"
#include "sidecar/ctl/command_group.h"
#include "sidecar/ctl/file_edit.h"
#include "sidecar/ctl/format_option.h"
#include "sidecar/ctl/key_list.h"
#include "sidecar/ctl/output.h"
#include "sidecar/exit_code.h"
#include "sidecar/runtime/disk_file.h"

namespace dataaction {
namespace {

// Who reads it is nginx's master process, as root.
constexpr mode_t kKeyFileMode = 0600;
constexpr const char* kReload = "nginx knows it when it has been reloaded: nginx -s reload";

Option add_file_option(CommandOptions& options, std::string& file, const char* does) {
  return options.add("--file", file, does).type("FILE");
}

int refuse(const std::string& file, const KeyListError& error) {
  return fail(error.damaged ? kExitConfiguration : kExitUsage, file + ": " + error.message);
}

using KeyEdit = std::function<std::expected<std::string, KeyListError>(const std::string& text)>;

// An exit code.
int edit_keys(const std::string& file, const KeyEdit& edit) {
  std::optional<KeyListError> refused;
  const auto edited = edit_file(
      file, kKeyFileMode, [&](const std::string& text) -> std::expected<std::string, std::string> {
        auto after = edit(text);
        if (after) return std::move(*after);
        refused = std::move(after.error());
        return std::unexpected(refused->message);
      });
  if (edited) return kExitOk;
  return refused ? refuse(file, *refused) : fail(kExitFailure, edited.error());
}

std::string now() {
  using std::chrono::system_clock;
  return format_iso_time(system_clock::to_time_t(system_clock::now()));
}

class NewKeyCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    options.add("LABEL", label_, "what logs call the key's owner").required();
    add_file_option(options, file_, "the key file: gets the line, and the key goes to stdout");
  }

  int run() override {
    const auto made = make_api_key(label_);
    if (!made) return fail(kExitUsage, made.error());
    return file_.empty() ? show(*made) : add(*made);
  }

 private:
  static int show(const NewApiKey& made) {
    std::fprintf(stderr, "The line for dataaction_api_key_file:\n");
    // First: a key without its line is of no use.
    if (const int code = print_out(made.line + '\n'); code != kExitOk) return code;
    const int shown = std::fprintf(stderr, "The key, shown this once; send it as X-API-Key:\n%s\n",
                                   made.key.c_str());
    return shown < 0 ? kExitFailure : kExitOk;
  }

  int add(const NewApiKey& made) const {
    const int added =
        edit_keys(file_, [&](const std::string& text) { return add_key(text, made.line, now()); });
    if (added != kExitOk) return added;
    if (const int shown = print_out(made.key + '\n'); shown != kExitOk) {
      say(fmt::format("nobody has seen the key \"{}\": revoke it", label_));
      return shown;
    }
    say(fmt::format("the key \"{}\" is shown this once; send it as X-API-Key. {}", label_,
                    kReload));
    return kExitOk;
  }

  std::string label_;
  std::string file_;
};

class ListKeysCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    add_file_option(options, file_, "the key file").required();
    format_.declare(options);
  }

  int run() override {
    const auto text = read_disk_file(file_, kMaxEditedFile);
    if (!text) return fail(kExitFailure, text.error());
    const auto keys = list_keys(*text);
    if (!keys) return refuse(file_, keys.error());
    std::string records;
    for (const ListedKey& key : *keys) {
      {
        JsonObject record(records);
        record.string("label", key.label);
        if (!key.made.empty()) record.string("made", key.made);
        record.string("sha256", key.digest + "...");
      }
      records += '\n';
    }
    std::string out;
    const auto formatter = format_.make({"label", "made", "sha256"});
    formatter->add(records, out);
    formatter->end(out);
    return print_out(out);
  }

 private:
  std::string file_;
  FormatOption format_{RecordFormat::kTable};
};

class RevokeKeyCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    options.add("LABEL", label_, "of the key").required();
    add_file_option(options, file_, "the key file").required();
  }

  int run() override {
    const int removed =
        edit_keys(file_, [&](const std::string& text) { return remove_key(text, label_); });
    if (removed != kExitOk) return removed;
    say(fmt::format("the key \"{}\" is good until nginx is reloaded: nginx -s reload", label_));
    return kExitOk;
  }

 private:
  std::string label_;
  std::string file_;
};

constexpr std::array<CommandEntry, 3> kKeyCommands = {{
    {"new", "make a key: without --file it goes to stderr, and its line for the file to stdout",
     [] -> std::unique_ptr<Command> { return std::make_unique<NewKeyCommand>(); }},
    {"list", "list the keys of a file",
     [] -> std::unique_ptr<Command> { return std::make_unique<ListKeysCommand>(); }},
    {"revoke", "take a key out of a file",
     [] -> std::unique_ptr<Command> { return std::make_unique<RevokeKeyCommand>(); }},
}};

}  // namespace

std::unique_ptr<Command> make_key_command() {
  return std::make_unique<CommandGroup>(kKeyCommands);
}

}  // namespace dataaction
