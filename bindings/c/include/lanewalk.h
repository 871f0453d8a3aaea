/* The C interface of lanewalk: first-passage times of random walks, Monte Carlo pi and the heat equation.
 *
 * This file is made from the sources in bindings/c/src and compared with them by a test. Do not edit it.
 *
 * UNITS. Steps of a walk are uniform in [-1, 1) in each coordinate. Distances, barriers and radii are in that unit;
 * times and horizons are numbers of steps; end positions are integers in units of 2^-31.
 *
 * ONE SEED, ONE ANSWER. A result depends only on the problem. It is the same, to the last bit, for every layer,
 * instruction set, number of threads and split into shards, and in every language. The one exception is the method
 * "spectral" of the heat equation.
 *
 * ERRORS. Every call that can fail returns a lanewalk_status. After an error, lanewalk_last_error_message and
 * lanewalk_last_error_argument describe it, for the calling thread; a later success does not change them. Outputs are
 * then as they were, unless the function says otherwise. A null pointer is an error with the name of the parameter,
 * and so is an array of the wrong size. The argument of a bad entry is its array, and the message begins with the
 * entry, such as "distances[3]". Messages show long values only in part. No call prints, handles signals, exits or
 * unwinds.
 *
 * OWNERSHIP. A handle that a function writes belongs to the caller, who frees it once with the _free function of its
 * type. That function takes the address of the handle and sets the handle to NULL, so a second call does nothing.
 * Inputs are copied or used during the call only. A handle keeps what it needs of other handles. To use a copy of a
 * handle that was freed, or a handle that is not initialised, is undefined behaviour, as everywhere in C.
 *
 * THREADS. Any function may be called on any thread. Calls that take a handle as const may use it at the same time. A
 * call that takes it without const, such as a setter, must have it for itself. Runs with the same lanewalk_exec at the
 * same time are permitted. A run on one thread that is not pinned uses the calling thread; other runs use pools, which
 * start at their first use and are kept. A forked child has pools of its own. If the parent forks while another of its
 * threads is inside lanewalk, the child must not use handles that this thread was changing.
 *
 * NAMES of layers, instruction sets and methods are texts in UTF-8 that end with a zero byte.
 */


#ifndef LANEWALK_H
#define LANEWALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The time of a walker that the horizon ended. */
#define LANEWALK_CENSORED UINT64_MAX

/** The time of a walker without a result after a stop. */
#define LANEWALK_NOT_DONE 0

/** A position of 1, in units of 2^-31. */
#define LANEWALK_UNIT 2147483648.0

/**
 * The number of the binary interface of this header. Programs that were compiled with another number must be compiled
 * again. The shared library carries it in its name.
 */
#define LANEWALK_ABI 0

/**
 * The number of bytes of a reason for a missing z-score, with its final zero byte.
 */
#define LANEWALK_REASON_SIZE 64

/**
 * The outcome of a call. Every value except `LANEWALK_STATUS_OK` is an error, and later versions may add values.
 *
 * After an error, the outputs of the call are as they were, unless the function says otherwise.
 */
typedef enum {
  /**
   * The call succeeded.
   */
  LANEWALK_STATUS_OK = 0,
  /**
   * An argument is outside its range, a name is unknown, a size is wrong, or a pointer is null.
   */
  LANEWALK_STATUS_INVALID_ARGUMENT = 1,
  /**
   * This build or this machine does not support the requested value.
   */
  LANEWALK_STATUS_UNAVAILABLE = 2,
  /**
   * The memory that the call needs cannot be allocated.
   */
  LANEWALK_STATUS_OUT_OF_MEMORY = 3,
  /**
   * The operating system did not start the threads.
   */
  LANEWALK_STATUS_THREADS = 4,
  /**
   * A control stopped the run.
   */
  LANEWALK_STATUS_STOPPED = 5,
  /**
   * Two results do not merge.
   */
  LANEWALK_STATUS_MERGE = 6,
  /**
   * An error in the library itself. The handles of the call may only be freed.
   */
  LANEWALK_STATUS_INTERNAL = 7,
} lanewalk_status;

/**
 * The progress of runs, and a way to stop them from another thread. All functions except `lanewalk_control_free` may
 * be called at any time on any thread.
 */
typedef struct lanewalk_control lanewalk_control;

/**
 * The field of a rod after its steps, beside exact values.
 */
typedef struct lanewalk_evolution lanewalk_evolution;

/**
 * How to run: layer, instruction set, threads, pinning and control. Results never depend on these choices.
 *
 * Wherever a function takes a `const lanewalk_exec *`, NULL stands for the defaults: the widest vectors of this
 * machine, on all cores, not pinned, without control.
 */
typedef struct lanewalk_exec lanewalk_exec;

/**
 * What to compute: walks of one kind, or points of Monte Carlo pi. Distances, barriers and radii are in units of the
 * largest step of a walk; times and horizons are in steps.
 *
 * Walks have walkers 0 to 299 and the seed 1 unless set otherwise. The setters check what they set only as far as the
 * type of the problem. `lanewalk_problem_check` and every run check the values, and refuse invalid ones by name.
 */
