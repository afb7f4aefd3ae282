// dataactiond as a process: start, signals, exit codes. A child of the test runs the daemon itself.

#include "sidecar/daemon.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "sidecar/ctl/status_client.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

using testing::HasSubstr;

class DaemonTest : public testing::Test {
 protected:
  DaemonTest() : database(scratch.path("a.db")) {
    fill_table(database, 10);
    configure("SELECT id FROM tx");
  }

  void TearDown() override {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }

  void configure(const std::string& sql, const std::string& socket_name = "s.sock") const {
    scratch.write("a.conf", "dataaction { listen unix:" + scratch.path(socket_name) +
                                " mode=0600;\n log log level=info;\n database d sqlite:" +
                                scratch.path("a.db") + ";\n source s { sql d \"" + sql +
                                "\"; }\n}");
  }

  pid_t spawn() const {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ExitCode code = kExitFailure;
    {
      const auto loop = Loop::create();
      code = Daemon(**loop, scratch.path("a.conf")).run();
    }
    ::_exit(code);
  }

  static int wait_for(pid_t pid) {
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  static bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 3000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  std::expected<std::string, std::string> status(const std::string& socket_name = "s.sock") const {
    return fetch_status(scratch.path(socket_name), {}, std::chrono::seconds(10));
  }

  void start() {
    child_ = spawn();
    ASSERT_TRUE(eventually([&] { return status().has_value(); })) << log_text();
  }

  int stop(int signal = SIGTERM) {
    ::kill(child_, signal);
    return wait_for(std::exchange(child_, 0));
  }

  std::string log_text() const {
    std::ifstream file(scratch.path("log"));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool logged(const std::string& text) const {
    return eventually([&] { return log_text().contains(text); });
  }

  Scratch scratch;
  Writer database;
  pid_t child_ = 0;
};

TEST_F(DaemonTest, StartsAndStops) {
  start();
  EXPECT_THAT(*status(), HasSubstr("\"generation\":1,"));
  EXPECT_EQ(stop(), kExitOk);
  EXPECT_NE(::access(scratch.path("s.sock").c_str(), F_OK), 0);
  EXPECT_THAT(log_text(), HasSubstr("[notice] started"));
  EXPECT_THAT(log_text(), HasSubstr("[notice] stopped"));
}

TEST_F(DaemonTest, CtrlCStopsToo) {
  start();
  EXPECT_EQ(stop(SIGINT), kExitOk);
}

TEST_F(DaemonTest, ABadConfigurationDoesNotStart) {
  configure("SELEC 1");
  EXPECT_EQ(wait_for(spawn()), kExitConfiguration);
  EXPECT_NE(::access(scratch.path("s.sock").c_str(), F_OK), 0);
}

TEST_F(DaemonTest, ASecondInstanceIsRefused) {
  start();
  EXPECT_EQ(wait_for(spawn()), kExitAlreadyRunning);
  EXPECT_TRUE(status());
  EXPECT_EQ(stop(), kExitOk);
}

TEST_F(DaemonTest, ASocketThatCannotBeMade) {
  configure("SELECT id FROM tx", "none/s.sock");
  EXPECT_EQ(wait_for(spawn()), kExitFailure);
}

TEST_F(DaemonTest, HupTakesTheNewConfiguration) {
  start();
  configure("SELECT id, name FROM tx");
  ::kill(child_, SIGHUP);
  EXPECT_TRUE(logged("configuration reloaded generation=2"));
  EXPECT_THAT(*status(), HasSubstr("\"generation\":2,"));
  EXPECT_EQ(stop(), kExitOk);
}

TEST_F(DaemonTest, HupKeepsTheOldOneIfTheNewOneIsBad) {
  start();
  configure("DELETE FROM tx");
  ::kill(child_, SIGHUP);
  EXPECT_TRUE(logged("new configuration refused, the old one stays"));
  EXPECT_THAT(log_text(), HasSubstr("only reading is allowed in " + scratch.path("a.conf") + ":4"));
  EXPECT_THAT(*status(), HasSubstr("\"generation\":1,"));
  EXPECT_EQ(stop(), kExitOk);
}

TEST_F(DaemonTest, HupMovesTheSocket) {
  start();
  configure("SELECT id FROM tx", "t.sock");
  ::kill(child_, SIGHUP);
  EXPECT_TRUE(logged("configuration reloaded"));
  EXPECT_TRUE(status("t.sock"));
  EXPECT_FALSE(status());
  EXPECT_EQ(stop(), kExitOk);
  EXPECT_NE(::access(scratch.path("t.sock").c_str(), F_OK), 0);
}

TEST_F(DaemonTest, HupChangesTheSocketInPlace) {
  start();
  configure("SELECT id FROM tx", "s.sock backlog=7");
  ::kill(child_, SIGHUP);
  EXPECT_TRUE(logged("configuration reloaded"));
  EXPECT_TRUE(status());
  EXPECT_EQ(stop(), kExitOk);
}

TEST_F(DaemonTest, HupRefusesASocketThatCannotBeMade) {
  start();
  configure("SELECT id FROM tx", "none/s.sock");
  ::kill(child_, SIGHUP);
  EXPECT_TRUE(logged("new configuration refused, the old one stays"));
  EXPECT_THAT(*status(), HasSubstr("\"generation\":1,"));
  EXPECT_EQ(stop(), kExitOk);
}

TEST_F(DaemonTest, Usr1ReopensTheLog) {
  start();
  std::filesystem::rename(scratch.path("log"), scratch.path("log.1"));
  ::kill(child_, SIGUSR1);
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(scratch.path("log")); }));
  EXPECT_EQ(stop(), kExitOk);
  EXPECT_THAT(log_text(), HasSubstr("stopped"));
}

TEST_F(DaemonTest, TheTestOfAConfigurationSaysWhatNginxSays) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(test_setup(scratch.path("a.conf"), "dataactiond"), kExitOk);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "dataactiond: the configuration file " + scratch.path("a.conf") +
                " syntax is ok\ndataactiond: configuration file " + scratch.path("a.conf") +
                " test is successful\n");
  configure("SELEC 1");
  testing::internal::CaptureStderr();
  EXPECT_EQ(test_setup(scratch.path("a.conf"), "dataactiond"), kExitConfiguration);
  EXPECT_EQ(
      testing::internal::GetCapturedStderr(),
      "dataactiond: [emerg] invalid SQL in \"sql\" directive: near \"SELEC\": syntax error in " +
          scratch.path("a.conf") + ":4\ndataactiond: configuration file " + scratch.path("a.conf") +
          " test failed\n");
}

}  // namespace
}  // namespace dataaction
