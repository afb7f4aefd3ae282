// The input of a Data Action: `-i NAME=VALUE`, or `--input-file FILE`.

#pragma once

#include "sidecar/ctl/command_line.h"
#include "sidecar/ctl/parameters.h"

namespace dataaction {

class InputOption {
 public:
  void declare(CommandOptions& options) {
    const Option file =
        options.add("--input-file", file_, "the input, a JSON object; -: standard input")
            .type("FILE");
    options.add("-i,--input", words_, "of the input; its type is the contract's, else as of -p")
        .type("NAME=VALUE")
        .excludes(file);
  }

  // A compact JSON object. Blocks on the disk.
  std::expected<std::string, std::string> choose(const TypeOfParameter& type_of) const {
    return choose_parameters(words_, file_, type_of);
  }

 private:
  std::string file_;
  std::vector<std::string> words_;
};

}  // namespace dataaction
