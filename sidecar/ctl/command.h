// One command of dataactionctl: its options, and what it does. commands.cpp lists them.

#pragma once

#include <memory>
#include <string>

#include "sidecar/ctl/command_line.h"

namespace dataaction {

class Command {
 public:
  virtual ~Command() = default;

  // Adds its options, which write into this object when the line is parsed.
  virtual void declare(CommandOptions& options) = 0;
  // When all has been parsed. An exit code.
  virtual int run() = 0;
};

// "dataactionctl: MESSAGE" to stderr; returns `code`.
int fail(int code, const std::string& message);
void say(const std::string& message);

std::unique_ptr<Command> make_actions_command();
std::unique_ptr<Command> make_check_command();
std::unique_ptr<Command> make_completion_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_invoke_command();
std::unique_ptr<Command> make_ipranges_command();
std::unique_ptr<Command> make_key_command();
std::unique_ptr<Command> make_search_command();
std::unique_ptr<Command> make_status_command();
std::unique_ptr<Command> make_stream_command();
std::unique_ptr<Command> make_token_command();

}  // namespace dataaction
