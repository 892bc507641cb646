"""How long Python's Routes takes for what routes.rs asks of ours.

    python3 -m venv venv && venv/bin/pip install Routes==2.2
    venv/bin/python chapters-code/ch04-router/benches/python.py
"""
import json
import pathlib
import timeit

import routes

ROOT = pathlib.Path(__file__).parents[3]
PROJECT, SERVER = "6f70656e737461636b", "0f5d1d7a-3b0e-4d5c-9a51-0d9b1f1c9f3e"
ASKED = [
    ("GET", "/os-server-groups"),
    ("GET", "/%s/servers/%s" % (PROJECT, SERVER)),
    ("POST", "/servers/%s/action" % SERVER),
    ("GET", "/servers/%s/action" % SERVER),
    ("GET", "/nowhere"),
]


class Mapper(routes.Mapper):
    """As Nova 13.0.0 has it: formats, and each resource below a project and by itself."""

    def connect(self, *args, **kwargs):
        kwargs.setdefault("requirements", {})["format"] = "json|xml"
        super().connect(*args, **kwargs)

    def resource(self, member_name, collection_name, parent_resource=None, **kwargs):
        below = ""
        if parent_resource:
            below = "/%(collection_name)s/:%(member_name)s_id" % parent_resource
        for prefix in (r"{project_id:[0-9a-f\-]+}" + below, below):
            super().resource(member_name, collection_name, path_prefix=prefix, **kwargs)


def nova():
    text = (ROOT / "tests/vectors/routes_nova.json").read_text(encoding="utf-8")
    mapper = Mapper()
    for call in json.loads(text)["tables"]["nova-v21"]["calls"]:
        if call["op"] == "resource":
            mapper.resource(call["member"], call["collection"], **call["kwargs"])
        else:
            getattr(mapper, call["op"])(*call["args"], **call["kwargs"])
    mapper.create_regs()
    return mapper


def main():
    mapper = nova()
    print("%d routes" % sum(not route.static for route in mapper.matchlist))
    for method, path in ASKED:
        environ = {"REQUEST_METHOD": method}
        rounds = timeit.repeat(lambda: mapper.routematch(path, environ), number=50, repeat=7)
        found = "found" if mapper.routematch(path, environ) else "no route"
        print("%9.1f us  %s %s: %s" % (min(rounds) / 50 * 1e6, method, path, found))


main()
