// `dataactionctl key`.

#include <cstdio>

#include "sidecar/ctl/api_key_maker.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/output.h"
#include "sidecar/exit_code.h"

namespace dataaction {
namespace {

class KeyCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    options.add("LABEL", label_, "what logs call the key's owner").required();
  }

  int run() override {
    const auto made = make_api_key(label_);
    if (!made) return fail(kExitUsage, made.error());
    std::fprintf(stderr, "The line for dataaction_api_key_file:\n");
    // First: a key without its line is of no use.
    if (const int code = print_out(made->line + '\n'); code != kExitOk) return code;
    const int shown = std::fprintf(stderr, "The key, shown this once; send it as X-API-Key:\n%s\n",
                                   made->key.c_str());
    return shown < 0 ? kExitFailure : kExitOk;
  }

 private:
  std::string label_;
};

}  // namespace

std::unique_ptr<Command> make_key_command() {
  return std::make_unique<KeyCommand>();
}

}  // namespace dataaction
