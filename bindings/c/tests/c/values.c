/* Estimates, exact values, distributions and the machine. The expected numbers come from other programs or formulas. */
#include <math.h>

#include "check.h"

static int close_to(double got, double expected, double tolerance) { return fabs(got - expected) <= tolerance; }

static void estimates(void) {
    const double distances[] = {1, 10, 20, 150}, means[] = {5.365299790586837, 318.2934579398898, 1236.1705893569347,
                                                            67768.57329854638};
    lanewalk_problem *problem = NULL;
    lanewalk_result *result = NULL;
    lanewalk_estimate estimate;
    lanewalk_exact_values exact;
    size_t rows;
    double distance;
    OK(lanewalk_first_passage(distances, 4, &problem));
    OK(lanewalk_problem_set_samples(problem, 2000));
    OK(lanewalk_solve(problem, NULL));
    OK(lanewalk_run(problem, NULL, &result));
    OK(lanewalk_result_rows(result, &rows));
    CHECK(rows == 4);
    for (size_t row = 0; row < 4; row++) {
        lanewalk_tally tally;
        OK(lanewalk_result_distance(result, row, &distance));
        OK(lanewalk_result_estimate(result, row, "mean", &estimate));
        OK(lanewalk_result_tally(result, row, NULL, &tally));
        OK(lanewalk_exact(problem, row, &exact));
        CHECK(distance == distances[row] && close_to(estimate.exact / means[row], 1, 1e-9));
        CHECK(exact.mean == estimate.exact && exact.std_dev > 0.5 * exact.mean && isnan(exact.probability));
        CHECK(estimate.value == (double)tally.total_steps.low / 2000);
        CHECK(close_to(estimate.std_error, exact.std_dev / sqrt(2000), 1e-9 * exact.std_dev));
        CHECK(estimate.z == (estimate.value - estimate.exact) / estimate.std_error && fabs(estimate.z) < 5);
        CHECK(estimate.missing_z[0] == '\0' && estimate.exact_relative_error < 1e-6);
        CHECK(estimate.interval_lower < estimate.value && estimate.value < estimate.interval_upper);
    }
    lanewalk_result_free(&result);
    /* With one walk there is no error, and the reason is stated. */
    OK(lanewalk_problem_set_samples(problem, 1));
    OK(lanewalk_run(problem, NULL, &result));
    OK(lanewalk_result_estimate(result, 1, "mean", &estimate));
    CHECK(estimate.value == 571 && isnan(estimate.z) && isnan(estimate.std_error));
    CHECK(strncmp(estimate.missing_z, "z needs ", 8) == 0);
    lanewalk_result_free(&result);
    lanewalk_problem_free(&problem);

    /* P(lower) is near the ratio of distances, and all shares sum to 1. */
    lanewalk_estimate lower, upper, censored;
    lanewalk_tally sides[3];
    OK(lanewalk_first_exit(-20, 80, &problem));
    OK(lanewalk_run(problem, NULL, &result));
    OK(lanewalk_result_estimate(result, 0, "probability_lower", &lower));
    OK(lanewalk_result_estimate(result, 0, "probability_upper", &upper));
    OK(lanewalk_result_estimate(result, 0, "probability_censored", &censored));
    OK(lanewalk_exact(problem, 0, &exact));
    CHECK(close_to(exact.probability_lower, 80.298 / 100.596, 1e-5) && lower.exact == exact.probability_lower);
    CHECK(close_to(lower.value + upper.value + censored.value, 1, 1e-15) && censored.value == 0);
    OK(lanewalk_result_tally(result, 0, NULL, &sides[0]));
    OK(lanewalk_result_tally(result, 0, "lower", &sides[1]));
    OK(lanewalk_result_tally(result, 0, "upper", &sides[2]));
    CHECK(sides[0].samples == 300 && sides[1].samples == sides[1].lower && sides[2].lower == 0);
    CHECK(sides[0].total_steps.low == sides[1].total_steps.low + sides[2].total_steps.low);
    lanewalk_result_free(&result);
    lanewalk_problem_free(&problem);

    /* Polya's constant of the cubic lattice; pi. */
    OK(lanewalk_first_return_lattice(3, 1000, &problem));
    OK(lanewalk_exact(problem, 0, &exact));
    CHECK(close_to(exact.ever, 0.3405373296, 1e-9) && exact.probability > 0.3 && exact.probability < exact.ever);
    OK(lanewalk_run(problem, NULL, &result));
    OK(lanewalk_result_estimate(result, 0, "probability", &estimate));
    CHECK(close_to(estimate.exact, exact.probability, 1e-12));
    lanewalk_result_free(&result);
    lanewalk_problem_free(&problem);
    OK(lanewalk_pi(1000000, &problem));
    OK(lanewalk_run(problem, NULL, &result));
    OK(lanewalk_result_estimate(result, 0, "pi", &estimate));
    CHECK(close_to(estimate.exact, 3.14159265358979, 1e-13) && fabs(estimate.z) < 5);
    CHECK(estimate.value == 4 * 784902 / 1e6);
    lanewalk_result_free(&result);
    lanewalk_problem_free(&problem);
    OK(lanewalk_in_ball(2, 10, &problem));
    OK(lanewalk_problem_set_samples(problem, 1000));
    OK(lanewalk_run(problem, NULL, &result));
    OK(lanewalk_result_estimate(result, 0, "mean", &estimate));
    OK(lanewalk_result_estimate(result, 0, "wald_mean", &lower));
    CHECK(estimate.value == 162.717 && close_to(lower.value / estimate.value, 1, 0.1));
    lanewalk_result_free(&result);
    lanewalk_problem_free(&problem);
}

