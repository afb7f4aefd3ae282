// Those behind `dataactionctl actions`.

#pragma once

#include <memory>

#include "sidecar/ctl/command.h"

namespace dataaction {

std::unique_ptr<Command> make_actions_diff_command();
std::unique_ptr<Command> make_actions_execute_command();
std::unique_ptr<Command> make_actions_export_command();
std::unique_ptr<Command> make_actions_list_command();
std::unique_ptr<Command> make_actions_publish_command();
std::unique_ptr<Command> make_actions_show_command();
std::unique_ptr<Command> make_actions_test_command();

}  // namespace dataaction