typedef struct lanewalk_problem lanewalk_problem;

/**
 * The result of a run, with its problem, its seed and the indices of its walkers or points.
 *
 * A result of `lanewalk_first_passage` has one row for each distance, in their order. All other results have one row.
 */
typedef struct lanewalk_result lanewalk_result;

/**
 * A rod from 0 to pi that follows the heat equation u_t = u_xx, and its discretisation.
 */
typedef struct lanewalk_rod lanewalk_rod;

/**
 * A rod that keeps its field between calls. One thread at a time may use it.
 */
typedef struct lanewalk_stepper lanewalk_stepper;

/**
 * The processors of this machine. A number that is unknown is 0.
 */
typedef struct {
  /**
   * The number of threads that the operating system grants this process.
   */
  size_t threads;
  /**
   * The number of logical cores.
   */
  size_t logical_cores;
  /**
   * The number of physical cores.
   */
  size_t physical_cores;
  /**
   * The number of sockets.
   */
  size_t sockets;
} lanewalk_machine;

/**
 * Decides whether a run stops: `true` stops it. It receives the user pointer of `lanewalk_control_new`.
 */
typedef bool (*lanewalk_interrupt)(void *user);

/**
 * The progress of the runs with a control, in the unit of the workload: steps, points or updates.
 */
typedef struct {
  /**
   * The work that is done.
   */
  uint64_t done;
  /**
   * The work of all runs that have started. For walks it is an estimate.
   */
  uint64_t total;
  /**
   * Whether a stop was requested.
   */
  bool stopped;
} lanewalk_progress;

/**
 * The choices of a run on this machine. Texts belong to the library and are always valid.
 */
typedef struct {
  /**
   * The layer.
   */
  const char *layer;
  /**
   * The instruction set; NULL for layers other than "simd".
   */
  const char *isa;
  /**
   * The number of threads.
   */
  size_t threads;
  /**
   * Whether each thread is pinned to its own core.
   */
  bool pinned;
} lanewalk_plan;

/**
 * A whole number of 128 bits: `high` * 2^64 + `low`.
 */
typedef struct {
  /**
   * The lower 64 bits.
   */
  uint64_t low;
  /**
   * The upper 64 bits.
   */
  uint64_t high;
} lanewalk_u128;

/**
 * The exact sums of the times T of the walks that ended at a boundary. Times are in steps.
 */
typedef struct {
  /**
   * The number of walks that ended.
   */
  uint64_t samples;
  /**
   * The sum of T.
   */
  lanewalk_u128 total_steps;
  /**
   * The sum of T^2.
   */
  lanewalk_u128 sum_squares;
  /**
   * The largest T.
   */
  uint64_t longest;
  /**
   * The number of walks that ended at a negative position: at the lower boundary.
   */
  uint64_t lower;
} lanewalk_tally;

/**
 * The exact sums of points of Monte Carlo pi.
 */
typedef struct {
  /**
   * The number of points.
   */
  uint64_t points;
  /**
   * The sum that the estimate follows from: the number of points inside, or the sum of heights in units of 2^-40.
   */
  lanewalk_u128 sum;
  /**
   * The sum that the standard error follows from.
   */
  lanewalk_u128 spread;
} lanewalk_pi_tally;

/**
 * The exact sums over the batches of `lanewalk_pi_batches`.
 */
typedef struct {
  /**
   * The number of batches.
   */
  uint64_t batches;
  /**
   * The lower 128 bits of the sum over batches of the square of their sum.
   */
  lanewalk_u128 sum_squares_low;
  /**
   * The upper 128 bits.
   */
  lanewalk_u128 sum_squares_high;
} lanewalk_batch_sums;

/**
 * An estimate beside its exact value. A number that does not exist is NaN.
 */
typedef struct {
  /**
   * The estimate.
   */
  double value;
  /**
   * Its standard error.
   */
  double std_error;
  /**
   * The lower end of its 95 % interval.
   */
  double interval_lower;
  /**
   * The upper end of its 95 % interval.
   */
  double interval_upper;
  /**
   * The exact value, where it is known.
   */
  double exact;
  /**
   * A bound on the relative error of the exact value.
   */
  double exact_relative_error;
  /**
   * (value - exact) / standard error, where it is nearly normal.
   */
  double z;
  /**
   * The reason why there is no z-score, as a text that ends with a zero byte. Empty if there is one.
   */
  char missing_z[LANEWALK_REASON_SIZE];
} lanewalk_estimate;

/**
 * Receives the number of a batch and its exact sums. The tally is valid during the call only.
 */
typedef void (*lanewalk_each_batch)(uint64_t batch, const lanewalk_pi_tally *tally, void *user);

/**
 * Values that are known without a sample. A number that does not exist or is not known is NaN.
 */
