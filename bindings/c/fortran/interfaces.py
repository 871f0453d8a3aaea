"""Prints fortran/lanewalk_c.f90, the Fortran interfaces of the functions of include/lanewalk.h.

Run: python3 fortran/interfaces.py > fortran/lanewalk_c.f90
With --check, lists the functions of lanewalk.h that the module lanewalk does not use, without a reason below.
"""

import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
NUMBERS = {
    "double": "real(c_double)",
    "uint64_t": "integer(c_int64_t)",
    "size_t": "integer(c_size_t)",
    "bool": "logical(c_bool)",
}
RESULTS = {"lanewalk_status": "integer(c_int)", "uint32_t": "integer(c_int32_t)", "const char *": "type(c_ptr)"}
FUNCTIONS = ("lanewalk_interrupt", "lanewalk_each_batch")
COPY = "objects of Fortran are values"
UNUSED = {
    "lanewalk_exec_clone": COPY,
    "lanewalk_problem_clone": COPY,
    "lanewalk_result_clone": COPY,
    "lanewalk_rod_clone": COPY,
    "lanewalk_stepper_steps": "the caller counts the steps of `advance`",
}


def parameter(text):
    """The name and the type of a parameter of C."""
    kind, name = re.fullmatch(r"(.*?)(\w+)", " ".join(text.split())).groups()
    kind = kind.replace("const", "").replace(" ", "")
    if kind in NUMBERS:
        return name, NUMBERS[kind] + ", value"
    if kind in FUNCTIONS:
        return name, "type(c_funptr), value"
    # A handle that the function writes.
    if kind.startswith("lanewalk_") and kind.endswith("**"):
        return name, "type(c_ptr), intent(inout)"
    return name, "type(c_ptr), value"


def interface(result, name, parameters):
    """The lines of the interface of a function."""
    named = [] if parameters.strip() == "void" else [parameter(text) for text in parameters.split(",")]
    names = ", ".join(name for name, _ in named)
    kind, tail = ("subroutine", "bind(C)") if result == "void" else ("function", "result(returned) bind(C)")
    head = f"        {kind} {name}({names}) {tail}"
    if len(head) > 100:
        head = f"        {kind} {name}( &\n            {names}) {tail}"
    declarations = {}
    for parameter_name, parameter_type in named:
        declarations.setdefault(parameter_type, []).append(parameter_name)
    if result in RESULTS:
        declarations.setdefault(RESULTS[result], []).append("returned")
    kinds = sorted(set(re.findall(r"c_\w+", " ".join(declarations))))
    lines = [head, f"            import :: {', '.join(kinds)}"]
    lines += [f"            {kind} :: {', '.join(names)}" for kind, names in declarations.items()]
    return [*lines, f"        end {kind} {name}"]


def check(functions):
    """Compares the functions with the sources of the module."""
    sources = "".join(path.read_text() for path in [FOLDER / "lanewalk.f90", *FOLDER.glob("*.inc")])
    used = set(re.findall(r"\blanewalk_\w+", re.sub(r"!.*", "", sources)))
    missing = sorted(set(functions) - used - set(UNUSED))
    wrong = sorted(set(UNUSED) & used | set(UNUSED) - set(functions))
    if missing or wrong:
        sys.exit(f"not in the module lanewalk: {missing}; listed without need: {wrong}")


def main():
    header = re.sub(r"/\*.*?\*/", "", (FOLDER.parent / "include/lanewalk.h").read_text(), flags=re.S)
    result = r"^(lanewalk_status|void|uint32_t|const char \*)\s*"
    functions = re.findall(result + r"(lanewalk_\w+)\(([^;]*)\);", header, flags=re.M)
    if "--check" in sys.argv:
        check([name for _, name, _ in functions])
        return
    print("! The functions of lanewalk.h. This file is made by fortran/interfaces.py and compared by a test.")
    print("module lanewalk_c")
    print("    use, intrinsic :: iso_c_binding")
    print("    implicit none")
    print("    interface")
    for function in functions:
        print("\n".join(interface(*function)))
    print("    end interface")
    print("end module lanewalk_c")


if __name__ == "__main__":
    main()
