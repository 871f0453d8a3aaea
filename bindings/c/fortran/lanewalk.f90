! The Fortran interface of lanewalk, on top of lanewalk.h. Compile lanewalk_c.f90, this file and your program, and link
! the library lanewalk.
!
! What lanewalk.h says about units, determinism and threads holds here too. Rows, points and entries of arrays count
! from 1. Counts, seeds and times are integer(int64); a seed above 2^63 - 1 is the negative number with the same bits.
! A number that does not exist is NaN. Every procedure that can fail has the optional arguments `stat` and `errmsg`, as
! ALLOCATE has: `stat` is 0 or the status of lanewalk.h, and `errmsg` becomes the message of an error; without `stat`,
! an error stops the program with its message. `lanewalk_error_argument` names the invalid argument of the last error of
! the thread. After an error, objects and outputs are as they were.
!
! Objects are values. A problem, an execution or a rod is its description, a result is its exact sums, and a stream is
! its state. So every copy is a real copy, and nothing has to be freed. A handle of lanewalk.h exists during a call
! only. The exception is a control, which several threads share: its copies are the same control, and `free` ends it.
module lanewalk
    use, intrinsic :: iso_c_binding
    use, intrinsic :: iso_fortran_env, only: int64
    use lanewalk_c
    implicit none
    private

    public :: int64, c_double, c_funloc, c_funptr, c_ptr, c_bool
    public :: lanewalk_exec, lanewalk_control, lanewalk_problem, lanewalk_result, lanewalk_rod, lanewalk_evolution
    public :: lanewalk_stream, lanewalk_u128, lanewalk_tally, lanewalk_pi_tally, lanewalk_batch_sums
    public :: lanewalk_estimate, lanewalk_exact_values, lanewalk_quantile, lanewalk_grid, lanewalk_field_values
    public :: lanewalk_progress, lanewalk_plan, lanewalk_machine, lanewalk_on_batch
    public :: lanewalk_digits, lanewalk_error_argument, lanewalk_base_of, lanewalk_independent_seed_of
    public :: lanewalk_distance_key_of, lanewalk_isa, lanewalk_missing_z, lanewalk_version_text, lanewalk_abi

    integer, parameter, public :: lanewalk_ok = 0, lanewalk_invalid_argument = 1, lanewalk_unavailable = 2, &
        lanewalk_out_of_memory = 3, lanewalk_no_threads = 4, lanewalk_stopped = 5, lanewalk_no_merge = 6, &
        lanewalk_internal = 7
    !> The time of a walker that the horizon ended: 2^64 - 1.
    integer(int64), parameter, public :: lanewalk_censored = -1_int64
    !> The time of a walker without a result after a stop.
    integer(int64), parameter, public :: lanewalk_not_done = 0_int64
    !> A position of 1, in units of 2^-31.
    real(c_double), parameter, public :: lanewalk_unit = 2147483648.0_c_double

    !> A whole number of 128 bits without sign: `lanewalk_digits` writes it.
    type, bind(C) :: lanewalk_u128
        integer(c_int64_t) :: low = 0, high = 0
    end type

    type, bind(C) :: lanewalk_tally
        integer(c_int64_t) :: samples = 0
        type(lanewalk_u128) :: total_steps, sum_squares
        integer(c_int64_t) :: longest = 0, lower = 0
    end type

    type, bind(C) :: lanewalk_pi_tally
        integer(c_int64_t) :: points = 0
        type(lanewalk_u128) :: sum, spread
    end type

    type, bind(C) :: lanewalk_batch_sums
        integer(c_int64_t) :: batches = 0
        type(lanewalk_u128) :: sum_squares_low, sum_squares_high
    end type

    type, bind(C) :: lanewalk_estimate
        real(c_double) :: value, std_error, interval_lower, interval_upper, exact, exact_relative_error, z
        !> `lanewalk_missing_z` is the same as a text.
        character(kind=c_char) :: missing_z(64)
    end type

    type, bind(C) :: lanewalk_exact_values
        real(c_double) :: mean, std_dev, relative_error, probability_lower, probability_upper, mean_lower, &
            mean_upper, probability, ever
    end type

    type, bind(C) :: lanewalk_quantile
        integer(c_int64_t) :: steps = 0, interval_lower = 0, interval_upper = 0
    end type

    type, bind(C) :: lanewalk_grid
        integer(c_size_t) :: points = 0
        real(c_double) :: spacing = 0, time_step = 0, ratio = 0
        integer(c_int64_t) :: steps = 0
    end type

    type, bind(C) :: lanewalk_field_values
        integer(c_int64_t) :: mode = 0
        real(c_double) :: eigenvalue = 0, discrete_eigenvalue = 0, largest = 0
    end type

    type, bind(C) :: lanewalk_progress
        integer(c_int64_t) :: done = 0, total = 0
        logical(c_bool) :: stopped = .false._c_bool
    end type

    !> The choices of a run on this machine. `isa` is empty for layers other than 'simd'.
    type :: lanewalk_plan
        character(16) :: layer = '', isa = ''
        integer :: threads = 0
        logical :: pinned = .false.
    end type

    !> The processors of this machine. A number that is unknown is 0.
    type :: lanewalk_machine
        integer :: threads = 0, logical_cores = 0, physical_cores = 0, sockets = 0
        character(128) :: cpu = ''
    contains
        procedure :: detect => machine_detect
    end type

    abstract interface
        !> Receives the number of a batch, from 0, and its exact sums.
        subroutine lanewalk_on_batch(batch, tally)
            import :: int64, lanewalk_pi_tally
            integer(int64), intent(in) :: batch
            type(lanewalk_pi_tally), intent(in) :: tally
        end subroutine lanewalk_on_batch
    end interface

    !> A list of numbers. Short lists need no allocatable component, which compilers copy wrongly in rare places.
    type :: real_list
        integer(c_size_t) :: length = 0
        real(c_double) :: short(16) = 0
        real(c_double), allocatable :: long(:)
    end type

    !> The parts of a result as JSON, with a final zero byte. Parts of a few rows need no allocatable component.
    type :: text_value
        integer(c_size_t) :: length = 0
        character(kind=c_char) :: short(1024) = c_null_char
        character(kind=c_char), allocatable :: long(:)
    end type

    !> The call of a function of lanewalk.h that creates or changes a handle, with its numbers or its text.
    type :: setting
        integer :: code = 0
        integer(int64) :: i = 0, j = 0
        real(c_double) :: x = 0, y = 0
        character(64) :: text = ''
    end type

    !> The calls that make a handle: one that creates it, and then the settings, each in a place of its own.
    type :: recipe
        type(setting) :: kind, settings(9)
        !> The distances of a problem or the start of a rod.
        type(real_list) :: values
    end type

    ! The calls. The hundreds are the type of the handle, and the last digit of a setting is its place in a recipe.
    integer, parameter :: of_problem = 1, of_exec = 2, of_rod = 3
    integer, parameter :: code_seed = 101, code_samples = 102, code_walkers = 112, code_shard = 103, &
        code_method = 104, code_independent = 105, code_start = 106, code_horizon = 107, code_chunk = 108, code_unordered = 109, &
        code_first_passage = 150, code_first_exit = 151, code_first_exit_upper = 152, code_first_exit_lower = 153, &
        code_in_ball = 154, code_in_cube = 155, code_return_sign = 156, code_return_ball = 157, &
        code_return_lattice = 158, code_pi = 160, code_pi_batches = 161, code_no_problem = 199
    integer, parameter :: code_layer = 201, code_isa = 202, code_threads = 203, code_pin = 204, code_control = 205, &
        code_exec = 250, code_environment = 251
    integer, parameter :: code_rod_start = 301, code_rod_mode = 311, code_rod_time_step = 302, code_rod_steps = 303, &
        code_rod_method = 304, code_rod_domains = 305, code_rod = 350, code_no_rod = 399

    !> The procedure that `run_batches` calls.
    type :: batch_call
        procedure(lanewalk_on_batch), pointer, nopass :: on_batch => null()
    end type

    !> The progress of runs, and a way to stop them from another thread. Copies are the same control.
    type :: lanewalk_control
        private
        integer(int64) :: id = 0
    contains
        procedure :: create => control_create
        procedure :: stop => control_stop
        procedure :: reset => control_reset
        procedure :: progress => control_progress
        procedure :: free => control_free
    end type

    !> How to run. An object without settings stands for the defaults of lanewalk.h.
    type :: lanewalk_exec
        private
        type(recipe) :: recipe = recipe(setting(code_exec), setting(), real_list(long=null()))
    contains
        procedure :: from_environment => exec_from_environment
        procedure :: set_layer => exec_set_layer
        procedure :: set_isa => exec_set_isa
        procedure :: set_threads => exec_set_threads
        procedure :: set_pin => exec_set_pin
        procedure :: set_control => exec_set_control
        procedure :: plan => exec_plan
    end type

    !> What to compute: first one of the procedures that name a problem, then settings, then a run.
    type :: lanewalk_problem
        private
        type(recipe) :: recipe = recipe(setting(code_no_problem), setting(), real_list(long=null()))
    contains
        procedure :: first_passage => problem_first_passage
        procedure :: first_exit => problem_first_exit
        procedure :: first_exit_upper => problem_first_exit_upper
        procedure :: first_exit_lower => problem_first_exit_lower
        procedure :: in_ball => problem_in_ball
        procedure :: in_cube => problem_in_cube
        procedure :: first_return_sign => problem_first_return_sign
        procedure :: first_return_ball => problem_first_return_ball
        procedure :: first_return_lattice => problem_first_return_lattice
        procedure :: pi => problem_pi
        procedure :: pi_batches => problem_pi_batches
        procedure :: set_seed => problem_set_seed
        procedure :: set_samples => problem_set_samples
        procedure :: set_walkers => problem_set_walkers
        procedure :: set_shard => problem_set_shard
        procedure :: set_method => problem_set_method
        procedure :: set_independent => problem_set_independent
        procedure :: set_start => problem_set_start
        procedure :: set_horizon => problem_set_horizon
        procedure :: set_chunk => problem_set_chunk
        procedure :: set_unordered => problem_set_unordered
        procedure :: check => problem_check
        procedure :: run => problem_run
        procedure :: run_times => problem_run_times
        procedure :: run_batches => problem_run_batches
        procedure :: walk_each => problem_walk_each
        procedure :: coordinates => problem_coordinates
        procedure :: solve => problem_solve
        procedure :: exact => problem_exact
        procedure :: exact_survival => problem_exact_survival
        procedure :: exact_quantile => problem_exact_quantile
    end type

    !> The result of a run.
    type :: lanewalk_result
        private
        type(text_value) :: parts
        integer :: row_count = 0
    contains
        procedure :: rows => result_rows
        procedure :: seed => result_seed
        procedure :: distance => result_distance
        procedure :: tally => result_tally
        procedure :: walks => result_walks
        procedure :: pi_tally => result_pi_tally
        procedure :: batches => result_batches
        procedure :: estimate => result_estimate
        procedure :: survival => result_survival
        procedure :: quantile => result_quantile
        procedure :: digest => result_digest
        procedure :: to_json => result_to_json
        procedure :: from_json => result_from_json
        procedure :: merge => result_merge
        procedure, private :: equals => result_equals
        generic :: operator(==) => equals
    end type

    !> A rod that follows the heat equation.
    type :: lanewalk_rod
        private
        type(recipe) :: recipe = recipe(setting(code_no_rod), setting(), real_list(long=null()))
    contains
        procedure :: create => rod_create
        procedure :: set_time_step => rod_set_time_step
        procedure :: set_steps => rod_set_steps
        procedure :: set_mode => rod_set_mode
        procedure :: set_start => rod_set_start
        procedure :: set_method => rod_set_method
        procedure :: set_domains => rod_set_domains
        procedure :: grid => rod_grid
        procedure :: evolve => rod_evolve
        procedure :: evolution => rod_evolution
        procedure :: initial_field => rod_initial_field
        procedure :: advance => rod_advance
    end type

    !> The field of a rod after its steps, beside exact values. The errors are those of lanewalk_evolution_error.
    type :: lanewalk_evolution
        type(lanewalk_grid) :: grid
        type(lanewalk_field_values) :: values
        real(c_double) :: sine_error = 0, rounding_error = 0, continuum_error = 0
        character(16) :: digest = ''
        real(c_double), allocatable :: field(:)
    end type

    !> A stream of random numbers. Each copy draws on its own.
    type :: lanewalk_stream
        private
        integer(c_int64_t) :: state(4) = 0
    contains
        procedure :: create => stream_create
        procedure :: draw => stream_draw
    end type

contains

    include 'lanewalk_texts.inc'
    include 'lanewalk_recipes.inc'
    include 'lanewalk_execs.inc'
    include 'lanewalk_problems.inc'
    include 'lanewalk_results.inc'
    include 'lanewalk_runs.inc'
    include 'lanewalk_heat.inc'
    include 'lanewalk_streams.inc'

end module lanewalk
