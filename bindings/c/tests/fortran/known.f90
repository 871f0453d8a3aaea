! The known answers, which independent programs computed, through the Fortran interface: known FOLDER.
module checks
    implicit none
contains
    subroutine check(condition, what)
        logical, intent(in) :: condition
        character(*), intent(in) :: what
        character(:), allocatable :: message
        if (condition) return
        message = 'not true: '//what
        error stop message
    end subroutine check

    !> A column of a line, from 1; empty beyond the last one.
    function column(line, number) result(text)
        character(*), intent(in) :: line
        integer, intent(in) :: number
        character(:), allocatable :: text
        integer :: i, first, comma
        first = 1
        do i = 1, number - 1
            comma = index(line(first:), ',')
            if (comma == 0) error stop 'a line has too few columns'
            first = first + comma
        end do
        comma = index(line(first:), ',')
        if (comma == 0) then
            text = trim(line(first:))
        else
            text = line(first:first + comma - 2)
        end if
    end function column

    !> A whole number without sign, in decimal or as 0x and hexadecimal digits, as the 64 bits of an integer.
    function whole(text) result(number)
        use, intrinsic :: iso_fortran_env, only: int64
        character(*), intent(in) :: text
        integer(int64) :: number
        integer :: i
        number = 0
        if (len(text) > 2) then
            if (text(1:2) == '0x') then
                read (text(3:), '(z16)') number
                return
            end if
        end if
        do i = 1, len(text)
            ! Numbers above 2^63 - 1 wrap to the negative number with the same bits (-fwrapv).
            number = 10*number + iachar(text(i:i)) - iachar('0')
        end do
    end function whole

    function real_of(text) result(number)
        use, intrinsic :: iso_c_binding, only: c_double
        character(*), intent(in) :: text
        real(c_double) :: number
        number = 0
        if (len(text) > 0) read (text, *) number
    end function real_of
end module checks

