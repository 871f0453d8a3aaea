"""Checks the notebooks of this folder: --stored what the files contain, --run that every cell runs."""

import json
import os
import pathlib
import sys
import time

FOLDER = pathlib.Path(__file__).resolve().parent
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CODE = {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}
TEXT = {"cell_type", "id", "metadata", "source"}


def faults(path):
    """What is wrong with the stored form of a notebook."""
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    if text != json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n":
        yield "the file is not JSON with an indent of 1 and sorted keys"
    if notebook["metadata"] != METADATA:
        yield "the notebook has other metadata than the kernel"
    ids = [cell["id"] for cell in notebook["cells"]]
    if len(set(ids)) < len(ids):
        yield "two cells have the same id"
    for cell in notebook["cells"]:
        code = cell["cell_type"] == "code"
        if code and (cell["outputs"] or cell["execution_count"] is not None):
            yield f"cell {cell['id']} stores outputs"
        if cell["metadata"] or set(cell) != (CODE if code else TEXT):
            yield f"cell {cell['id']} has metadata"
        if any(len(line.rstrip("\n")) > 120 for line in cell["source"]):
            yield f"cell {cell['id']} has a line of more than 120 characters"


def run(path):
    """Runs all cells. Returns the warnings and errors that they print."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    limit = float(os.environ["LIMIT"])
    NotebookClient(notebook, timeout=limit, resources=resources, extra_arguments=["--log-level=ERROR"]).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    if len(sys.argv) > 2:  # a folder for the notebooks with their outputs
        nbformat.write(notebook, pathlib.Path(sys.argv[2]) / path.name)
    return [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]


def main():
    failed = []
    paths = sorted(FOLDER.glob("*.ipynb"))
    if not paths:
        sys.exit(f"no notebooks in {FOLDER}")
    for path in paths:
        start = time.perf_counter()
        try:
            found = list(faults(path)) if sys.argv[1] == "--stored" else run(path)
        except Exception as error:  # the other notebooks are checked all the same
            found = [f"{type(error).__name__}: {error}"]
        seconds = f", {time.perf_counter() - start:.1f} s" if sys.argv[1] == "--run" else ""
        print(f"{path.name}: {'failed' if found else 'ok'}{seconds}", *found, sep="\n  ", flush=True)
        if found:
            failed.append(path.name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