static void distributions(void) {
    lanewalk_problem *problem = passage(15, 20000, 11);
    lanewalk_result *times = NULL;
    uint64_t steps[5] = {0, 200, 600, 1200, 3000}, median, first[20000];
    double counted[5], exact[5];
    lanewalk_quantile quantile;
    OK(lanewalk_run_times(problem, NULL, &times));
    OK(lanewalk_result_survival(times, steps, counted, 5));
    OK(lanewalk_exact_survival(problem, steps, exact, 5));
    /* The samples themselves, counted here. */
    OK(lanewalk_walk_each(problem, NULL, first, 20000, NULL, 0));
    for (int i = 0; i < 5; i++) {
        int later = 0;
        for (int walker = 0; walker < 20000; walker++) later += first[walker] > steps[i];
        CHECK(counted[i] == later / 20000.0);
        CHECK(close_to(counted[i], exact[i], 0.02));
    }
    OK(lanewalk_result_quantile(times, 0.5, &quantile));
    OK(lanewalk_exact_quantile(problem, 0.5, &median));
    CHECK(quantile.interval_lower <= quantile.steps && quantile.steps <= quantile.interval_upper);
    CHECK(close_to((double)quantile.steps / (double)median, 1, 0.05));
    lanewalk_result_free(&times);
    lanewalk_problem_free(&problem);
}

