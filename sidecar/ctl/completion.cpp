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

}  // namespace

std::string bash_completion(const std::vector<CompletedCommand>& commands) {
  std::string names;
  std::string cases;
  for (const CompletedCommand& command : commands) {
    names += ' ' + command.name;
    std::string options;
    std::string files;
    std::string values;
    for (const CompletedOption& option : command.options) {
      for (const std::string& name : option.names) options += ' ' + name;
      if (!option.has_value) continue;
      std::string& kind = option.is_file ? files : values;
      if (!kind.empty()) kind += '|';
      kind += joined(option.names, "|");
    }
    cases += fmt::format("    {})\n        case $before in\n", command.name);
    if (!files.empty()) {
      cases +=
          fmt::format("        {}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", files);
    }
    if (!values.empty()) cases += fmt::format("        {}) return 0 ;;\n", values);
    cases += fmt::format("        esac\n        words='{}' ;;\n", options.substr(1));
  }
  return fmt::format(R"(# bash completion of dataactionctl; made by `dataactionctl completion bash`
_dataactionctl() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words='{}'
    [[ $COMP_CWORD -eq 1 ]] || case ${{COMP_WORDS[1]}} in
{}    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o filenames -F _dataactionctl dataactionctl
)",
                     names.substr(1), cases);
}

std::string zsh_completion(const std::vector<CompletedCommand>& commands) {
  static constexpr std::string_view kApostrophe = R"('\'')";
  std::string names;
  std::string cases;
  for (const CompletedCommand& command : commands) {
    names += "        " +
             quoted(zsh_text(command.name) + ':' + zsh_text(command.does), kApostrophe) + '\n';
    cases += fmt::format("        {}) _arguments", command.name);
    for (const CompletedOption& option : command.options) {
      for (const std::string& name : option.names) {
        std::string spec = fmt::format("*{}[{}]", name, zsh_text(option.does));
        if (option.has_value) spec += option.is_file ? ":file:_files" : ":value: ";
        cases += " \\\n            " + quoted(spec, kApostrophe);
      }
    }
    cases += " ;;\n";
  }
  return fmt::format(R"(#compdef dataactionctl
# zsh completion of dataactionctl; made by `dataactionctl completion zsh`
_dataactionctl() {{
    local -a commands=(
{}    )
    if (( CURRENT == 2 )); then
        _describe command commands
        return
    fi
    case $words[2] in
{}    esac
}}
_dataactionctl "$@"
)",
                     names, cases);
}

std::string fish_completion(const std::vector<CompletedCommand>& commands) {
  static constexpr std::string_view kApostrophe = R"(\')";
  std::string out =
      "# fish completion of dataactionctl; made by `dataactionctl completion fish`\n"
      "complete -c dataactionctl -f\n";
  for (const CompletedCommand& command : commands) {
    out += fmt::format("complete -c dataactionctl -n __fish_use_subcommand -a {} -d {}\n",
                       command.name, quoted(command.does, kApostrophe));
    for (const CompletedOption& option : command.options) {
      out += fmt::format("complete -c dataactionctl -n '__fish_seen_subcommand_from {}'",
                         command.name);
      for (const std::string& name : option.names) {
        const bool is_long = name.starts_with("--");
        out += fmt::format(" -{} {}", is_long ? 'l' : 's', name.substr(is_long ? 2 : 1));
      }
      if (option.has_value) out += option.is_file ? " -r -F" : " -x";
      out += fmt::format(" -d {}\n", quoted(option.does, kApostrophe));
    }
  }
  return out;
}

}  // namespace dataaction
