#include "sidecar/ctl/command_line.h"

#include <iostream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "sidecar/ctl/output.h"
#include "sidecar/exit_code.h"

namespace dataaction {
namespace {

// Those of `parent`, and theirs.
std::vector<CompletedCommand> describe_commands(const CLI::App& parent) {
  std::vector<CompletedCommand> commands;
  for (const CLI::App* app : parent.get_subcommands({})) {
    CompletedCommand& command = commands.emplace_back();
    command.name = app->get_name();
    command.does = app->get_description();
    command.commands = describe_commands(*app);
    for (const CLI::Option* option : app->get_options()) {
      if (option->get_positional()) continue;
      CompletedOption& completed = command.options.emplace_back();
      for (const std::string& name : option->get_snames()) completed.names.push_back('-' + name);
      for (const std::string& name : option->get_lnames()) completed.names.push_back("--" + name);
      completed.does = option->get_description();
      completed.has_value = option->get_items_expected_max() > 0;
      const std::string type = option->get_type_name();
      completed.is_file = type == "FILE" || type == "PATH";
    }
  }
  return commands;
}

}  // namespace

Option& Option::type(const char* name) {
  option_->type_name(name);
  return *this;
}

Option& Option::show_default() {
  option_->capture_default_str();
  return *this;
}

Option& Option::required() {
  option_->required();
  return *this;
}

Option& Option::one_of(const std::vector<std::string>& words) {
  option_->check(CLI::IsMember(words));
  return *this;
}

Option& Option::between(unsigned least, unsigned most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Option& Option::split_at(char delimiter) {
  option_->delimiter(delimiter);
  return *this;
}

Option& Option::excludes(const Option& other) {
  option_->excludes(other.option_);
  return *this;
}

bool Option::given() const {
  return option_->count() > 0;
}

CommandOptions CommandOptions::add_command(const char* name, const char* does) {
  app_->require_subcommand(1);
  return CommandOptions(app_->add_subcommand(name, does));
}

bool CommandOptions::named() const {
  return app_->parsed();
}

Option CommandOptions::add(const char* names, std::string& value, const char* does) {
  return Option(app_->add_option(names, value, does));
}

Option CommandOptions::add(const char* names, unsigned& value, const char* does) {
  return Option(app_->add_option(names, value, does));
}

Option CommandOptions::add(const char* names, std::vector<std::string>& values, const char* does) {
  return Option(app_->add_option(names, values, does)->allow_extra_args(false));
}

Option CommandOptions::flag(const char* names, bool& value, const char* does) {
  return Option(app_->add_flag(names, value, does));
}

std::vector<CompletedCommand> CommandOptions::describe_all() const {
  return describe_commands(*app_->get_parent());
}

CommandLine::CommandLine(const char* program, const char* does, const std::string& version,
                         const char* footer)
    : app_(std::make_unique<CLI::App>(does, program)) {
  app_->set_version_flag("-v,--version", version);
  app_->footer(footer);
}

CommandLine::~CommandLine() = default;

CommandOptions CommandLine::options() {
  return CommandOptions(app_.get());
}

std::optional<int> CommandLine::parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream asked_for;
    std::ostringstream mistake;
    if (app_->exit(error, asked_for, mistake) == 0) return print_out(asked_for.str());
    std::cerr << app_->get_name() << ": " << mistake.str();
    return kExitUsage;
  }
  return std::nullopt;
}

}  // namespace dataaction