typedef struct {
  /**
   * The mean of T, in steps.
   */
  double mean;
  /**
   * The standard deviation of T.
   */
  double std_dev;
  /**
   * A bound on the relative error of these values.
   */
  double relative_error;
  /**
   * Between two barriers: the probability that the walk ends at the lower one.
   */
  double probability_lower;
  /**
   * Between two barriers: the probability that the walk ends at the upper one.
   */
  double probability_upper;
  /**
   * Between two barriers: the mean of T of the walks that end at the lower one.
   */
  double mean_lower;
  /**
   * Between two barriers: the mean of T of the walks that end at the upper one.
   */
  double mean_upper;
  /**
   * Returns: the probability of a return within the horizon.
   */
  double probability;
  /**
   * Returns: the probability of a return at any time.
   */
  double ever;
} lanewalk_exact_values;

/**
 * A quantile of the times T, in steps. A number that does not exist is 0.
 */
typedef struct {
  /**
   * The quantile: the smallest n for which the probability of T <= n is at least q.
   */
  uint64_t steps;
  /**
   * The lower end of its 95 % interval; of a counted distribution only.
   */
  uint64_t interval_lower;
  /**
   * The upper end of its 95 % interval; of a counted distribution only.
   */
  uint64_t interval_upper;
} lanewalk_quantile;

/**
 * The discretisation of a rod.
 */
typedef struct {
  /**
   * The number of points, both ends included.
   */
  size_t points;
  /**
   * The distance of two points, h = pi / (points - 1).
   */
  double spacing;
  /**
   * The time step dt.
   */
  double time_step;
  /**
   * dt / h^2.
   */
  double ratio;
  /**
   * The number of steps.
   */
  uint64_t steps;
} lanewalk_grid;

/**
 * The end of an evolution beside exact values.
 */
typedef struct {
  /**
   * The mode whose decay is observed.
   */
  uint64_t mode;
  /**
   * Its eigenvalue, as the decay of the field shows it. In the limit of many points it is `mode`^2.
   */
  double eigenvalue;
  /**
   * The eigenvalue of the discrete equation.
   */
  double discrete_eigenvalue;
  /**
   * The largest absolute value of the field.
   */
  double largest;
} lanewalk_field_values;

/**
 * A stream of random numbers: a plain value, and each copy draws on its own. Walker i of a walk uses stream i of the
 * label "walk" and nothing else.
 */
typedef struct {
  /**
   * The state of the generator, which `lanewalk_stream_new` writes. It is never all zero.
   */
  uint64_t state[4];
} lanewalk_stream;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The message of the last call on this thread that failed: what is wrong, and what is accepted. NULL if no call has
 * failed. The text is valid until the next call on this thread that fails.
 */
const char *lanewalk_last_error_message(void);

/**
 * The name of the invalid argument of the last call on this thread that failed: a parameter of the function, or the
 * value that it was set as, such as `distance` or `threads`. NULL if no argument was invalid. The text is valid until
 * the next call on this thread that fails.
 */
const char *lanewalk_last_error_argument(void);

/**
 * Reports an invalid argument, as the functions of the library do: `lanewalk_last_error_argument` is `argument`, and
 * `lanewalk_last_error_message` is `argument`, a colon and `reason`. For interfaces on top of this one, which check
 * what C cannot check, such as the sizes of two arrays. Always returns `LANEWALK_STATUS_INVALID_ARGUMENT`.
 */
lanewalk_status lanewalk_refuse(const char *argument, const char *reason);

/**
 * The number of the binary interface of the library that is running. It equals `LANEWALK_ABI` if header and library
 * fit together.
 */
uint32_t lanewalk_abi(void);

/**
 * The version of the library, such as "0.1.0". The text is always valid.
 */
const char *lanewalk_version(void);

/**
 * The name of an available instruction set, from the narrowest (index 0) to the widest. An index at or above their
 * number is an invalid argument. The text is always valid.
 */
lanewalk_status lanewalk_isa_name(size_t index, const char **name);

/**
 * Finds the processors of this machine.
 */
lanewalk_status lanewalk_machine_detect(lanewalk_machine *machine);

/**
 * Copies the name of the CPU to `buffer` of `size` bytes, with its final zero byte. `*length`, which may be NULL
 * unless `size` is 0, receives its length without that byte. With `size` 0, only the length is written.
 */
lanewalk_status lanewalk_machine_cpu(char *buffer, size_t size, size_t *length);

/**
 * Creates a control with no work done. `interrupt` may be NULL.
 *
 * While a run with this control is in progress, `interrupt` is called every few milliseconds, on the thread that
 * called the run, with the pointer `user`. The run stops when it returns `true`. Both must stay valid as long as the
 * control and every `lanewalk_exec` that was given this control. The function must return normally: a C++ exception
 * or a `longjmp` must not leave it. Several runs with one control at the same time call it from several threads.
 *
 * The caller owns `*control` and frees it with `lanewalk_control_free`.
 */
lanewalk_status lanewalk_control_new(lanewalk_interrupt interrupt, void *user, lanewalk_control **control);

/**
 * Stops the runs with this control; each returns `LANEWALK_STATUS_STOPPED` within milliseconds. Later runs are
 * refused until `lanewalk_control_reset`.
 */
lanewalk_status lanewalk_control_stop(const lanewalk_control *control);

/**
 * Resets the control: not stopped, no work done. No run with it may be in progress.
 */
lanewalk_status lanewalk_control_reset(const lanewalk_control *control);

/**
 * Reads the progress of the runs with this control.
 */
