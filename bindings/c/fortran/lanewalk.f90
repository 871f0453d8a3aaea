! The Fortran interface of lanewalk, on top of lanewalk.h. Compile lanewalk_c.f90, this file and your program, and link
! the library lanewalk.
!
! What lanewalk.h says about units, determinism and threads holds here too. Rows count from 1. Counts, seeds and times
! are integer(int64); a seed above 2^63 - 1 is the negative number with the same bits. A number that does not exist is
! NaN. Every procedure that can fail has the optional arguments `stat` and `errmsg`, as ALLOCATE has: `stat` is 0 or
! the status of lanewalk.h, and `errmsg` becomes the message of an error; without `stat`, an error stops the program
! with its message. `lanewalk_error_argument` names the invalid argument of the last error of the thread.
!
! Objects free what they own when they leave their scope. The assignment of one object to another one, `b = a`, copies
! it. Compilers copy objects bit by bit in other places, and both copies then free the same handle. So do not assign
! arrays of objects or variables of types that have objects as components, do not use ALLOCATE with SOURCE, allocate `b`
! before `b = a`, and return objects by arguments rather than as function results.
module lanewalk
    use, intrinsic :: iso_c_binding
    use, intrinsic :: iso_fortran_env, only: int64
    use lanewalk_c
    implicit none
    private

    public :: int64, c_double, c_funloc, c_funptr, c_ptr, c_bool
    public :: lanewalk_exec, lanewalk_control, lanewalk_problem, lanewalk_result, lanewalk_rod, lanewalk_stepper
    public :: lanewalk_stream, lanewalk_u128, lanewalk_tally, lanewalk_pi_tally, lanewalk_estimate
    public :: lanewalk_exact_values, lanewalk_grid, lanewalk_progress
    public :: lanewalk_digits, lanewalk_error_argument, lanewalk_base_of, lanewalk_isa, lanewalk_missing_z
    public :: lanewalk_version_text

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

    type, bind(C) :: lanewalk_estimate
        real(c_double) :: value, std_error, interval_lower, interval_upper, exact, exact_relative_error, z
        !> `lanewalk_missing_z` is the same as a text.
        character(kind=c_char) :: missing_z(64)
    end type

    type, bind(C) :: lanewalk_exact_values
        real(c_double) :: mean, std_dev, relative_error, probability_lower, probability_upper, mean_lower, &
            mean_upper, probability, ever
    end type

    type, bind(C) :: lanewalk_grid
        integer(c_size_t) :: points = 0
        real(c_double) :: spacing = 0, time_step = 0, ratio = 0
        integer(c_int64_t) :: steps = 0
    end type

    type, bind(C) :: lanewalk_progress
        integer(c_int64_t) :: done = 0, total = 0
        logical(c_bool) :: stopped = .false._c_bool
    end type

    !> The progress of runs, and a way to stop them from another thread. A control cannot be copied.
    type :: lanewalk_control
        private
        type(c_ptr) :: handle = c_null_ptr
    contains
        procedure :: create => control_create
        procedure :: stop => control_stop
        procedure :: reset => control_reset
        procedure :: progress => control_progress
        procedure, private :: copy => control_copy
        generic :: assignment(=) => copy
        final :: control_free
    end type

    !> How to run. An object without settings stands for the defaults of lanewalk.h.
    type :: lanewalk_exec
        private
        type(c_ptr) :: handle = c_null_ptr
    contains
        procedure :: from_environment => exec_from_environment
        procedure :: set_layer => exec_set_layer
        procedure :: set_isa => exec_set_isa
        procedure :: set_threads => exec_set_threads
        procedure :: set_pin => exec_set_pin
        procedure :: set_control => exec_set_control
        procedure, private :: copy => exec_copy
        generic :: assignment(=) => copy
        final :: exec_free
    end type

    !> What to compute: first one of the procedures that name a problem, then settings, then a run.
    type :: lanewalk_problem
        private
        type(c_ptr) :: handle = c_null_ptr
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
        procedure :: check => problem_check
        procedure :: run => problem_run
        procedure :: walk_each => problem_walk_each
        procedure :: coordinates => problem_coordinates
        procedure :: exact => problem_exact
        procedure :: exact_survival => problem_exact_survival
        procedure, private :: copy => problem_copy
        generic :: assignment(=) => copy
        final :: problem_free
    end type

    !> The result of a run.
    type :: lanewalk_result
        private
        type(c_ptr) :: handle = c_null_ptr
    contains
        procedure :: rows => result_rows
        procedure :: distance => result_distance
        procedure :: tally => result_tally
        procedure :: walks => result_walks
        procedure :: pi_tally => result_pi_tally
        procedure :: estimate => result_estimate
        procedure :: digest => result_digest
        procedure :: to_json => result_to_json
        procedure :: from_json => result_from_json
        procedure :: merge => result_merge
        procedure, private :: copy => result_copy
        procedure, private :: equals => result_equals
        generic :: assignment(=) => copy
        generic :: operator(==) => equals
        final :: result_free
    end type

    !> A rod that follows the heat equation.
    type :: lanewalk_rod
        private
        type(c_ptr) :: handle = c_null_ptr
    contains
        procedure :: create => rod_create
        procedure :: set_time_step => rod_set_time_step
        procedure :: set_steps => rod_set_steps
        procedure :: set_mode => rod_set_mode
        procedure :: set_start => rod_set_start
        procedure :: set_method => rod_set_method
        procedure :: grid => rod_grid
        procedure :: evolve => rod_evolve
        procedure, private :: copy => rod_copy
        generic :: assignment(=) => copy
        final :: rod_free
    end type

    !> A rod that is advanced in parts. A stepper cannot be copied.
    type :: lanewalk_stepper
        private
        type(c_ptr) :: handle = c_null_ptr
    contains
        procedure :: create => stepper_create
        procedure :: advance => stepper_advance
        procedure :: field => stepper_field
        procedure :: set_field => stepper_set_field
        procedure, private :: copy => stepper_copy
        generic :: assignment(=) => copy
        final :: stepper_free
    end type

    !> A stream of random numbers. A stream cannot be copied.
    type :: lanewalk_stream
        private
        type(c_ptr) :: handle = c_null_ptr
    contains
        procedure :: create => stream_create
        procedure :: draw => stream_draw
        procedure, private :: copy => stream_copy
        generic :: assignment(=) => copy
        final :: stream_free
    end type

contains

    include 'lanewalk_texts.inc'
    include 'lanewalk_problems.inc'
    include 'lanewalk_results.inc'
    include 'lanewalk_runs.inc'
    include 'lanewalk_heat.inc'

end module lanewalk
