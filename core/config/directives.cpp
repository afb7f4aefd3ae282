#include "core/config/directives.h"

#include <algorithm>

namespace dataaction {
namespace {

// nginx has a bit for each number of arguments up to seven, and 1MORE and 2MORE.
static_assert(std::ranges::all_of(kDirectives, [](const Directive& d) {
  return d.max_args == Directive::kMany
             ? d.min_args == 1 || d.min_args == 2
             : d.min_args <= d.max_args && d.max_args <= Directive::kMostCounted;
}));

std::string quoted(std::string_view name) {
  return '"' + std::string(name) + '"';
}

}  // namespace

std::expected<const Directive*, std::string> check_directive(
    std::span<const std::string_view> words, Context context, Terminator terminator) {
  const std::string_view name = words.front();
  bool known = false;
  for (const Directive& directive : kDirectives) {
    if (directive.name != name) continue;
    known = true;
    if (!directive.allowed_in(context)) continue;

    if (!directive.block && terminator != Terminator::kSemicolon) {
      return std::unexpected("directive " + quoted(name) + " is not terminated by \";\"");
    }
    if (directive.block && terminator != Terminator::kBrace) {
      return std::unexpected("directive " + quoted(name) + " has no opening \"{\"");
    }
    const size_t args = words.size() - 1;
    if (args < directive.min_args ||
        (directive.max_args != Directive::kMany && args > directive.max_args)) {
      return std::unexpected("invalid number of arguments in " + quoted(name) + " directive");
    }
    return &directive;
  }
  return std::unexpected(known ? quoted(name) + " directive is not allowed here"
                               : "unknown directive " + quoted(name));
}

}  // namespace dataaction