lanewalk_status lanewalk_control_progress(const lanewalk_control *control, lanewalk_progress *progress);

/**
 * Frees a control and sets `*control` to NULL. NULL is permitted. Runs in progress keep their own reference.
 */
void lanewalk_control_free(lanewalk_control **control);

/**
 * Gives a control a number, which is never 0, and which a language whose objects are values can copy in place of the
 * handle. The number keeps the control until `lanewalk_control_release`; the handle may be freed before. Do not fork
 * while another thread is in this function or in one of the next two.
 */
lanewalk_status lanewalk_control_register(const lanewalk_control *control, uint64_t *id);

/**
 * Gives a new handle of the control with this number. The argument of an unknown number is `control`. The caller owns
 * `*control`.
 */
lanewalk_status lanewalk_control_find(uint64_t id, lanewalk_control **control);

/**
 * Forgets the number of a control. Handles of it, and runs in progress, keep their own reference.
 */
lanewalk_status lanewalk_control_release(uint64_t id);

/**
 * Creates an execution with the defaults. The library reads no environment variable here.
 *
 * The caller owns `*exec` and frees it with `lanewalk_exec_free`.
 */
lanewalk_status lanewalk_exec_new(lanewalk_exec **exec);

/**
 * Creates an execution with the instruction set and the number of threads of the environment variables
 * `LANEWALK_ISA`, `LANEWALK_THREADS`, `RAYON_NUM_THREADS`, `OMP_NUM_THREADS` and `SLURM_CPUS_PER_TASK`. An invalid
 * value of the first two is an error whose argument is the name of the variable; an invalid value of the others has
 * no effect.
 *
 * The caller owns `*exec` and frees it with `lanewalk_exec_free`.
 */
lanewalk_status lanewalk_exec_from_environment(lanewalk_exec **exec);

/**
 * Sets the layer: "scalar", "interchanged" or "simd". Default: "simd". The other layers are an error after
 * `lanewalk_exec_set_isa`.
 */
lanewalk_status lanewalk_exec_set_layer(lanewalk_exec *exec, const char *layer);

/**
 * Sets the instruction set of the layer "simd": "wide", "avx2", "avx512" or "neon". Default: the widest one of this
 * machine. `lanewalk_isa_name` lists the available ones. It is an error if another layer is set.
 */
lanewalk_status lanewalk_exec_set_isa(lanewalk_exec *exec, const char *isa);

/**
 * Sets the number of threads, from 1 to 1024. Default: all that the operating system grants. One thread that is not
 * pinned is the calling thread.
 */
lanewalk_status lanewalk_exec_set_threads(lanewalk_exec *exec, size_t threads);

/**
 * Sets the pinning of threads to cores: "compact", "spread" or "none". Default: "none".
 */
lanewalk_status lanewalk_exec_set_pin(lanewalk_exec *exec, const char *pin);

/**
 * Lets a control observe and stop the runs with this execution. NULL removes the control. The execution keeps its own
 * reference, so the control may be freed before it.
 */
lanewalk_status lanewalk_exec_set_control(lanewalk_exec *exec, const lanewalk_control *control);

/**
 * States the layer, instruction set, threads and pinning of a run with this execution. Starts no threads.
 */
lanewalk_status lanewalk_exec_plan(const lanewalk_exec *exec, lanewalk_plan *plan);

/**
 * Copies an execution. The caller owns `*copy`.
 */
lanewalk_status lanewalk_exec_clone(const lanewalk_exec *exec, lanewalk_exec **copy);

/**
 * Frees an execution and sets `*exec` to NULL. NULL is permitted.
 */
void lanewalk_exec_free(lanewalk_exec **exec);

/**
 * Walks from 0 until |position| is at least the distance, to each of `count` distances. The same walkers walk to
 * every distance, so the results are correlated; see `lanewalk_problem_set_independent`.
 *
 * The caller owns `*problem` and frees it with `lanewalk_problem_free`. The distances are copied.
 */
lanewalk_status lanewalk_first_passage(const double *distances, size_t count, lanewalk_problem **problem);

/**
 * Walks until the position is at or beyond one of two barriers, which are positions with their sign.
 *
 * The caller owns `*problem` and frees it with `lanewalk_problem_free`.
 */
lanewalk_status lanewalk_first_exit(double lower, double upper, lanewalk_problem **problem);

/**
 * Walks until the position is at least `upper`, for at most `horizon` steps, from 1 to 2^30 - 1. Ownership as above.
 */
lanewalk_status lanewalk_first_exit_upper(double upper, uint64_t horizon, lanewalk_problem **problem);

/**
 * Walks until the position is at most `lower`, for at most `horizon` steps, from 1 to 2^30 - 1. Ownership as above.
 */
lanewalk_status lanewalk_first_exit_lower(double lower, uint64_t horizon, lanewalk_problem **problem);

/**
 * Walks in 1 to 16 dimensions until they leave the ball of this radius. Ownership as above.
 */
lanewalk_status lanewalk_in_ball(size_t dimensions, double radius, lanewalk_problem **problem);

