// Scripts for the completion of dataactionctl's command line, for three shells.

#pragma once

#include <string>
#include <vector>

namespace dataaction {

struct CompletedOption {
  std::vector<std::string> names;  // with their dashes
  std::string does;
  bool has_value = false;
  bool is_file = false;  // the value is a path
};

struct CompletedCommand {
  std::string name;
  std::string does;
  std::vector<CompletedOption> options;
  std::vector<CompletedCommand> commands = {};  // it has, one of which comes next
};

std::string bash_completion(const std::vector<CompletedCommand>& commands);
std::string zsh_completion(const std::vector<CompletedCommand>& commands);
std::string fish_completion(const std::vector<CompletedCommand>& commands);

}  // namespace dataaction
