"""Writes expected.json: what Python 3's ConfigParser reads from the files beside this one."""
import configparser
import json
import pathlib

HERE = pathlib.Path(__file__).parent


def read(path):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    except configparser.ParsingError as error:
        line = getattr(error, "lineno", None) or error.errors[0][0]
        return {"error": type(error).__name__, "line": line}
    except configparser.Error as error:
        return {"error": type(error).__name__, "line": error.lineno}
    return {
        "defaults": list(parser.defaults().items()),
        "sections": [[name, list(parser._sections[name].items())] for name in parser.sections()],
    }


lines = [f"{json.dumps(path.name)}: {json.dumps(read(path))}" for path in sorted(HERE.glob("*.ini"))]
(HERE / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