/**
 * Walks in 1 to 16 dimensions until they leave the cube from -radius to radius. Ownership as above.
 */
lanewalk_status lanewalk_in_cube(size_t dimensions, double radius, lanewalk_problem **problem);

/**
 * Walks on the line until their position changes its sign, for at most `horizon` steps, from 1 to 2^30 - 1. Ownership
 * as above.
 */
lanewalk_status lanewalk_first_return_sign(uint64_t horizon, lanewalk_problem **problem);

/**
 * Walks in 1 to 8 dimensions until they return to the ball of this radius, for at most `horizon` steps, from 1 to
 * 1 000 000. Ownership as above.
 */
lanewalk_status lanewalk_first_return_ball(size_t dimensions,
                                           double radius,
                                           uint64_t horizon,
                                           lanewalk_problem **problem);

/**
 * Walks on the lattice of 1 to 8 dimensions until they return to the origin, for at most `horizon` steps, from 1 to
 * 2^64 - 2. Ownership as above.
 */
lanewalk_status lanewalk_first_return_lattice(size_t dimensions, uint64_t horizon, lanewalk_problem **problem);

/**
 * Monte Carlo pi from `points` points. Ownership as above.
 */
lanewalk_status lanewalk_pi(uint64_t points, lanewalk_problem **problem);

/**
 * `batches` estimates of pi from `batch_points` points each. Ownership as above.
 */
lanewalk_status lanewalk_pi_batches(uint64_t batches, uint64_t batch_points, lanewalk_problem **problem);

/**
 * Sets the seed. Default: 1.
 */
lanewalk_status lanewalk_problem_set_seed(lanewalk_problem *problem, uint64_t seed);

/**
 * Sets the number of walks: walkers 0 to `samples` - 1, at least one. Default: 300. Not for pi.
 */
lanewalk_status lanewalk_problem_set_samples(lanewalk_problem *problem, uint64_t samples);

/**
 * Sets a shard of walkers: `first` to `end` - 1. The results of all shards merge into the result of the whole. Not
 * for pi.
 */
lanewalk_status lanewalk_problem_set_walkers(lanewalk_problem *problem, uint64_t first, uint64_t end);

/**
 * Shares the exact values of this problem with equal problems that the thread has recalled before; seeds and walkers
 * may differ. The last 16 problems are kept. For languages whose objects are values, and which create a problem for
 * each call.
 */
lanewalk_status lanewalk_problem_recall(lanewalk_problem *problem);

/**
 * Sets a shard of the points of `lanewalk_pi`: `first` to `end` - 1.
 */
lanewalk_status lanewalk_problem_set_shard(lanewalk_problem *problem, uint64_t first, uint64_t end);

/**
 * Sets the algorithm. For `lanewalk_first_passage`: "plain", "nested", "wald" or "exact". For pi: "plain",
 * "antithetic", "stratified" or "conditional". Default: "plain".
 */
lanewalk_status lanewalk_problem_set_method(lanewalk_problem *problem, const char *method);

/**
 * Sets whether each distance of `lanewalk_first_passage` has its own walkers, so that its estimates are independent.
 * Default: `false`.
 */
lanewalk_status lanewalk_problem_set_independent(lanewalk_problem *problem, bool independent);

/**
 * Sets the start of the walks of `lanewalk_first_exit`, between the barriers. Default: 0.
 */
lanewalk_status lanewalk_problem_set_start(lanewalk_problem *problem, double start);

/**
 * Ends walks of `lanewalk_first_exit`, `lanewalk_in_ball` or `lanewalk_in_cube` after `horizon` steps, from 1 on. Such
 * walks count as censored. Returns have their horizon from the beginning.
 */
lanewalk_status lanewalk_problem_set_horizon(lanewalk_problem *problem, uint64_t horizon);

/**
 * Sets the number of batches of `lanewalk_pi_batches` that a thread takes at a time. Default: 4.
 */
lanewalk_status lanewalk_problem_set_chunk(lanewalk_problem *problem, uint64_t chunk);

/**
 * Sets whether the batches of `lanewalk_pi_batches` are reported as they finish. Default: `false`, in order.
 */
lanewalk_status lanewalk_problem_set_unordered(lanewalk_problem *problem, bool unordered);

/**
 * Checks whether a problem can be run, without running it.
 */
lanewalk_status lanewalk_problem_check(const lanewalk_problem *problem);

/**
 * The number of coordinates of the end position of a walk: 1 on the line, the number of dimensions in space, 0 on the
 * lattice. Not for pi.
 */
lanewalk_status lanewalk_problem_coordinates(const lanewalk_problem *problem, size_t *coordinates);

/**
 * Copies a problem. Copies share the exact values once they are computed. The caller owns `*copy`.
 */
lanewalk_status lanewalk_problem_clone(const lanewalk_problem *problem, lanewalk_problem **copy);

/**
 * Frees a problem and sets `*problem` to NULL. NULL is permitted.
 */
void lanewalk_problem_free(lanewalk_problem **problem);

/**
 * The number of rows.
 */
lanewalk_status lanewalk_result_rows(const lanewalk_result *result, size_t *rows);

/**
 * The seed of the run.
 */
