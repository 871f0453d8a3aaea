! Shards, errors, copies and a stop from another thread, through the Fortran interface.
module hooks
    use, intrinsic :: iso_c_binding
    implicit none
contains
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
        call check(index(errmsg, argument//': ') == 1, argument//': message')
    end subroutine refused

    subroutine refusals()
        type(lanewalk_problem) :: walk, empty
        type(lanewalk_result) :: outcome
        type(lanewalk_exec) :: exec
        type(lanewalk_rod) :: rod
        type(lanewalk_tally) :: tally
        type(lanewalk_estimate) :: estimate
        character(200) :: errmsg
        integer(int64) :: times(3)
        real(c_double) :: field(4), nan
        integer :: stat
        nan = 0
        nan = nan/nan
        call empty%run(outcome, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'problem')
        call outcome%tally(tally, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'result')
        call walk%first_passage([nan])
        call walk%run(outcome, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'distance')
        call walk%first_passage([real(c_double) ::])
        call walk%run(outcome, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'distances')
        call walk%first_passage([1.0_c_double])
        call walk%set_samples(-1_int64)
        call walk%check(stat, errmsg)
        call refused(stat, errmsg, 'walkers')
        call walk%set_method('plane', stat, errmsg)
        call refused(stat, errmsg, 'method')
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
        call walk%run(outcome, stat=stat)
        call check(stat == lanewalk_ok, 'a run')
        call outcome%tally(tally, row=0, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'row')
        call outcome%tally(tally, row=2, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'row')
        call outcome%estimate('median', estimate, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'name')
        call outcome%from_json('[]', stat, errmsg)
        call refused(stat, errmsg, 'parts')
        call exec%set_threads(0, stat, errmsg)
        call refused(stat, errmsg, 'threads')
        call exec%set_isa('sse9', stat, errmsg)
        call refused(stat, errmsg, 'isa')
        call walk%in_ball(-1, 2.0_c_double)
        call walk%run(outcome, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'dimensions')
        call rod%create(5)
        call rod%evolve(field, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'size')
        call check(all(field == 9), 'the field is untouched')
        call rod%set_time_step(nan)
        call rod%evolve(field, stat=stat, errmsg=errmsg)
        call refused(stat, errmsg, 'time_step')
    end subroutine refusals

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
    end subroutine stop_from_another_thread
end program behaviour
