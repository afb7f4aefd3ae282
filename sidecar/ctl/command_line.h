// The command line, by CLI11. Its header takes ten seconds of the compiler's time wherever it is
// included, which is here alone.
//
// CommandOptions write into variables when the line is parsed; the variables outlive that.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sidecar/ctl/completion.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace dataaction {

// One that has been added; what it says of itself is for --help, or a rule for its value.
class Option {
 public:
  Option() = default;

  Option& type(const char* name);  // of its value: "FILE"
  Option& show_default();
  Option& required();
  Option& one_of(const std::vector<std::string>& words);
  Option& between(unsigned least, unsigned most);
  Option& split_at(char delimiter);
  Option& excludes(const Option& other);

  // Whether it was on the command line.
  bool given() const;

 private:
  friend class CommandOptions;
  explicit Option(CLI::Option* option) : option_(option) {}

  CLI::Option* option_ = nullptr;
};

// Those of a command, or of the program. `names` is as in "-o,--output"; a name without a dash is
// an argument.
class CommandOptions {
 public:
  // A command of this one, of which one has to be named when there are any.
  CommandOptions add_command(const char* name, const char* does);
  // Whether the line names this command; when it has been parsed.
  bool named() const;

  Option add(const char* names, std::string& value, const char* does);
  Option add(const char* names, unsigned& value, const char* does);
  // May be given again and again, with a value each time.
  Option add(const char* names, std::vector<std::string>& values, const char* does);
  Option flag(const char* names, bool& value, const char* does);

  // The program's commands and their options, this one's among them; when all are there.
  std::vector<CompletedCommand> describe_all() const;

 private:
  friend class CommandLine;
  explicit CommandOptions(CLI::App* app) : app_(app) {}

  CLI::App* app_;
};

class CommandLine {
 public:
  CommandLine(const char* program, const char* does, const std::string& version,
              const char* footer);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  CommandOptions options();

  // What to exit with where there is nothing left to do: after --help, or a mistake, which has been
  // said.
  std::optional<int> parse(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace dataaction