lanewalk_status lanewalk_result_seed(const lanewalk_result *result, uint64_t *seed);

/**
 * The distance of a row of `lanewalk_first_passage`.
 */
lanewalk_status lanewalk_result_distance(const lanewalk_result *result, size_t row, double *distance);

/**
 * The exact sums of a row of walks. For `lanewalk_first_exit`, `side` is "lower" or "upper" for the walks that ended
 * there, or NULL for both. For other walks it is NULL.
 */
lanewalk_status lanewalk_result_tally(const lanewalk_result *result,
                                      size_t row,
                                      const char *side,
                                      lanewalk_tally *tally);

/**
 * The number of all walks of a row, and the number of those that the horizon ended. Either output may be NULL.
 */
lanewalk_status lanewalk_result_walks(const lanewalk_result *result, size_t row, uint64_t *samples, uint64_t *censored);

/**
 * The exact sums of points of pi: of `lanewalk_pi`, or of all batches of `lanewalk_pi_batches` together.
 */
lanewalk_status lanewalk_result_pi_tally(const lanewalk_result *result, lanewalk_pi_tally *tally);

/**
 * The exact sums over the batches of `lanewalk_pi_batches`.
 */
lanewalk_status lanewalk_result_batches(const lanewalk_result *result, lanewalk_batch_sums *sums);

/**
 * Copies the digest, a hash of the exact tallies of all rows, to `buffer` of `size` bytes, with its final zero byte.
 * Equal digests mean equal results, in every language and on the command line. `*length`, which may be NULL unless
 * `size` is 0, receives its length without the zero byte. With `size` 0, only the length is written.
 */
lanewalk_status lanewalk_result_digest(const lanewalk_result *result, char *buffer, size_t size, size_t *length);

/**
 * Adds the walkers or points of `other` to `result`, exactly. `LANEWALK_STATUS_MERGE` if problem, method or seed
 * differ, or if both hold the same walkers or points; `result` is then unchanged.
 */
lanewalk_status lanewalk_result_merge(lanewalk_result *result, const lanewalk_result *other);

/**
 * Whether two results are equal: the same problem, seed, walkers or points, and sums.
 */
lanewalk_status lanewalk_result_equal(const lanewalk_result *result, const lanewalk_result *other, bool *equal);

/**
 * Copies a result. The caller owns `*copy`.
 */
lanewalk_status lanewalk_result_clone(const lanewalk_result *result, lanewalk_result **copy);

/**
 * Frees a result and sets `*result` to NULL. NULL is permitted.
 */
void lanewalk_result_free(lanewalk_result **result);

/**
 * An estimate of a row, by name. Means are in steps.
 *
 * - `lanewalk_first_passage`: "mean"
 * - `lanewalk_first_exit` and its variants: "mean", "mean_lower", "mean_upper"
 * - the same, as probabilities: "probability_lower", "probability_upper", "probability_censored"
 * - `lanewalk_in_ball`, `lanewalk_in_cube`: "mean", "wald_mean"
 * - `lanewalk_first_return_sign` and its variants: "mean", "mean_returned", "probability"
 * - `lanewalk_pi`, `lanewalk_pi_batches`: "pi"
 *
 * With a horizon h, "mean" is the mean of the smaller one of T and h. The first call for a problem may compute exact
 * values, in some milliseconds, for returns on a lattice in up to a second; `lanewalk_solve` computes them under a
 * control.
 */
lanewalk_status lanewalk_result_estimate(const lanewalk_result *result,
                                         size_t row,
                                         const char *name,
                                         lanewalk_estimate *estimate);

/**
 * Runs a problem.
 *
 * The result depends only on the problem. `exec` may be NULL. The caller owns `*result` and frees it with
 * `lanewalk_result_free`. After `LANEWALK_STATUS_STOPPED` there is no result; run in shards to keep finished ones.
 */
lanewalk_status lanewalk_run(const lanewalk_problem *problem, const lanewalk_exec *exec, lanewalk_result **result);

/**
 * Runs `lanewalk_pi_batches` and reports every batch to `each`, in order unless the problem is unordered.
 *
 * `each` is called with the pointer `user`, never by two threads at the same time, but possibly on a thread of the
 * library. It must return normally: a C++ exception or a `longjmp` must not leave it. Otherwise as `lanewalk_run`.
 */
lanewalk_status lanewalk_run_batches(const lanewalk_problem *problem,
                                     const lanewalk_exec *exec,
                                     lanewalk_each_batch each,
                                     void *user,
                                     lanewalk_result **result);

/**
 * Runs a problem of walks and counts all times. The result has the functions `lanewalk_result_survival` and
 * `lanewalk_result_quantile`, but no estimates. For one distance only. Otherwise as `lanewalk_run`.
 */
lanewalk_status lanewalk_run_times(const lanewalk_problem *problem,
                                   const lanewalk_exec *exec,
                                   lanewalk_result **result);

