! Objects are values: every form of copy gives an object of its own, and nothing leaks. Run it under valgrind too.
module makers
    use lanewalk
    implicit none

    type :: holder
        type(lanewalk_problem) :: walk
        type(lanewalk_exec) :: exec
        type(lanewalk_result) :: outcome
        type(lanewalk_rod) :: rod
        type(lanewalk_stream) :: stream
        type(lanewalk_control) :: control
        integer :: number = 0
    end type

    type, extends(lanewalk_problem) :: named_problem
        character(8) :: name = ''
    end type

contains

    subroutine check(condition, what)
        logical, intent(in) :: condition
        character(*), intent(in) :: what
        character(:), allocatable :: message
        if (condition) return
        message = 'not true: '//what
        error stop message
    end subroutine check

    !> A problem with `count` distances: above 16 they are in an allocatable component.
    function walk_to(count) result(walk)
        integer, intent(in) :: count
        type(lanewalk_problem) :: walk
        integer :: i
        call walk%first_passage([(1.0_c_double + i, i=1, count)])
        call walk%set_method('wald')
        call walk%set_samples(20_int64)
        call walk%set_seed(int(count, int64))
    end function walk_to

    !> A result with `count` rows: with many of them its text is in an allocatable component.
    function result_of(count) result(outcome)
        integer, intent(in) :: count
        type(lanewalk_result) :: outcome
        type(lanewalk_problem) :: walk
        walk = walk_to(count)
        call walk%run(outcome, one_thread())
    end function result_of

    function one_thread() result(exec)
        type(lanewalk_exec) :: exec
        call exec%set_threads(1)
        call exec%set_isa('wide')
    end function one_thread

    !> A rod whose field has `points` points.
    function rod_of(points) result(rod)
        integer, intent(in) :: points
        type(lanewalk_rod) :: rod
        integer :: i
        call rod%create(points)
        call rod%set_steps(10_int64)
        call rod%set_start([(real(i*(points - 1 - i), c_double), i=0, points - 1)])
    end function rod_of

    function stream_of(index) result(stream)
        integer(int64), intent(in) :: index
        type(lanewalk_stream) :: stream
        call stream%create(1_int64, 'walk', index)
    end function stream_of

    function digest_of(outcome) result(digest)
        type(lanewalk_result), intent(in) :: outcome
        character(:), allocatable :: digest
        call outcome%digest(digest)
    end function digest_of

    !> Whether two problems have the same result.
    function same(one, two) result(equal)
        class(lanewalk_problem), intent(in) :: one, two
        logical :: equal
        type(lanewalk_result) :: first, second
        call one%run(first, one_thread())
        call two%run(second, one_thread())
        equal = first == second
    end function same

    !> The middle of the field of a rod after its steps.
    function middle_of(rod) result(middle)
        type(lanewalk_rod), intent(in) :: rod
        real(c_double) :: middle
        type(lanewalk_evolution) :: evolution
        call rod%evolution(evolution, one_thread())
        middle = evolution%field((size(evolution%field) + 1)/2)
    end function middle_of

    function next_of(stream) result(next)
        type(lanewalk_stream), intent(in) :: stream
        type(lanewalk_stream) :: own
        integer(int64) :: draws(1), next
        own = stream
        call own%draw(draws)
        next = draws(1)
    end function next_of

    subroutine make_anew(walk)
        type(lanewalk_problem), intent(out) :: walk
        call walk%first_passage([3.0_c_double])
    end subroutine make_anew
end module makers

program copies
    use makers
    implicit none
    integer :: round
    do round = 1, 2
        call arrays(3)
        call arrays(40)
        call components(3)
        call components(40)
        call allocations(3)
        call allocations(40)
        call constructors(3)
        call constructors(40)
        call intrinsics()
        call threads()
        call failures()
        call controls()
        call exact_values()
    end do