static void heat(void) {
    lanewalk_rod *rod = NULL;
    lanewalk_evolution *evolution = NULL;
    lanewalk_grid grid, same;
    lanewalk_field_values values;
    double error, start[5] = {1, 0, 0, 0, 0}, field[5];
    OK(lanewalk_heat(51, &rod));
    OK(lanewalk_rod_check(rod, &grid));
    CHECK(grid.points == 51 && grid.steps == 3166 && grid.ratio == 0.4);
    OK(lanewalk_evolve(rod, NULL, &evolution));
    OK(lanewalk_evolution_values(evolution, &same, &values));
    CHECK(same.steps == grid.steps && same.time_step == grid.time_step);
    CHECK(values.mode == 1 && close_to(values.eigenvalue, 1, 1e-3) && close_to(values.discrete_eigenvalue, 1, 1e-3));
    const char *names[] = {"sine", "rounding", "continuum"};
    const double bounds[] = {1e-12, 1e-12, 1e-3};
    for (int i = 0; i < 3; i++) {
        OK(lanewalk_evolution_error(evolution, NULL, names[i], &error));
        CHECK(error >= 0 && error < bounds[i]);
    }
    char one[17], two[17];
    OK(lanewalk_evolution_digest(evolution, one, 17, NULL));
    lanewalk_evolution_free(&evolution);
    OK(lanewalk_rod_set_domains(rod, 2, 1));
    OK(lanewalk_evolve(rod, NULL, &evolution));
    OK(lanewalk_evolution_digest(evolution, two, 17, NULL));
    CHECK(strcmp(one, two) == 0);
    lanewalk_evolution_free(&evolution);
    lanewalk_rod_free(&rod);
    /* In the end the field is the line between its ends. */
    OK(lanewalk_heat(5, &rod));
    OK(lanewalk_rod_set_start(rod, start, 5));
    OK(lanewalk_rod_set_steps(rod, 2000));
    OK(lanewalk_evolve_field(rod, NULL, field, 5));
    for (int i = 0; i < 5; i++) CHECK(close_to(field[i], 1 - i / 4.0, 1e-12));
    OK(lanewalk_rod_set_mode(rod, 2));
    OK(lanewalk_rod_set_method(rod, "spectral"));
    OK(lanewalk_rod_set_steps(rod, 1));
    OK(lanewalk_rod_set_time_step(rod, 0.1));
    OK(lanewalk_evolve_field(rod, NULL, field, 5));
    CHECK(field[1] > 0.5 && close_to(field[1], -field[3], 1e-15));
    lanewalk_rod_free(&rod);
}

static void machine(void) {
    lanewalk_machine machine;
    lanewalk_plan plan;
    lanewalk_exec *exec = NULL, *copy = NULL;
    char cpu[256];
    size_t length;
    const char *isa = NULL;
    CHECK(lanewalk_abi() == LANEWALK_ABI && strcmp(lanewalk_version(), "0.1.0") == 0);
    OK(lanewalk_machine_detect(&machine));
    OK(lanewalk_machine_cpu(cpu, sizeof cpu, &length));
    CHECK(machine.threads >= 1 && strlen(cpu) == length);
    OK(lanewalk_isa_name(0, &isa));
    OK(lanewalk_exec_new(&exec));
    OK(lanewalk_exec_set_isa(exec, isa));
    OK(lanewalk_exec_set_threads(exec, 2));
    OK(lanewalk_exec_set_pin(exec, "none"));
    OK(lanewalk_exec_plan(exec, &plan));
    CHECK(strcmp(plan.layer, "simd") == 0 && strcmp(plan.isa, isa) == 0 && plan.threads == 2 && !plan.pinned);
    OK(lanewalk_exec_clone(exec, &copy));
    REFUSED(lanewalk_exec_set_layer(copy, "scalar"), "layer");
    OK(lanewalk_exec_set_threads(exec, 1));
    OK(lanewalk_exec_plan(copy, &plan));
    CHECK(strcmp(plan.layer, "simd") == 0 && plan.threads == 2);
    lanewalk_exec_free(&exec);
    OK(lanewalk_exec_new(&exec));
    OK(lanewalk_exec_set_layer(exec, "scalar"));
    OK(lanewalk_exec_plan(exec, &plan));
    CHECK(strcmp(plan.layer, "scalar") == 0 && plan.isa == NULL);
    lanewalk_exec_free(&exec);
    lanewalk_exec_free(&copy);
    CHECK(exec == NULL && copy == NULL);
    OK(lanewalk_exec_plan(NULL, &plan));
    CHECK(plan.threads == machine.threads);
}

/* The last error is that of the last call that failed; a success leaves it. */
static void messages(void) {
    const char *isa;
    CHECK(lanewalk_last_error_message() == NULL && lanewalk_last_error_argument() == NULL);
    REFUSED(lanewalk_isa_name(1000, &isa), "index");
    OK(lanewalk_isa_name(0, &isa));
    CHECK(strcmp(lanewalk_last_error_argument(), "index") == 0);
}

int main(void) {
    messages();
    estimates();
    distributions();
    heat();
    machine();
    return 0;
}