/**
 * Writes the time and the end position of each walker to the caller's arrays.
 *
 * `times[i]` is the time of the i-th walker of the problem in steps, or `LANEWALK_CENSORED` if the horizon ended its
 * walk. `times_size` is the number of walkers. `positions` may be NULL, with `positions_size` 0. Otherwise it
 * receives `lanewalk_problem_coordinates` numbers for each walker, in units of 2^-31, and `positions_size` is their
 * number.
 *
 * The arrays must not overlap. After `LANEWALK_STATUS_STOPPED`, the time of each walker without a result is
 * `LANEWALK_NOT_DONE` and its position is unchanged; the other entries are valid. After any other error, the arrays
 * are unchanged.
 */
lanewalk_status lanewalk_walk_each(const lanewalk_problem *problem,
                                   const lanewalk_exec *exec,
                                   uint64_t *times,
                                   size_t times_size,
                                   int64_t *positions,
                                   size_t positions_size);

/**
 * Computes the exact values that the results of a problem of walks show, unless they are known. Not for pi, whose
 * value is known. Copies of the problem
 * and its results share them. A control of `exec` can stop the computation; `lanewalk_result_estimate` cannot be
 * stopped.
 */
lanewalk_status lanewalk_solve(const lanewalk_problem *problem, const lanewalk_exec *exec);

/**
 * The exact values of a problem of walks, computed without a sample. `row` is the index of a distance of
 * `lanewalk_first_passage`, and 0 for other problems. Values that are not known are NaN.
 */
lanewalk_status lanewalk_exact(const lanewalk_problem *problem, size_t row, lanewalk_exact_values *values);

/**
 * Writes to `probabilities[i]` the share of the walks of `lanewalk_run_times` with T > `steps[i]`, for `count`
 * values. Beyond the horizon it is NaN. The arrays must not overlap.
 */
lanewalk_status lanewalk_result_survival(const lanewalk_result *result,
                                         const uint64_t *steps,
                                         double *probabilities,
                                         size_t count);

/**
 * The quantile for `q` (above 0 and below 1) of the times of `lanewalk_run_times`.
 */
lanewalk_status lanewalk_result_quantile(const lanewalk_result *result, double q, lanewalk_quantile *quantile);

/**
 * Writes to `probabilities[i]` the exact probability of T > `steps[i]`, for `count` values. Known for one distance,
 * for barriers, for cubes, and for returns up to their horizon; beyond it the value is NaN. A horizon of other walks
 * does not change it. The arrays must not overlap.
 */
lanewalk_status lanewalk_exact_survival(const lanewalk_problem *problem,
                                        const uint64_t *steps,
                                        double *probabilities,
                                        size_t count);

/**
 * The exact quantile for `q` (above 0 and below 1), in steps; 0 if it is beyond the horizon of a return. Known as for
 * `lanewalk_exact_survival`.
 */
lanewalk_status lanewalk_exact_quantile(const lanewalk_problem *problem, double q, uint64_t *steps);

/**
 * Copies the result as JSON to `buffer` of `size` bytes, with its final zero byte: a list with the `parts` of each
 * row, as the library, the other languages and the command line write them. `*length`, which may be NULL unless
 * `size` is 0, receives its length without the zero byte. With `size` 0, only the length is written.
 */
lanewalk_status lanewalk_result_to_json(const lanewalk_result *result, char *buffer, size_t size, size_t *length);

/**
 * Makes a result from its parts as JSON, which `lanewalk_result_to_json` writes. Sums that no
 * run can have are refused. The caller owns `*result`.
 *
 * A thread keeps the last 16 results that it has written as JSON or read, up to 4 MiB, so a result that comes back has
 * the exact values that are computed already.
 */
lanewalk_status lanewalk_result_from_json(const char *parts, lanewalk_result **result);

/**
 * Creates a rod of `points` points, both ends included, with the time step 0.4 h^2, the steps in a time of 5, and the
 * initial field x (pi - x) / (0.25 pi^2).
 *
 * The caller owns `*rod` and frees it with `lanewalk_rod_free`.
 */
lanewalk_status lanewalk_heat(size_t points, lanewalk_rod **rod);

/**
 * Sets the time step, above 0 and at most h^2 / 2.
 */
lanewalk_status lanewalk_rod_set_time_step(lanewalk_rod *rod, double time_step);

/**
 * Sets the number of steps.
 */
lanewalk_status lanewalk_rod_set_steps(lanewalk_rod *rod, uint64_t steps);

/**
 * Starts from sin(mode x), with `mode` from 1 to points - 2.
 */
lanewalk_status lanewalk_rod_set_mode(lanewalk_rod *rod, uint64_t mode);

/**
 * Starts from these `count` finite values, one for each point. The first and the last value are held for all time.
 * The values are copied.
 */
lanewalk_status lanewalk_rod_set_start(lanewalk_rod *rod, const double *start, size_t count);

/**
 * Sets the algorithm: "stepping" or "spectral". Default: "stepping". The bits of "spectral" depend on the machine,
 * and it is an error after `lanewalk_rod_set_domains`.
 */
lanewalk_status lanewalk_rod_set_method(lanewalk_rod *rod, const char *method);

/**
 * Divides the rod into sub-domains, which exchange halos of `halo` points every `halo` steps. By default the library
 * chooses both. They change no bit of the field. Not for the method "spectral".
 */
