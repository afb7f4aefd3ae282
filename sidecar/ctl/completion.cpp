#include "sidecar/ctl/completion.h"

#include <fmt/format.h>

namespace dataaction {
namespace {

// In single quotes, for each of the three; fish takes a backslash in there, the others a detour.
std::string quoted(std::string_view text, std::string_view apostrophe) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += apostrophe;
    } else {
      out += c;
    }
  }
  return out += '\'';
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

// In zsh's specifications `:` and `]` end a text.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']') out += '\\';
    out += c;
  }
  return out;
}

constexpr std::string_view kShellApostrophe = R"('\'')";
constexpr std::string_view kFishApostrophe = R"(\')";

std::string names_of(const std::vector<CompletedCommand>& commands) {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const CompletedCommand& command : commands) names.push_back(command.name);
  return joined(names, " ");
}

// What comes behind `NAMES `, a case for each command: those behind another one before it.
void add_bash_cases(const std::vector<CompletedCommand>& commands, const std::string& before,
                    std::string& cases) {
  for (const CompletedCommand& command : commands) {
    const std::string path = before + command.name + ' ';
    add_bash_cases(command.commands, path, cases);
    std::string words = names_of(command.commands);
    std::string files;
    std::string values;
    for (const CompletedOption& option : command.options) {
      for (const std::string& name : option.names) words += ' ' + name;
      if (!option.has_value) continue;
      std::string& kind = option.is_file ? files : values;
      if (!kind.empty()) kind += '|';
      kind += joined(option.names, "|");
    }
    cases += fmt::format("    '{}'*)\n        case $before in\n", path);
    if (!files.empty()) {
      cases +=
          fmt::format("        {}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", files);
    }
    if (!values.empty()) cases += fmt::format("        {}) return 0 ;;\n", values);
    cases += fmt::format("        esac\n        words='{}' ;;\n", words);
  }
}

std::string zsh_commands(const std::vector<CompletedCommand>& commands) {
  std::string out = "        commands=(\n";
  for (const CompletedCommand& command : commands) {
    const std::string item = zsh_text(command.name) + ':' + zsh_text(command.does);
    out += "            " + quoted(item, kShellApostrophe) + '\n';
  }
  return out + "        )\n        _describe command commands ;;\n";
}

void add_zsh_cases(const std::vector<CompletedCommand>& commands, const std::string& before,
                   std::string& cases) {
  for (const CompletedCommand& command : commands) {
    const std::string path = before + command.name + ' ';
    add_zsh_cases(command.commands, path, cases);
    cases += fmt::format("    '{}'*)\n", path);
    if (!command.commands.empty()) {
      cases += zsh_commands(command.commands);
      continue;
    }
    cases += "        _arguments";
    for (const CompletedOption& option : command.options) {
      for (const std::string& name : option.names) {
        std::string spec = fmt::format("*{}[{}]", name, zsh_text(option.does));
        if (option.has_value) spec += option.is_file ? ":file:_files" : ":value: ";
        cases += " \\\n            " + quoted(spec, kShellApostrophe);
      }
    }
    cases += " ;;\n";
  }
}

void add_fish_command(const CompletedCommand& command, const std::string& condition,
                      std::string& out) {
  out += fmt::format("complete -c dataactionctl -n '{}' -a {} -d {}\n", condition, command.name,
                     quoted(command.does, kFishApostrophe));
}

void add_fish_options(const CompletedCommand& command, const std::string& condition,
                      std::string& out) {
  for (const CompletedOption& option : command.options) {
    out += fmt::format("complete -c dataactionctl -n '{}'", condition);
    for (const std::string& name : option.names) {
      const bool is_long = name.starts_with("--");
      out += fmt::format(" -{} {}", is_long ? 'l' : 's', name.substr(is_long ? 2 : 1));
    }
    if (option.has_value) out += option.is_file ? " -r -F" : " -x";
    out += fmt::format(" -d {}\n", quoted(option.does, kFishApostrophe));
  }
}

}  // namespace

std::string bash_completion(const std::vector<CompletedCommand>& commands) {
  std::string cases;
  add_bash_cases(commands, "", cases);
  return fmt::format(R"(# bash completion of dataactionctl; made by `dataactionctl completion bash`
_dataactionctl() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words='{}' IFS=$' \t\n'
    case "${{COMP_WORDS[*]:1:COMP_CWORD-1}} " in
{}    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o filenames -F _dataactionctl dataactionctl
)",
                     names_of(commands), cases);
}

std::string zsh_completion(const std::vector<CompletedCommand>& commands) {
  std::string cases;
  add_zsh_cases(commands, "", cases);
  return fmt::format(R"(#compdef dataactionctl
# zsh completion of dataactionctl; made by `dataactionctl completion zsh`
_dataactionctl() {{
    local -a commands
    case "${{(j: :)words[2,CURRENT-1]}} " in
{}    ' ')
{}    esac
}}
_dataactionctl "$@"
)",
                     cases, zsh_commands(commands));
}

std::string fish_completion(const std::vector<CompletedCommand>& commands) {
  std::string out =
      "# fish completion of dataactionctl; made by `dataactionctl completion fish`\n"
      "complete -c dataactionctl -f\n";
  for (const CompletedCommand& command : commands) {
    add_fish_command(command, "__fish_use_subcommand", out);
    const std::string seen = "__fish_seen_subcommand_from " + command.name;
    add_fish_options(command, seen, out);
    const std::string names = names_of(command.commands);
    for (const CompletedCommand& inner : command.commands) {
      add_fish_command(inner,
                       fmt::format("{}; and not __fish_seen_subcommand_from {}", seen, names), out);
      add_fish_options(inner, seen + "; and __fish_seen_subcommand_from " + inner.name, out);
    }
  }
  return out;
}

}  // namespace dataaction
