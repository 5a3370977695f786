"""What the project promises as a package: quick to import, whole when installed, pinned, no address of a registry."""

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

MODULES = {  # module -> distribution, where the names differ
    "ahocorasick_rs": "ahocorasick-rs", "docx": "python-docx", "opencc": "opencc", "pycrfsuite": "python-crfsuite",
    "sklearn": "scikit-learn",
}  # fmt: skip
HEAVY = ("spacy", "rdflib", "pyoxigraph", "networkx", "numpy", "jieba", "rjieba", "opencc", "pyvis", "rich", "pyshacl")


def modules_after(code: str, folder: Path) -> set[str]:
    """The top-level modules loaded once `code` has run in a fresh interpreter."""
    report = "import json; print(json.dumps(sorted(sys.modules)))"
    script = f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}\n{report}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def distribution(requirement: str) -> str:
    """The normalised name of what a requirement asks for."""
    return re.split(r"[<>=\[]", requirement)[0].lower().replace("_", "-")


def third_party_imports(folder: Path) -> set[str]:
    """Top-level modules that the package imports anywhere, without its own and the standard library's."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found - {"aigraph", "__future__"} - set(sys.stdlib_module_names)


class TestImport:
    def test_importing_the_package_loads_nothing_heavy(self, root):
        assert not modules_after("import aigraph", root / "src") & {*HEAVY, "click"}

    def test_help_loads_nothing_heavy(self, root):
        code = "from click.testing import CliRunner; from aigraph.cli import main; CliRunner().invoke(main, ['--help'])"
        assert not modules_after(code, root / "src") & set(HEAVY)


class TestProjectFile:
    @pytest.fixture
    def project(self, root):
        return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def test_every_runtime_dependency_has_a_line_that_says_why(self, root, project):
        text = (root / "pyproject.toml").read_text(encoding="utf-8")
        block = text.split("dependencies = [")[1].split("\n]")[0].strip().splitlines()

        assert len(project["dependencies"]) >= 10
        for comment, requirement in zip(block[::2], block[1::2], strict=True):
            assert comment.strip().startswith("# "), requirement
            assert requirement.strip().startswith('"'), comment

    def test_the_source_distribution_has_what_its_tests_import(self, root):
        whole = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        assert {"/tests", "/bench"} <= set(whole["tool"]["hatch"]["build"]["targets"]["sdist"]["include"])

    def test_the_package_imports_what_it_declares_and_nothing_else(self, root, project):
        extras = project["optional-dependencies"]
        optional = {name for extra in ("train", "analysis", "plots") for name in map(distribution, extras[extra])}
        declared = {distribution(requirement) for requirement in project["dependencies"]}
        imported = {MODULES.get(name, name) for name in third_party_imports(root / "src" / "aigraph")}

        assert imported - declared - optional == set()
        assert declared - imported == set()

    def test_version_is_the_same_everywhere(self, project):
        import aigraph

        assert project["version"] == aigraph.__version__

    def test_extras_keep_heavy_parts_out_of_a_plain_install(self, project):
        plain = set(map(distribution, project["dependencies"]))
        assert not plain & {"scikit-learn", "lightgbm", "networkit", "rustworkx", "matplotlib", "igraph"}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
class TestLockFiles:
    def test_everything_is_pinned_with_hashes(self, root, name):
        rows = re.sub(r"\\\n\s+", " ", (root / name).read_text(encoding="utf-8")).splitlines()
        pins = [row for row in rows if row and not row.startswith("#")]

        assert len(pins) > 30
        for pin in pins:
            assert re.match(r"[\w.-]+==[\w.]+( ;[^-]+)? .*--hash=sha256:[0-9a-f]{64}", pin), pin[:80]

    def test_no_registry_is_named(self, root, name):
        text = (root / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        assert "--find-links" not in text

    def test_direct_dependencies_are_all_locked(self, root, name):
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        wanted = set(map(distribution, project["dependencies"]))
        locked = set(re.findall(r"^([a-z0-9.-]+)==", (root / name).read_text(encoding="utf-8"), re.MULTILINE))
        assert wanted <= locked


def run(*command: object, **options: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    return str(done.stdout)


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", out, root)
    return next(out.glob("aigraph-*.whl"))


@pytest.mark.slow
class TestInstalledWheel:
    def test_holds_the_data_the_package_reads_and_nothing_of_the_checkout(self, wheel, root):
        names = set(zipfile.ZipFile(wheel).namelist())
        data = [p for p in (root / "ontology").rglob("*") if p.is_file()]

        assert data
        assert {f"aigraph/ontology/{p.relative_to(root / 'ontology').as_posix()}" for p in data} <= names
        assert "aigraph/py.typed" in names
        assert not [n for n in names if n.startswith(("tests/", "seeds/", "bench/")) or n.endswith(".pyc")]

    def test_does_the_same_job_as_the_checkout_from_an_empty_environment(self, wheel, root, tmp_path):
        run(sys.executable, "-m", "venv", tmp_path / "env")
        python = tmp_path / "env" / "bin" / "python"
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--require-hashes", "-r", root / "requirements.lock")
        run(*pip, "--no-deps", wheel)
        (tmp_path / "in").mkdir()
        for name, text in DOCUMENTS.items():
            (tmp_path / "in" / name).write_text(text, encoding="utf-8")

        run(tmp_path / "env" / "bin" / "aigraph", "build", "in", "--out", "installed", cwd=tmp_path)
        run(sys.executable, "-m", "aigraph", "build", "in", "--out", "checkout", cwd=tmp_path)

        installed, checkout = (
            {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("installed", "checkout")
        )
        assert installed.keys() == checkout.keys()
        assert [name for name in installed if installed[name] != checkout[name]] == []
        assert b"BenchmarkResult" in installed["graph.nq"] or b"developedBy" in installed["graph.nq"]


DOCUMENTS = {
    "a.txt": "DeepSeek 于 2025 年 8 月 21 日发布 DeepSeek-V3.1，上下文窗口为 128K。\n",
    "b.md": "# News\n\nOpenAI released GPT-4o in May 2024. NVIDIA CEO Jensen Huang spoke at CES 2025.\n",
}