lanewalk_status lanewalk_rod_set_domains(lanewalk_rod *rod, size_t domains, size_t halo);

/**
 * Checks a rod and states its discretisation. `grid` may be NULL.
 */
lanewalk_status lanewalk_rod_check(const lanewalk_rod *rod, lanewalk_grid *grid);

/**
 * Copies a rod. The caller owns `*copy`.
 */
lanewalk_status lanewalk_rod_clone(const lanewalk_rod *rod, lanewalk_rod **copy);

/**
 * Frees a rod and sets `*rod` to NULL. NULL is permitted.
 */
void lanewalk_rod_free(lanewalk_rod **rod);

/**
 * Takes all steps of a rod. `exec` may be NULL. The caller owns `*evolution`.
 */
lanewalk_status lanewalk_evolve(const lanewalk_rod *rod, const lanewalk_exec *exec, lanewalk_evolution **evolution);

/**
 * Takes all steps of a rod and writes the field to `field`, whose size is the number of points. `exec` may be NULL.
 * After an error, `field` is unchanged.
 */
lanewalk_status lanewalk_evolve_field(const lanewalk_rod *rod, const lanewalk_exec *exec, double *field, size_t size);

/**
 * Copies the field to `field`, whose size is the number of points.
 */
lanewalk_status lanewalk_evolution_field(const lanewalk_evolution *evolution, double *field, size_t size);

/**
 * The discretisation, and the values of the field beside exact ones. Either output may be NULL.
 */
lanewalk_status lanewalk_evolution_values(const lanewalk_evolution *evolution,
                                          lanewalk_grid *grid,
                                          lanewalk_field_values *values);

/**
 * The largest difference between the field and a known one, by name: "sine" (the scaled field and the sine of its
 * mode), "rounding" (the exact solution of the discrete equation), "continuum" (the solution of the heat equation;
 * NaN if it is not known for this start). `exec` may be NULL.
 */
lanewalk_status lanewalk_evolution_error(const lanewalk_evolution *evolution,
                                         const lanewalk_exec *exec,
                                         const char *name,
                                         double *value);

/**
 * Copies the digest of the field to `buffer`, as `lanewalk_result_digest` does.
 */
lanewalk_status lanewalk_evolution_digest(const lanewalk_evolution *evolution,
                                          char *buffer,
                                          size_t size,
                                          size_t *length);

/**
 * Frees an evolution and sets `*evolution` to NULL. NULL is permitted.
 */
void lanewalk_evolution_free(lanewalk_evolution **evolution);

/**
 * Creates a stepper with the initial field of a rod. The number of steps of the rod is not used. `exec` may be NULL.
 *
 * The caller owns `*stepper` and frees it with `lanewalk_stepper_free`.
 */
lanewalk_status lanewalk_stepper_new(const lanewalk_rod *rod, const lanewalk_exec *exec, lanewalk_stepper **stepper);

/**
 * Takes `steps` more steps. After `LANEWALK_STATUS_STOPPED` the field is lost: reset the control and set a field, or
 * free the stepper.
 */
lanewalk_status lanewalk_stepper_advance(lanewalk_stepper *stepper, uint64_t steps);

/**
 * The number of steps taken so far.
 */
lanewalk_status lanewalk_stepper_steps(const lanewalk_stepper *stepper, uint64_t *steps);

/**
 * Copies the field to `field`, whose size is the number of points.
 */
lanewalk_status lanewalk_stepper_field(const lanewalk_stepper *stepper, double *field, size_t size);

/**
 * Replaces the field by `field`, whose size is the number of points. Values are finite, and the ends are those that
 * the rod holds.
 */
lanewalk_status lanewalk_stepper_set_field(lanewalk_stepper *stepper, const double *field, size_t size);

/**
 * Frees a stepper and sets `*stepper` to NULL. NULL is permitted.
 */
void lanewalk_stepper_free(lanewalk_stepper **stepper);

/**
 * The base of a family of streams: mix(seed ^ mix(label + G)).
 */
lanewalk_status lanewalk_base(uint64_t seed, const char *label, uint64_t *value);

/**
 * The seed of an independent entry with these `count` keys, applied in their order: for a list of distances the key
 * of `lanewalk_distance_key`.
 */
lanewalk_status lanewalk_independent_seed(uint64_t seed, const uint64_t *keys, size_t count, uint64_t *value);

/**
 * The key of a distance or a radius: the barrier in units of 2^-31.
 */
lanewalk_status lanewalk_distance_key(double distance, uint64_t *key);

/**
 * Creates stream `index` (below 2^62) of a seed and a label of 1 to 8 ASCII characters, such as "walk". With labels
 * of your own, your streams are those of no run of lanewalk.
 */
lanewalk_status lanewalk_stream_new(uint64_t seed, const char *label, uint64_t index, lanewalk_stream *stream);

/**
 * Writes the next `count` draws of 64 bits. On the line, a draw gives two steps in units of 2^-31: its upper 32 bits
 * as a signed number, and then its lower 32 bits.
 */
lanewalk_status lanewalk_stream_draw(lanewalk_stream *stream, uint64_t *draws, size_t count);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LANEWALK_H */