contains

    !> The assignment of arrays and of their sections, and assignments to themselves.
    subroutine arrays(count)
        integer, intent(in) :: count
        type(lanewalk_problem) :: walks(3), others(3)
        type(lanewalk_result) :: results(3), more(3)
        type(lanewalk_rod) :: rods(2), bars(2)
        type(lanewalk_exec) :: execs(2), again(2)
        type(lanewalk_stream) :: streams(2), draws(2)
        integer :: i
        do i = 1, 3
            walks(i) = walk_to(count + i)
            results(i) = result_of(count + i)
        end do
        rods(1) = rod_of(count + 4)
        rods(2) = rod_of(count + 5)
        execs = one_thread()
        streams(1) = stream_of(1_int64)
        streams(2) = stream_of(2_int64)
        others = walks
        more = results
        bars = rods
        again = execs
        draws = streams
        ! A change of the copy leaves the original, and the other way round.
        call others(1)%set_seed(99_int64)
        call walks(2)%set_seed(98_int64)
        call check(.not. same(walks(1), others(1)) .and. .not. same(walks(2), others(2)), 'arrays are independent')
        call check(same(walks(3), others(3)), 'arrays are equal')
        others = others
        others(:) = others(3:1:-1)
        call check(same(walks(3), others(1)), 'sections')
        more = more(3:1:-1)
        call check(more(1) == results(3) .and. digest_of(more(3)) == digest_of(results(1)), 'results')
        call bars(1)%set_steps(20_int64)
        call check(middle_of(bars(2)) == middle_of(rods(2)) .and. middle_of(bars(1)) /= middle_of(rods(1)), 'rods')
        call check(next_of(draws(2)) == next_of(streams(2)) .and. next_of(draws(1)) /= next_of(draws(2)), 'streams')
    end subroutine arrays

    !> Types with objects as components, and arrays of such types.
    subroutine components(count)
        integer, intent(in) :: count
        type(holder) :: one, two, all(2)
        one%walk = walk_to(count)
        one%outcome = result_of(count)
        one%exec = one_thread()
        one%rod = rod_of(count + 4)
        one%stream = stream_of(3_int64)
        two = one
        all = one
        all(2) = two
        one = one
        call two%walk%set_seed(99_int64)
        call make_anew(all(1)%walk)
        call check(same(one%walk, all(2)%walk) .and. .not. same(one%walk, two%walk), 'components')
        call check(two%outcome == one%outcome .and. all(2)%outcome == one%outcome, 'results in components')
        call check(middle_of(all(1)%rod) == middle_of(one%rod), 'rods in components')
        call check(next_of(all(1)%stream) == next_of(one%stream), 'streams in components')
    end subroutine components

    !> ALLOCATE with SOURCE and MOLD, and assignments that allocate.
    subroutine allocations(count)
        integer, intent(in) :: count
        type(lanewalk_problem), allocatable :: walk, other, list(:), moved(:)
        type(lanewalk_result), allocatable :: outcome, more, results(:)
        type(lanewalk_rod), allocatable :: rod, bar
        type(lanewalk_exec), allocatable :: exec
        type(holder), allocatable :: one, two
        type(lanewalk_result) :: first
        walk = walk_to(count)
        allocate (other, source=walk)
        allocate (list(4), source=walk)
        outcome = result_of(count)
        allocate (more, source=outcome)
        allocate (results(2), source=outcome)
        rod = rod_of(count + 4)
        allocate (bar, source=rod)
        exec = one_thread()
        allocate (one)
        one%walk = walk
        one%outcome = outcome
        allocate (two, source=one)
        call walk%set_seed(99_int64)
        deallocate (outcome, rod)
        call check(same(other, list(4)) .and. .not. same(walk, other), 'allocated problems')
        call check(more == results(2) .and. two%outcome == more, 'allocated results')
        call check(middle_of(bar) > 0 .and. same(two%walk, other), 'allocated rods')
        call move_alloc(list, moved)
        list = moved
        list = moved(2:3)
        call other%run(first, exec)
        call check(size(list) == 2 .and. same(list(1), other) .and. first == more, 'moved arrays')
        deallocate (walk, other)
    end subroutine allocations

    !> Structure constructors, array constructors and function results.
    subroutine constructors(count)
        integer, intent(in) :: count
        type(lanewalk_problem) :: walk
        type(lanewalk_problem), allocatable :: walks(:)
        type(lanewalk_result) :: outcome
        type(lanewalk_result), allocatable :: results(:)
        type(lanewalk_stream) :: stream
        type(holder) :: one
        type(holder), allocatable :: all(:)
        type(lanewalk_rod) :: rod
        type(lanewalk_control) :: none
        walk = walk_to(count)
        outcome = result_of(count)
        rod = rod_of(count + 4)
        stream = stream_of(5_int64)
        walks = [walk, walk]
        walks = [walks, walk]
        call walks(1)%set_seed(99_int64)
        call check(size(walks) == 3 .and. same(walks(2), walks(3)), 'array constructors')
        call check(.not. same(walks(1), walk), 'elements of array constructors')
        results = [outcome, outcome]
        results = [results, results]
        call check(size(results) == 4 .and. results(4) == outcome, 'array constructors of results')
        one = holder(walk, one_thread(), outcome, rod, stream, none, 1)
        one = holder(one%walk, one%exec, one%outcome, one%rod, one%stream, one%control, 2)
        all = [one, one]
        call check(same(all(2)%walk, walk) .and. all(1)%outcome == outcome .and. all(1)%number == 2, 'constructors')
        one = all(1)
        call check(middle_of(one%rod) == middle_of(rod), 'rods in constructors')
    end subroutine constructors

    !> Copies of short objects that some compilers make wrongly for types with allocatable components.
    subroutine intrinsics()
        type(lanewalk_problem), allocatable :: walks(:), some(:)
        type(lanewalk_problem) :: walk
        type(lanewalk_result) :: outcome
        type(lanewalk_result), allocatable :: results(:)
        type(named_problem) :: named
        class(lanewalk_problem), allocatable :: one, two
        integer :: i
        walks = [(walk_to(i), i=1, 4)]
        results = [result_of(1), result_of(2)]
        some = pack(walks, [.true., .false., .true., .true.])
        call check(size(some) == 3 .and. same(some(2), walks(3)), 'pack')
        walk = merge(walks(1), walks(2), size(some) == 2)
        outcome = merge(results(1), results(2), size(some) == 3)
        call check(same(walk, walks(2)) .and. outcome == results(1), 'merge')
        some = cshift(walks, 1)
        call check(same(some(4), walks(1)), 'cshift')
        some = spread(walk, 1, 3)
        walks = reshape(spread(walks(:2), 2, 2), [4])
        call check(same(some(3), walks(2)) .and. same(walks(4), walks(2)), 'spread and reshape')
        call check(result_of(1) == results(1) .and. .not. result_of(1) == results(2), 'results of functions')
        named%lanewalk_problem = walk
        named%name = 'mine'
        allocate (one, source=named)
        allocate (two, source=one)
        two = one
        one = walk
        call check(same(two, walk) .and. same(one, walk), 'polymorphic copies')
    end subroutine intrinsics

    !> Each thread has its own copy.
    subroutine threads()
        type(lanewalk_problem) :: walk
        type(lanewalk_result) :: outcome
        logical :: all_equal
        integer :: i
        walk = walk_to(3)
        outcome = result_of(3)
        all_equal = .true.
        !$omp parallel do num_threads(4) firstprivate(walk, outcome) reduction(.and.: all_equal)
        do i = 1, 8
            all_equal = all_equal .and. same(walk, walk_to(3)) .and. result_of(3) == outcome
            call walk%set_seed(int(i, int64))
            call walk%run(outcome, one_thread())
            call walk%set_seed(3_int64)
            outcome = result_of(3)
        end do
        !$omp end parallel do
        call check(all_equal, 'copies of threads')
    end subroutine threads

    !> After an error, objects are as they were: after that of a constructor too.
    subroutine failures()
        type(lanewalk_problem) :: walk, old
        type(lanewalk_result) :: outcome, kept
        type(lanewalk_exec) :: exec
        type(lanewalk_plan) :: plan
        type(lanewalk_rod) :: rod
        type(lanewalk_stream) :: stream
        integer(int64) :: next
        real(c_double) :: middle
        integer :: stat
        walk = walk_to(2)
        old = walk
        call walk%set_method('plane', stat)
        call walk%set_start(1.0_c_double, stat)
        call walk%first_return_lattice(3, -1_int64, stat)
        call check(stat /= lanewalk_ok .and. same(walk, old), 'a problem after errors')
        outcome = result_of(2)
        kept = outcome
        call outcome%from_json('{}', stat)
        call outcome%merge(outcome, stat)
        call check(stat == lanewalk_no_merge .and. outcome == kept, 'a result after errors')
        call walk%set_samples(0_int64)
        call walk%run(outcome, stat=stat)
        call check(stat /= lanewalk_ok .and. outcome == kept, 'a result after a refused run')
        exec = one_thread()
        call exec%set_threads(0, stat)
        call exec%set_layer('scalar', stat)
        call exec%set_isa('none', stat)
        call exec%plan(plan)
        call check(plan%threads == 1 .and. plan%isa == 'wide', 'an execution after errors')
        rod = rod_of(9)
        middle = middle_of(rod)
        call rod%set_start([0.0_c_double, 1.0_c_double], stat)
        call rod%set_method('leap', stat)
        call check(stat /= lanewalk_ok .and. middle_of(rod) == middle, 'a rod after errors')
        stream = stream_of(4_int64)
        next = next_of(stream)
        call stream%create(1_int64, 'too long a label', 0_int64, stat)
        call check(stat /= lanewalk_ok .and. next_of(stream) == next, 'a stream after errors')
        ! The last one of two settings of the same thing holds.
        call walk%set_samples(5_int64)
        call walk%set_walkers(0_int64, 20_int64)
        call check(same(walk, old), 'a setting is replaced')
    end subroutine failures

    !> Copies are the same control. A freed control is refused by name.
    subroutine controls()
        type(lanewalk_control) :: control, all(2)
        type(lanewalk_control), allocatable :: other
        type(lanewalk_exec) :: exec, second
        type(lanewalk_problem) :: walk
        type(lanewalk_result) :: outcome
        type(lanewalk_progress) :: progress
        integer :: stat
        call control%create()
        all = control
        all = [control, all(1)]
        allocate (other, source=control)
        exec = one_thread()
        call exec%set_control(control)
        second = exec
        walk = walk_to(2)
        call all(2)%stop()
        call walk%run(outcome, second, stat)
        call other%progress(progress)
        call check(stat == lanewalk_stopped .and. progress%stopped, 'copies of a control')
        call other%reset()
        call walk%run(outcome, second)
        call other%free()
        call control%stop(stat)
        call check(stat == lanewalk_invalid_argument .and. lanewalk_error_argument() == 'control', 'stop after free')
        call all(1)%free(stat)
        call check(stat == lanewalk_invalid_argument, 'a second free')
        call walk%run(outcome, exec, stat)
        call check(stat == lanewalk_invalid_argument .and. lanewalk_error_argument() == 'control', 'run after free')
        call other%create()
        call control%reset(stat)
        call check(stat == lanewalk_invalid_argument, 'a number is not given again')
        call exec%set_control(other)
        call walk%run(outcome, exec)
        call other%free()
    end subroutine controls

    !> Exact values are computed once for equal problems, although each call makes its handle anew.
    subroutine exact_values()
        type(lanewalk_problem) :: walk
        type(lanewalk_result) :: outcome
        type(lanewalk_estimate) :: estimate
        real(c_double) :: survival(1)
        integer(int64) :: first, solved, last
        integer :: i
        call walk%first_exit(-20.0_c_double, 80.0_c_double)
        call walk%set_start(1.0_c_double)
        call walk%set_horizon(4000_int64)
        call walk%set_samples(1_int64)
        call system_clock(first)
        call walk%solve()
        call system_clock(solved)
        do i = 1, 20
            call walk%set_seed(int(i, int64))
            call walk%run(outcome, one_thread())
            call outcome%estimate('probability_lower', estimate)
            call walk%exact_survival([100_int64], survival)
        end do
        call system_clock(last)
        call check(estimate%exact > 0.5 .and. estimate%exact < 0.6 .and. survival(1) > 0.9, 'exact values')
        ! Alone, each of the 20 would take as long as the first one.
        if (round == 1) call check(last - solved < 10*(solved - first), 'exact values are shared')
    end subroutine exact_values
end program copies
