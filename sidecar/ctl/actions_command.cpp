// `dataactionctl actions`: its commands.

#include <array>

#include "sidecar/ctl/actions_commands.h"
#include "sidecar/ctl/command_group.h"

namespace dataaction {
namespace {

constexpr std::array<CommandEntry, 7> kActionsCommands = {{
    {"list", "list the actions of a platform", make_actions_list_command},
    {"show", "show an action", make_actions_show_command},
    {"diff", "say what publishing a file would change", make_actions_diff_command},
    {"publish", "make the action of a file, or change it, and publish it",
     make_actions_publish_command},
    {"test", "make the action of a file a draft, and test that", make_actions_test_command},
    {"execute", "execute an action, as invoke does", make_actions_execute_command},
    {"export", "write the file of an action, for publish and for nginx",
     make_actions_export_command},
}};

}  // namespace

std::unique_ptr<Command> make_actions_command() {
  return std::make_unique<CommandGroup>(kActionsCommands);
}

}  // namespace dataaction
