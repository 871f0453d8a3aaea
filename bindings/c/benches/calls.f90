! The cost of calls of the Fortran interface: calls. Prints the mean time of each call in microseconds.
program calls
    use lanewalk
    implicit none
    integer, parameter :: count = 2000
    type(lanewalk_exec) :: exec
    type(lanewalk_problem) :: walk
    type(lanewalk_result) :: outcome, many
    type(lanewalk_estimate) :: estimate
    type(lanewalk_tally) :: tally
    type(lanewalk_quantile) :: quantile
    type(lanewalk_rod) :: rod
    type(lanewalk_stream) :: stream
    integer(int64) :: draw(1)
    real(c_double) :: field(1001)
    integer :: i
    call exec%set_threads(1)
    call walk%first_passage([1.0_c_double])
    call walk%set_samples(1_int64)
    call start()
    do i = 1, count
        call walk%set_seed(int(i, int64))
    end do
    call stop('set_seed')
    call start()
    do i = 1, count
        call walk%run(outcome, exec)
    end do
    call stop('run of one walk')
    call outcome%estimate('mean', estimate)
    call start()
    do i = 1, count
        call outcome%estimate('mean', estimate)
    end do
    call stop('estimate')
    call start()
    do i = 1, count
        call outcome%tally(tally)
    end do
    call stop('tally')
    call walk%first_passage([(real(i, c_double), i=1, 100)])
    call walk%set_samples(1000_int64)
    call walk%run(many, exec)
    call start()
    do i = 1, count
        call many%tally(tally, row=50)
    end do
    call stop('tally of a row of 100')
    call walk%first_passage([10.0_c_double])
    call walk%set_samples(100000_int64)
    call walk%run_times(many, exec)
    call start()
    do i = 1, count
        call many%quantile(0.5_c_double, quantile)
    end do
    call stop('quantile of 100 000 times')
    call stream%create(1_int64, 'mine', 0_int64)
    call start()
    do i = 1, count
        call stream%draw(draw)
    end do
    call stop('draw of one number')
    call rod%create(1001)
    call rod%initial_field(field)
    call start()
    do i = 1, count
        call rod%advance(field, 0_int64, exec)
    end do
    call stop('advance of 1001 points by no step')

contains

    subroutine start()
        call clock(1)
    end subroutine start

    subroutine stop(name)
        character(*), intent(in) :: name
        call clock(2, name)
    end subroutine stop

    subroutine clock(call, name)
        integer, intent(in) :: call
        character(*), intent(in), optional :: name
        integer(int64), save :: first
        integer(int64) :: now, rate
        call system_clock(now, rate)
        if (call == 1) first = now
        if (present(name)) print '(a, f10.2, a)', name//': ', 1e6*real(now - first)/real(rate)/count, ' us'
    end subroutine clock
end program calls
