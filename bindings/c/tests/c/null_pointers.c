/* A null pointer for each parameter that needs a pointer. */
#include "check.h"

static void each_batch(uint64_t batch, const lanewalk_pi_tally *tally, void *user) {
    (void)batch, (void)tally, (void)user;
}

int main(void) {
    lanewalk_problem *problem = passage(1, 1, 1), *copy = NULL;
    lanewalk_exec *exec = NULL;
    lanewalk_result *result = NULL, *times = NULL;
    lanewalk_rod *rod = NULL;
    lanewalk_evolution *evolution = NULL;
    lanewalk_stepper *stepper = NULL;
    lanewalk_control *control = NULL;
    lanewalk_tally tally;
    lanewalk_pi_tally points;
    lanewalk_batch_sums sums;
    lanewalk_estimate estimate;
    lanewalk_exact_values exact;
    lanewalk_quantile quantile;
    lanewalk_progress progress;
    uint64_t number;
    double real;
    bool equal;
    size_t size;
    char buffer[4096];
    OK(lanewalk_exec_new(&exec));
    OK(lanewalk_run(problem, exec, &result));
    OK(lanewalk_run_times(problem, exec, &times));
    OK(lanewalk_heat(5, &rod));
    OK(lanewalk_evolve(rod, exec, &evolution));
    OK(lanewalk_stepper_new(rod, exec, &stepper));
    OK(lanewalk_control_new(NULL, NULL, &control));

    /* Constructors. */
    REFUSED(lanewalk_control_new(NULL, NULL, NULL), "control");
    REFUSED(lanewalk_exec_new(NULL), "exec");
    REFUSED(lanewalk_exec_from_environment(NULL), "exec");
    REFUSED(lanewalk_first_passage(&real, 1, NULL), "problem");
    REFUSED(lanewalk_first_exit(-1, 1, NULL), "problem");
    REFUSED(lanewalk_first_exit_upper(1, 9, NULL), "problem");
    REFUSED(lanewalk_first_exit_lower(-1, 9, NULL), "problem");
    REFUSED(lanewalk_in_ball(1, 1, NULL), "problem");
    REFUSED(lanewalk_in_cube(1, 1, NULL), "problem");
    REFUSED(lanewalk_first_return_sign(9, NULL), "problem");
    REFUSED(lanewalk_first_return_ball(1, 1, 9, NULL), "problem");
    REFUSED(lanewalk_first_return_lattice(1, 9, NULL), "problem");
    REFUSED(lanewalk_pi(9, NULL), "problem");
    REFUSED(lanewalk_pi_batches(9, 9, NULL), "problem");
    REFUSED(lanewalk_heat(5, NULL), "rod");
    REFUSED(lanewalk_stream_new(1, "walk", 0, NULL), "stream");

    /* Controls, executions, the machine. */
    REFUSED(lanewalk_control_stop(NULL), "control");
    REFUSED(lanewalk_control_reset(NULL), "control");
    REFUSED(lanewalk_control_progress(NULL, &progress), "control");
    REFUSED(lanewalk_control_progress(control, NULL), "progress");
    REFUSED(lanewalk_control_register(NULL, &number), "control");
    REFUSED(lanewalk_control_register(control, NULL), "id");
    REFUSED(lanewalk_control_find(1, NULL), "control");
    REFUSED(lanewalk_refuse(NULL, "reason"), "argument");
    REFUSED(lanewalk_refuse("mine", NULL), "reason");
    REFUSED(lanewalk_exec_set_layer(NULL, "scalar"), "exec");
    REFUSED(lanewalk_exec_set_isa(NULL, "wide"), "exec");
    REFUSED(lanewalk_exec_set_threads(NULL, 1), "exec");
    REFUSED(lanewalk_exec_set_pin(NULL, "none"), "exec");
    REFUSED(lanewalk_exec_set_control(NULL, control), "exec");
    REFUSED(lanewalk_exec_plan(exec, NULL), "plan");
    REFUSED(lanewalk_exec_clone(NULL, &exec), "exec");
    REFUSED(lanewalk_exec_clone(exec, NULL), "copy");
    REFUSED(lanewalk_isa_name(0, NULL), "name");
    REFUSED(lanewalk_machine_detect(NULL), "machine");
    REFUSED(lanewalk_machine_cpu(NULL, 5, &size), "buffer");

    /* Problems. */
    REFUSED(lanewalk_problem_set_seed(NULL, 1), "problem");
    REFUSED(lanewalk_problem_set_samples(NULL, 1), "problem");
    REFUSED(lanewalk_problem_set_walkers(NULL, 0, 1), "problem");
    REFUSED(lanewalk_problem_set_shard(NULL, 0, 1), "problem");
    REFUSED(lanewalk_problem_set_method(NULL, "plain"), "problem");
    REFUSED(lanewalk_problem_set_independent(NULL, true), "problem");
    REFUSED(lanewalk_problem_set_start(NULL, 0), "problem");
    REFUSED(lanewalk_problem_set_horizon(NULL, 1), "problem");
    REFUSED(lanewalk_problem_set_chunk(NULL, 1), "problem");
    REFUSED(lanewalk_problem_set_unordered(NULL, true), "problem");
    REFUSED(lanewalk_problem_check(NULL), "problem");
    REFUSED(lanewalk_problem_recall(NULL), "problem");
    REFUSED(lanewalk_problem_coordinates(NULL, &size), "problem");
    REFUSED(lanewalk_problem_coordinates(problem, NULL), "coordinates");
    REFUSED(lanewalk_problem_clone(NULL, &copy), "problem");
    REFUSED(lanewalk_problem_clone(problem, NULL), "copy");

    /* Runs. */
    REFUSED(lanewalk_run(NULL, exec, &result), "problem");
    REFUSED(lanewalk_run(problem, exec, NULL), "result");
    REFUSED(lanewalk_run_times(NULL, exec, &result), "problem");
    REFUSED(lanewalk_run_times(problem, exec, NULL), "result");
    REFUSED(lanewalk_run_batches(NULL, exec, each_batch, NULL, &result), "problem");
    REFUSED(lanewalk_run_batches(problem, exec, NULL, NULL, &result), "each");
    REFUSED(lanewalk_run_batches(problem, exec, each_batch, NULL, NULL), "result");
    REFUSED(lanewalk_run_batches(problem, exec, each_batch, NULL, &result), "problem");
    REFUSED(lanewalk_walk_each(NULL, exec, &number, 1, NULL, 0), "problem");
    REFUSED(lanewalk_solve(NULL, exec), "problem");
    REFUSED(lanewalk_exact(NULL, 0, &exact), "problem");
    REFUSED(lanewalk_exact(problem, 0, NULL), "values");
    REFUSED(lanewalk_exact_survival(NULL, &number, &real, 1), "problem");
    REFUSED(lanewalk_exact_survival(problem, NULL, &real, 1), "steps");
    REFUSED(lanewalk_exact_survival(problem, &number, NULL, 1), "probabilities");
    REFUSED(lanewalk_exact_quantile(NULL, 0.5, &number), "problem");
    REFUSED(lanewalk_exact_quantile(problem, 0.5, NULL), "steps");

    /* Results. */
    REFUSED(lanewalk_result_rows(NULL, &size), "result");
    REFUSED(lanewalk_result_rows(result, NULL), "rows");
    REFUSED(lanewalk_result_seed(NULL, &number), "result");
    REFUSED(lanewalk_result_seed(result, NULL), "seed");
    REFUSED(lanewalk_result_distance(NULL, 0, &real), "result");
    REFUSED(lanewalk_result_distance(result, 0, NULL), "distance");
    REFUSED(lanewalk_result_tally(NULL, 0, NULL, &tally), "result");
    REFUSED(lanewalk_result_tally(result, 0, NULL, NULL), "tally");
    REFUSED(lanewalk_result_walks(NULL, 0, &number, &number), "result");
    OK(lanewalk_result_walks(result, 0, NULL, NULL));
    REFUSED(lanewalk_result_pi_tally(NULL, &points), "result");
    REFUSED(lanewalk_result_pi_tally(result, NULL), "tally");
    REFUSED(lanewalk_result_batches(NULL, &sums), "result");
    REFUSED(lanewalk_result_batches(result, NULL), "sums");
    REFUSED(lanewalk_result_batches(result, &sums), "result");
    REFUSED(lanewalk_result_estimate(NULL, 0, "mean", &estimate), "result");
    REFUSED(lanewalk_result_estimate(result, 0, "mean", NULL), "estimate");
    REFUSED(lanewalk_result_digest(NULL, buffer, sizeof buffer, NULL), "result");
    REFUSED(lanewalk_result_to_json(NULL, buffer, sizeof buffer, NULL), "result");
    REFUSED(lanewalk_result_to_json(result, NULL, 9, NULL), "buffer");
    REFUSED(lanewalk_result_from_json(NULL, &result), "parts");
    REFUSED(lanewalk_result_from_json("[]", NULL), "result");
    REFUSED(lanewalk_result_merge(NULL, result), "result");
    REFUSED(lanewalk_result_merge(result, NULL), "other");
    REFUSED(lanewalk_result_equal(NULL, result, &equal), "result");
    REFUSED(lanewalk_result_equal(result, NULL, &equal), "other");
    REFUSED(lanewalk_result_equal(result, result, NULL), "equal");
    REFUSED(lanewalk_result_clone(NULL, &result), "result");
    REFUSED(lanewalk_result_clone(result, NULL), "copy");
    REFUSED(lanewalk_result_survival(NULL, &number, &real, 1), "result");
    REFUSED(lanewalk_result_survival(times, NULL, &real, 1), "steps");
    REFUSED(lanewalk_result_survival(times, &number, NULL, 1), "probabilities");
    REFUSED(lanewalk_result_quantile(NULL, 0.5, &quantile), "result");
    REFUSED(lanewalk_result_quantile(times, 0.5, NULL), "quantile");

    /* Heat. */
    REFUSED(lanewalk_rod_set_time_step(NULL, 1), "rod");
    REFUSED(lanewalk_rod_set_steps(NULL, 1), "rod");
    REFUSED(lanewalk_rod_set_mode(NULL, 1), "rod");
    REFUSED(lanewalk_rod_set_start(NULL, &real, 1), "rod");
    REFUSED(lanewalk_rod_set_method(NULL, "stepping"), "rod");
    REFUSED(lanewalk_rod_set_method(rod, NULL), "method");
    REFUSED(lanewalk_rod_set_domains(NULL, 1, 1), "rod");
    REFUSED(lanewalk_rod_check(NULL, NULL), "rod");
    REFUSED(lanewalk_rod_clone(NULL, &rod), "rod");
    REFUSED(lanewalk_rod_clone(rod, NULL), "copy");
    REFUSED(lanewalk_evolve(NULL, exec, &evolution), "rod");
    REFUSED(lanewalk_evolve(rod, exec, NULL), "evolution");
    REFUSED(lanewalk_evolve_field(NULL, exec, &real, 1), "rod");
    REFUSED(lanewalk_evolution_field(NULL, &real, 1), "evolution");
    REFUSED(lanewalk_evolution_field(evolution, NULL, 5), "field");
    REFUSED(lanewalk_evolution_values(NULL, NULL, NULL), "evolution");
    OK(lanewalk_evolution_values(evolution, NULL, NULL));
    REFUSED(lanewalk_evolution_error(NULL, exec, "sine", &real), "evolution");
    REFUSED(lanewalk_evolution_error(evolution, exec, NULL, &real), "name");
    REFUSED(lanewalk_evolution_error(evolution, exec, "sine", NULL), "value");
    REFUSED(lanewalk_evolution_digest(NULL, buffer, 17, NULL), "evolution");
    REFUSED(lanewalk_stepper_new(NULL, exec, &stepper), "rod");
    REFUSED(lanewalk_stepper_new(rod, exec, NULL), "stepper");
    REFUSED(lanewalk_stepper_advance(NULL, 1), "stepper");
    REFUSED(lanewalk_stepper_steps(NULL, &number), "stepper");
    REFUSED(lanewalk_stepper_steps(stepper, NULL), "steps");
    REFUSED(lanewalk_stepper_field(NULL, &real, 1), "stepper");
    REFUSED(lanewalk_stepper_set_field(NULL, &real, 1), "stepper");
    REFUSED(lanewalk_stepper_set_field(stepper, NULL, 5), "field");

    /* Streams. */
    REFUSED(lanewalk_base(1, "walk", NULL), "value");
    REFUSED(lanewalk_independent_seed(1, &number, 1, NULL), "value");
    REFUSED(lanewalk_distance_key(1, NULL), "key");
    REFUSED(lanewalk_stream_draw(NULL, &number, 1), "stream");

    /* To free NULL, by either pointer, and to free twice, does nothing. */
    lanewalk_problem_free(NULL), lanewalk_exec_free(NULL), lanewalk_result_free(NULL), lanewalk_rod_free(NULL);
    lanewalk_evolution_free(NULL), lanewalk_stepper_free(NULL), lanewalk_control_free(NULL);
    for (int i = 0; i < 2; i++) {
        lanewalk_problem_free(&problem), lanewalk_exec_free(&exec), lanewalk_rod_free(&rod);
        lanewalk_result_free(&result), lanewalk_result_free(&times), lanewalk_evolution_free(&evolution);
        lanewalk_stepper_free(&stepper), lanewalk_control_free(&control);
    }
    CHECK(problem == NULL && exec == NULL && rod == NULL && result == NULL && evolution == NULL && stepper == NULL);
    return 0;
}