program known
    use checks
    use lanewalk
    implicit none
    character(4096) :: folder
    call get_command_argument(1, folder)
    call walks(trim(folder)//'/walk.csv')
    call problems(trim(folder)//'/problems.csv')
    call pi(trim(folder)//'/pi.csv')
    call heat(trim(folder)//'/heat.csv')
    call streams(trim(folder)//'/streams.csv')

contains

    !> Opens a table behind its first line.
    function table(path) result(unit)
        character(*), intent(in) :: path
        integer :: unit
        open (newunit=unit, file=path, status='old', action='read')
        read (unit, *)
    end function table

    subroutine walks(path)
        character(*), intent(in) :: path
        character(1024) :: line
        type(lanewalk_problem) :: walk
        type(lanewalk_result) :: outcome
        type(lanewalk_tally) :: tally
        integer :: unit, io, rows
        unit = table(path)
        rows = 0
        do
            read (unit, '(a)', iostat=io) line
            if (io /= 0) exit
            call walk%first_passage([real_of(column(line, 1))])
            call walk%set_samples(whole(column(line, 2)))
            call walk%set_seed(whole(column(line, 3)))
            call walk%run(outcome)
            call outcome%tally(tally)
            call check(lanewalk_digits(tally%total_steps) == column(line, 4), trim(line))
            call check(lanewalk_digits(tally%sum_squares) == column(line, 5), trim(line))
            call check(tally%longest == whole(column(line, 6)) .and. tally%lower == whole(column(line, 7)), trim(line))
            rows = rows + 1
        end do
        call check(rows > 0, path)
        close (unit)
    end subroutine walks

    subroutine problems(path)
        character(*), intent(in) :: path
        character(1024) :: line
        character(:), allocatable :: kind
        type(lanewalk_problem) :: walk
        type(lanewalk_result) :: outcome
        type(lanewalk_tally) :: tally
        integer(int64), allocatable :: times(:), positions(:, :)
        integer(int64) :: horizon, samples, censored, total, weight, walker
        real(c_double) :: lower, upper
        integer :: unit, io, dimensions, coordinates, i
        unit = table(path)
        do
            read (unit, '(a)', iostat=io) line
            if (io /= 0) exit
            kind = column(line, 1)
            dimensions = int(whole(column(line, 2)))
            lower = real_of(column(line, 3))
            upper = real_of(column(line, 4))
            horizon = whole(column(line, 6))
            select case (kind)
            case ('between')
                call walk%first_exit(lower, upper)
            case ('up')
                call walk%first_exit_upper(upper, horizon)
            case ('down')
                call walk%first_exit_lower(lower, horizon)
            case ('ball')
                call walk%in_ball(dimensions, upper)
            case ('cube')
                call walk%in_cube(dimensions, upper)
            case ('sign')
                call walk%first_return_sign(horizon)
            case ('round')
                call walk%first_return_ball(dimensions, upper, horizon)
            case ('lattice')
                call walk%first_return_lattice(dimensions, horizon)
            case default
                error stop 'unknown kind'
            end select
            if (any(kind == [character(7) :: 'between', 'ball', 'cube']) .and. horizon > 0) then
                call walk%set_horizon(horizon)
            end if
            if (len(column(line, 5)) > 0) call walk%set_start(real_of(column(line, 5)))
            call walk%set_samples(whole(column(line, 7)))
            call walk%set_seed(whole(column(line, 8)))
            call walk%run(outcome)
            call outcome%tally(tally)
            call outcome%walks(samples, censored)
            call check(tally%samples == whole(column(line, 9)), trim(line))
            call check(lanewalk_digits(tally%total_steps) == column(line, 10), trim(line))
            call check(lanewalk_digits(tally%sum_squares) == column(line, 11), trim(line))
            call check(tally%longest == whole(column(line, 12)) .and. censored == whole(column(line, 13)), trim(line))
            call check(tally%lower == whole(column(line, 14)), trim(line))

            call walk%coordinates(coordinates)
            if (allocated(times)) deallocate (times, positions)
            allocate (times(samples), positions(coordinates, samples))
            call walk%walk_each(times, positions)
            total = 0
            weight = 1
            do walker = 1, samples
                if (times(walker) /= lanewalk_censored) total = total + weight*times(walker)
                do i = 1, coordinates
                    weight = weight + 2
                    total = total + weight*positions(i, walker)
                end do
                weight = weight + 2
            end do
            call check(total == whole('0x'//column(line, 15)), trim(line))
        end do
        close (unit)
    end subroutine problems

    subroutine pi(path)
        character(*), intent(in) :: path
        character(1024) :: line
        type(lanewalk_problem) :: points
        type(lanewalk_result) :: outcome
        type(lanewalk_pi_tally) :: tally
        integer :: unit, io
        unit = table(path)
        do
            read (unit, '(a)', iostat=io) line
            if (io /= 0) exit
            call points%pi(whole(column(line, 2)))
            call points%set_method(column(line, 1))
            call points%set_seed(whole(column(line, 3)))
            call points%run(outcome)
            call outcome%pi_tally(tally)
            call check(lanewalk_digits(tally%sum) == column(line, 4), trim(line))
            call check(lanewalk_digits(tally%spread) == column(line, 5), trim(line))
        end do
        close (unit)
    end subroutine pi

    subroutine heat(path)
        character(*), intent(in) :: path
        character(1024) :: line
        type(lanewalk_rod) :: rod
        real(c_double), allocatable :: field(:), again(:)
        integer(int64) :: total, steps
        integer :: unit, io, points, i
        unit = table(path)
        do
            read (unit, '(a)', iostat=io) line
            if (io /= 0) exit
            points = int(whole(column(line, 1)))
            steps = whole(column(line, 2))
            if (allocated(field)) deallocate (field, again)
            allocate (field(points), again(points))
            call rod%create(points)
            call rod%set_steps(steps)
            call rod%evolve(field)
            call rod%initial_field(again)
            call rod%advance(again, steps/3)
            call rod%advance(again, steps - steps/3)
            call check(all(transfer(field, [0_int64]) == transfer(again, [0_int64])), trim(line))
            total = 0
            do i = 1, points
                total = total + (2*i - 1)*transfer(field(i), 0_int64)
            end do
            call check(total == whole('0x'//column(line, 3)), trim(line))
        end do
        close (unit)
    end subroutine heat

    subroutine streams(path)
        character(*), intent(in) :: path
        character(1024) :: line
        type(lanewalk_stream) :: stream
        integer(int64) :: base, draws(3)
        integer :: unit, io, i
        unit = table(path)
        do
            read (unit, '(a)', iostat=io) line
            if (io /= 0) exit
            call lanewalk_base_of(whole(column(line, 1)), column(line, 2), base)
            call check(base == whole(column(line, 4)), trim(line))
            call stream%create(whole(column(line, 1)), column(line, 2), whole(column(line, 5)))
            call stream%draw(draws)
            do i = 1, 3
                call check(draws(i) == whole(column(line, 5 + i)), trim(line))
            end do
        end do
        close (unit)
    end subroutine streams
end program known
