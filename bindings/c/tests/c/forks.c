/* A forked child computes the same, with pools of its own. The memory of the parent's pools is lost in it. */
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

int main(void) {
    lanewalk_problem *problem = passage(10, 3000, 1);
    lanewalk_exec *exec = NULL;
    lanewalk_result *result = NULL, *again = NULL;
    bool equal;
    OK(lanewalk_exec_new(&exec));
    OK(lanewalk_exec_set_threads(exec, 2));
    OK(lanewalk_run(problem, exec, &result));
    fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0);
    OK(lanewalk_run(problem, exec, &again));
    OK(lanewalk_result_equal(result, again, &equal));
    CHECK(equal);
    lanewalk_result_free(&again);
    lanewalk_result_free(&result);
    lanewalk_exec_free(&exec);
    lanewalk_problem_free(&problem);
    if (child == 0) _exit(0);
    int status;
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return 0;
}
