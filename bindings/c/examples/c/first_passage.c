/* Mean first-passage times beside the exact values:
 *
 *     cc first_passage.c -o first_passage $(pkg-config --cflags --libs lanewalk) */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <lanewalk.h>

static void check(lanewalk_status status) {
    if (status != LANEWALK_STATUS_OK) {
        fprintf(stderr, "%s\n", lanewalk_last_error_message());
        exit(1);
    }
}

int main(void) {
    const double distances[] = {10, 20, 150};
    lanewalk_problem *walk = NULL;
    lanewalk_result *result = NULL;
    char digest[17];
    check(lanewalk_first_passage(distances, 3, &walk));
    check(lanewalk_problem_set_samples(walk, 3000));
    check(lanewalk_problem_set_independent(walk, true));
    check(lanewalk_run(walk, NULL, &result));
    for (size_t row = 0; row < 3; row++) {
        lanewalk_tally tally;
        lanewalk_estimate mean;
        check(lanewalk_result_tally(result, row, NULL, &tally));
        check(lanewalk_result_estimate(result, row, "mean", &mean));
        /* These sums fit into 64 bits; tally.sum_squares.high is 0. */
        printf("Y = %.0f: %" PRIu64 " walks, %" PRIu64 " steps, %" PRIu64 " squared, longest %" PRIu64 ", lower %" PRIu64
               "\n",
               distances[row], tally.samples, tally.total_steps.low, tally.sum_squares.low, tally.longest, tally.lower);
        printf("    mean %.3f, exact %.3f, z %.4f\n", mean.value, mean.exact, mean.z);
    }
    check(lanewalk_result_digest(result, digest, sizeof digest, NULL));
    printf("digest %s\n", digest);
    lanewalk_result_free(&result);
    lanewalk_problem_free(&walk);
    return 0;
}
