! Shards, errors, values and a stop from another thread, through the Fortran interface.
module hooks
    use, intrinsic :: iso_c_binding
    implicit none
    integer(c_int64_t) :: batch_count, batch_points = 0, batch_sum = 0
contains
    subroutine count_batch(batch, tally)
        use lanewalk, only: lanewalk_pi_tally
        integer(c_int64_t), intent(in) :: batch
        type(lanewalk_pi_tally), intent(in) :: tally
        if (batch < 0 .or. batch >= 20) error stop 'a wrong batch'
        batch_count = batch_count + 1
        batch_points = batch_points + tally%points
        batch_sum = batch_sum + tally%sum%low
    end subroutine count_batch

    function stop_at_second_call(user) result(stops) bind(C)
        type(c_ptr), value :: user
        logical(c_bool) :: stops
        integer, pointer :: count
        call c_f_pointer(user, count)
        count = count + 1
        stops = logical(count >= 2, c_bool)
    end function stop_at_second_call
end module hooks

program behaviour
    use hooks
    use lanewalk
    implicit none
    call shards()
    call values()
    call refusals()
    call the_rest()
    call hook()
    call stop_from_another_thread()

contains

    subroutine check(condition, what)
        logical, intent(in) :: condition
        character(*), intent(in) :: what
        character(:), allocatable :: message
        if (condition) return
        message = 'not true: '//what
        error stop message
    end subroutine check

    subroutine shards()
        type(lanewalk_problem) :: walk, part
        type(lanewalk_result) :: whole, merged, more
        character(:), allocatable :: json, one, two
        real(c_double) :: distance
        integer :: rows, stat
        call walk%first_passage([10.0_c_double, 20.0_c_double])
        call walk%set_method('wald')
        part = walk
        call part%set_walkers(0_int64, 400_int64)
        call part%run(more)
        call part%set_walkers(400_int64, 1000_int64)
        call part%run(merged)
        call more%to_json(json)
        more = merged
        call merged%from_json(json)
        call merged%merge(more)
        call walk%set_samples(1000_int64)
        call walk%run(whole)
        call check(merged == whole .and. .not. merged == more, 'shards')
        call merged%digest(one)
        call whole%digest(two)
        call check(one == two .and. len(one) == 16, 'digests')
        call whole%rows(rows)
        call whole%distance(distance, row=2)
        call check(rows == 2 .and. distance == 20, 'rows')
        call merged%merge(more, stat)
        call check(stat == lanewalk_no_merge .and. merged == whole, 'a refused merge')
    end subroutine shards

    subroutine values()
        type(lanewalk_problem) :: walk
        type(lanewalk_result) :: outcome
        type(lanewalk_estimate) :: estimate
        type(lanewalk_exact_values) :: exact
        type(lanewalk_tally) :: lower, upper
        type(lanewalk_u128) :: number
        integer(int64) :: samples, censored
        real(c_double) :: probabilities(2)
        call walk%first_passage([10.0_c_double])
        call walk%exact(exact)
        call check(abs(exact%mean - 318.2934579398898_c_double) < 1e-6, 'exact mean')
        call walk%exact_survival([0_int64, 200_int64], probabilities)
        call check(probabilities(1) == 1 .and. probabilities(2) > 0.3 .and. probabilities(2) < 0.7, 'survival')
        call walk%run(outcome)
        call outcome%estimate('mean', estimate)
        call check(abs(estimate%z) < 5 .and. lanewalk_missing_z(estimate) == '', 'z')
        call walk%set_samples(1_int64)
        call walk%run(outcome)
        call outcome%estimate('mean', estimate)
        call check(estimate%z /= estimate%z .and. index(lanewalk_missing_z(estimate), 'z needs') == 1, 'missing z')
        call walk%first_exit(-3.0_c_double, 5.0_c_double)
        call walk%set_horizon(20_int64)
        call walk%run(outcome)
        call outcome%tally(lower, side='lower')
        call outcome%tally(upper, side='upper')
        call outcome%walks(samples, censored)
        call check(lower%samples + upper%samples + censored == samples, 'sides')
        number%low = -1
        call check(lanewalk_digits(number) == '18446744073709551615', 'digits')
        number%high = -1
        call check(lanewalk_digits(number) == '340282366920938463463374607431768211455', 'all digits')
        call check(lanewalk_version_text() == '0.1.0' .and. len(lanewalk_isa(1)) > 0, 'machine')
        call check(len(lanewalk_isa(100)) == 0 .and. len(lanewalk_isa(0)) == 0, 'unknown isa')
    end subroutine values

    subroutine refused(stat, errmsg, argument)
        integer, intent(in) :: stat
        character(*), intent(in) :: errmsg, argument
        call check(stat == lanewalk_invalid_argument, argument//': status')
        call check(lanewalk_error_argument() == argument, argument//': argument '//lanewalk_error_argument())
        call check(index(errmsg, argument//': ') == 1 .or. index(errmsg, argument//'(') == 1, argument//': message')
    end subroutine refused

    subroutine says(errmsg, part)
        character(*), intent(in) :: errmsg, part
        call check(index(errmsg, part) > 0, part//' in: '//trim(errmsg))
    end subroutine says

    subroutine refusals()
        type(lanewalk_problem) :: walk, empty
        type(lanewalk_result) :: outcome
        type(lanewalk_exec) :: exec
        type(lanewalk_rod) :: rod
        type(lanewalk_tally) :: tally
        type(lanewalk_estimate) :: estimate
        type(lanewalk_exact_values) :: exact
        type(lanewalk_quantile) :: quantile
        type(lanewalk_stream) :: stream
        type(lanewalk_control) :: control
        type(lanewalk_problem) :: ball
        character(200) :: errmsg
        integer(int64) :: times(3), four(4), turned(4, 1)
        real(c_double) :: field(4), five(5), nan
        integer :: stat
        nan = 0
        nan = nan/nan
        call empty%run(outcome, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'problem')
        call empty%set_seed(3_int64, stat, errmsg)
        call refused(stat, errmsg, 'problem')
        call rod%set_steps(3_int64, stat, errmsg)
        call refused(stat, errmsg, 'rod')
        call outcome%tally(tally, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'result')
        call walk%first_passage([nan])
        call walk%run(outcome, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'distances')
        call walk%first_passage([1.0_c_double, 2.0_c_double, -4.0_c_double])
        call walk%run(outcome, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'distances')
        call says(errmsg, 'distances(3): got -4, expected ')
        call walk%first_passage([real(c_double) ::])
        call walk%run(outcome, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'distances')
        ! Real numbers and texts are shown as they are.
        call walk%first_passage([1.5e19_c_double])
        call walk%check(stat, errmsg)
        call says(errmsg, 'distances(1): got 15000000000000000000, expected ')
        call walk%first_exit(-1.0_c_double, -1e300_c_double)
        call walk%check(stat, errmsg)
        call says(errmsg, 'upper: got -1e300, expected ')
        call walk%first_passage([1.0_c_double])
        call walk%set_method('15000000000000000000 at point 3', stat, errmsg)
        call says(errmsg, '15000000000000000000 at point 3')
        call walk%set_samples(-1_int64)
        call walk%check(stat, errmsg)
        call refused(stat, errmsg, 'samples')
        call says(errmsg, 'samples: got -1, expected ')
        call walk%set_walkers(9_int64, 2_int64)
        call walk%check(stat, errmsg)
        call refused(stat, errmsg, 'walkers')
        call says(errmsg, 'got 9..2')
        call walk%set_walkers(-9_int64, -2_int64)
        call walk%check(stat, errmsg)
        call says(errmsg, 'got -2, expected ')
        call walk%set_method('plane', stat, errmsg)
        call refused(stat, errmsg, 'method')
        call walk%set_method(repeat('x', 10000), stat, errmsg)
        call says(errmsg, 'xxx...')
        call walk%set_method('plain'//c_null_char//'x', stat, errmsg)
        call refused(stat, errmsg, 'method')
        call walk%set_method(char(255)//char(254), stat, errmsg)
        call refused(stat, errmsg, 'method')
        call ball%in_ball(3, 5.0_c_double)
        call ball%set_horizon(-5_int64, stat, errmsg)
        call refused(stat, errmsg, 'horizon')
        call says(errmsg, 'got -5, expected ')
        call ball%first_return_lattice(3, -5_int64, stat, errmsg)
        call refused(stat, errmsg, 'horizon')
        call ball%first_return_sign(-5_int64)
        call ball%check(stat, errmsg)
        call says(errmsg, 'horizon: got -5, expected ')
        call ball%pi_batches(3_int64, 4_int64)
        call ball%set_chunk(-1_int64, stat, errmsg)
        call refused(stat, errmsg, 'chunk')
        call ball%pi(-7_int64)
        call ball%solve(stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'problem')
        call ball%run(outcome, stat=stat, errmsg=errmsg)
        call says(errmsg, 'points: got -7, expected ')
        call walk%set_horizon(5_int64, stat, errmsg)
        call refused(stat, errmsg, 'horizon')
        call walk%set_samples(4_int64)
        times = 9
        call walk%walk_each(times, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'times')
        call check(all(times == 9), 'times are untouched')
        field = 9
        call walk%exact_survival(times, field, stat, errmsg)
        call refused(stat, errmsg, 'probabilities')
        call says(errmsg, 'probabilities: got 4 values, expected 3')
        call walk%exact_survival(times(:2), field(:3), stat, errmsg)
        call says(errmsg, 'probabilities: got 3 values, expected 2')
        call walk%exact_survival([1_int64, -3_int64], field(:2), stat, errmsg)
        call refused(stat, errmsg, 'steps')
        call says(errmsg, 'got -3')
        call walk%exact(exact, 2, stat, errmsg)
        call refused(stat, errmsg, 'row')
        call says(errmsg, 'row: got 2, expected 1 to 1')
        call walk%exact_quantile(1.5_c_double, times(1), stat, errmsg)
        call refused(stat, errmsg, 'q')
        call check(all(times == 9) .and. all(field == 9), 'arrays are untouched')
        call walk%walk_each(four, turned, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'positions')
        call walk%run(outcome, stat=stat)
        call check(stat == lanewalk_ok, 'a run')
        call outcome%tally(tally, row=0, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'row')
        call says(errmsg, 'row: got 0, expected 1 to 1')
        call outcome%tally(tally, row=2, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'row')
        call says(errmsg, 'row: got 2, expected 1 to 1')
        call outcome%estimate('mean', estimate, row=-3, stat=stat, errmsg=errmsg)
        call says(errmsg, 'row: got -3, expected 1 to 1')
        call outcome%quantile(0.5_c_double, quantile, stat, errmsg)
        call refused(stat, errmsg, 'result')
        call outcome%estimate('mean'//c_null_char, estimate, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'name')
        call outcome%from_json('[]'//c_null_char//'x', stat, errmsg)
        call refused(stat, errmsg, 'parts')
        call outcome%estimate('median', estimate, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'name')
        call outcome%from_json('[]', stat, errmsg)
        call refused(stat, errmsg, 'parts')
        call exec%set_threads(0, stat, errmsg)
        call refused(stat, errmsg, 'threads')
        call exec%set_threads(-3, stat, errmsg)
        call says(errmsg, 'threads: got -3, expected at most ')
        call exec%set_layer('scalar')
        call exec%set_isa('wide', stat, errmsg)
        call refused(stat, errmsg, 'isa')
        call exec%set_isa('sse9', stat, errmsg)
        call refused(stat, errmsg, 'isa')
        call walk%in_ball(-1, 2.0_c_double)
        call walk%run(outcome, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'dimensions')
        call says(errmsg, 'dimensions: got -1, expected ')
        call rod%create(5)
        call rod%evolve(field, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'field')
        call rod%advance(field, 3_int64, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'field')
        call rod%initial_field(field, stat, errmsg)
        call refused(stat, errmsg, 'field')
        call check(all(field == 9), 'the field is untouched')
        call rod%set_steps(-1_int64, stat, errmsg)
        call refused(stat, errmsg, 'steps')
        call rod%advance(field, -1_int64, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'steps')
        call rod%set_start([0.0_c_double, 1.0_c_double, nan, 1.0_c_double, 0.0_c_double], stat, errmsg)
        call refused(stat, errmsg, 'start')
        call says(errmsg, 'at point 3, expected ')
        call rod%set_domains(-2, 1)
        call rod%evolve(five, stat=stat, errmsg=errmsg)
        call says(errmsg, 'domains: got -2, expected ')
        call rod%create(5)
        call stream%draw(times, stat, errmsg)
        call refused(stat, errmsg, 'stream')
        call stream%create(1_int64, 'a'//c_null_char, 0_int64, stat, errmsg)
        call refused(stat, errmsg, 'label')
        call stream%create(1_int64, 'walk', -1_int64, stat, errmsg)
        call says(errmsg, 'index: got -1, expected ')
        call control%stop(stat, errmsg)
        call refused(stat, errmsg, 'control')
        call rod%set_time_step(nan)
        call rod%evolve(field, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'time_step')
    end subroutine refusals

    !> Distributions of T, batches, streams, and the machine.
    subroutine the_rest()
        type(lanewalk_problem) :: walk, points
        type(lanewalk_result) :: times, whole
        type(lanewalk_quantile) :: quantile
        type(lanewalk_batch_sums) :: sums
        type(lanewalk_pi_tally) :: tally
        type(lanewalk_exact_values) :: exact
        type(lanewalk_exec) :: exec
        type(lanewalk_plan) :: plan
        type(lanewalk_machine) :: machine
        type(lanewalk_rod) :: rod
        type(lanewalk_evolution) :: evolution
        type(lanewalk_grid) :: grid
        type(lanewalk_stream) :: stream
        integer(int64) :: steps, seed, draws(2), key, entry
        real(c_double) :: counted(2), known(2)
        real(c_double), allocatable :: field(:)
        integer :: stat
        call walk%first_passage([5.0_c_double])
        call walk%set_samples(50000_int64)
        call walk%set_seed(-7_int64)
        call walk%run_times(times)
        call times%seed(seed)
        call check(seed == -7, 'seed')
        call times%survival([10_int64, 100_int64], counted)
        call walk%exact_survival([10_int64, 100_int64], known)
        call check(all(abs(counted - known) < 0.02), 'survival')
        call times%quantile(0.5_c_double, quantile)
        call walk%exact_quantile(0.5_c_double, steps)
        call check(abs(steps - quantile%steps) <= 2, 'quantiles')
        call check(quantile%interval_lower <= quantile%interval_upper, 'the interval of a quantile')
        call walk%solve()
        call walk%exact(exact)
        call check(exact%mean > 80, 'solved')

        batch_count = 0
        call points%pi_batches(20_int64, 1000_int64)
        call points%set_unordered(.true.)
        call points%set_chunk(2_int64)
        call points%run_batches(count_batch, times)
        call times%batches(sums)
        call points%pi(20000_int64)
        call points%run(whole)
        call whole%pi_tally(tally)
        call check(batch_count == 20 .and. sums%batches == 20 .and. batch_points == 20000, 'batches')
        call check(batch_sum == tally%sum%low, 'the sum of the batches')
        call points%run_batches(count_batch, times, stat=stat)
        call check(stat == lanewalk_invalid_argument, 'pi has no batches')

        call exec%set_isa(lanewalk_isa(1))
        call exec%set_threads(2)
        call exec%set_pin('none')
        call exec%plan(plan)
        call check(plan%layer == 'simd' .and. plan%isa == lanewalk_isa(1) .and. plan%threads == 2, 'plan')
        call machine%detect()
        call check(machine%threads >= 1 .and. len_trim(machine%cpu) > 0 .and. lanewalk_abi() == 0, 'machine')
        call exec%from_environment(stat)
        call check(stat == lanewalk_ok, 'environment')

        call rod%create(51)
        call rod%set_domains(3, 2)
        call rod%evolution(evolution)
        allocate (field(51))
        call rod%evolve(field)
        call rod%grid(grid)
        call check(all(evolution%field == field) .and. evolution%sine_error < 1e-12, 'evolution')
        call check(evolution%grid%steps == grid%steps .and. grid%steps == 3166, 'grid')
        call check(len_trim(evolution%digest) == 16, 'the digest of a field')
        call check(abs(evolution%values%eigenvalue - 1) < 1e-3 .and. evolution%rounding_error < 1e-12, 'field values')
        ! In parts, with ends at 0: the same bits. Another field of the caller follows the same rod.
        call rod%set_domains(1, 1)
        call rod%initial_field(field)
        call rod%advance(field, 1000_int64)
        call rod%advance(field, 0_int64, exec)
        call rod%advance(field, 2166_int64, exec)
        call check(all(evolution%field == field), 'parts of a run')

        call stream%create(1_int64, 'walk', 0_int64)
        call stream%draw(draws)
        call check(draws(1) == int(z'84CBABB9245B9B0F', int64), 'a draw')
        call lanewalk_distance_key_of(10.0_c_double, key)
        call lanewalk_independent_seed_of(1_int64, [key], entry)
        call check(entry == int(z'E5F2EF5153ABBBFF', int64), 'an independent seed')
    end subroutine the_rest

    subroutine hook()
        integer, target :: count
        type(lanewalk_control) :: control
        type(lanewalk_exec) :: exec
        type(lanewalk_problem) :: walk
        type(lanewalk_result) :: outcome
        integer :: stat
        count = 0
        call control%create(c_funloc(stop_at_second_call), c_loc(count))
        call exec%set_control(control)
        call walk%first_passage([150.0_c_double])
        call walk%set_samples(2_int64**40)
        call walk%run(outcome, exec, stat)
        call check(stat == lanewalk_stopped .and. count >= 2, 'the hook stops the run')
        call control%free()
    end subroutine hook

    subroutine stop_from_another_thread()
        type(lanewalk_control) :: control
        type(lanewalk_exec) :: exec
        type(lanewalk_problem) :: walk
        type(lanewalk_result) :: outcome
        type(lanewalk_progress) :: progress
        integer :: stat
        stat = -1
        call control%create()
        call exec%set_control(control)
        call exec%set_threads(1)
        call walk%first_passage([150.0_c_double])
        call walk%set_samples(2_int64**40)
        !$omp parallel sections num_threads(2) shared(control, exec, walk, outcome, stat) private(progress)
        !$omp section
        call walk%run(outcome, exec, stat)
        !$omp section
        do
            call control%progress(progress)
            if (progress%done > 0) exit
        end do
        call control%stop()
        !$omp end parallel sections
        call check(stat == lanewalk_stopped, 'a stop from another thread')
        call control%reset()
        call walk%set_samples(300_int64)
        call walk%run(outcome, exec)
        call control%free()
    end subroutine stop_from_another_thread
end program behaviour
