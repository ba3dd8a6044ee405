"""Asks the API what nobody would ask: requests that Schemathesis makes of the served OpenAPI document, as several roles.

    python soak.py RELIGHT SCHEMATHESIS [EXAMPLES]

RELIGHT is the program, SCHEMATHESIS that of the Python package, EXAMPLES how many requests a route gets at most. Fails
where the server errs, or answers in a way that the document does not tell of.
"""

import http.client
import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROLES = ["reviewer", "recipient_desk", "grid_engineer", "donor", "administrator"]
PASSWORD = "three plain words here"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# Signing out would end the run, and streams do not end.
LEFT_OUT = ["signOut", "follow", "followPlan"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prepare(relight, folder, port):
    """A ledger with both examples, and an account for each role."""
    config = folder / "relight.toml"
    operations = "".join(f'[[operation]]\nslug = "{slug}"\n' for slug in ("winter-aid-2022", "winter-storm"))
    config.write_text(
        f'[server]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n'
        f'[store]\nledger = "{folder}/ledger.db"\ndesk = "{folder}/desk.db"\n'
        f'[plans]\nscenarios = "{ROOT}/examples"\nfolder = "{folder}/plans"\nseconds = 1\nthreads = 1\n'
        f'[log]\nformat = "text"\nlevel = "error"\n{operations}'
    )
    run = lambda *words, **more: subprocess.run([relight, *words], check=True, **more)
    run("ledger", "init", "--quiet", "--ledger", f"{folder}/ledger.db")
    for events in ("winter-aid-2022/events.jsonl", "winter-storm/ledger/events.jsonl"):
        run("ledger", "append", "--quiet", str(ROOT / "examples" / events), "--ledger", f"{folder}/ledger.db")
    for role in ROLES:
        name = role.replace("_", "-")
        words = ["account", "add", name, "--role", role, "--quiet", "--config", str(config)]
        run(*words, input=PASSWORD + "\n", text=True)
    return config


def ask(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json"} | (headers or {})
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    return answer, answer.read()


def wait(port):
    for _ in range(300):
        try:
            if ask(port, "GET", "/readyz")[0].status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the server does not begin")


def token(port, role):
    answer, body = ask(port, "POST", "/api/v1/session", {"name": role.replace("_", "-"), "password": PASSWORD})
    assert answer.status == 200, body
    session = {"Cookie": answer.getheader("Set-Cookie").split(";")[0], "X-CSRF-Token": json.loads(body)["csrf"]}
    answer, body = ask(port, "POST", "/api/v1/tokens", {"name": "soak", "scope": "write", "days": 1}, session)
    assert answer.status == 201, body
    return json.loads(body)["secret"]


def main():
    relight, schemathesis = sys.argv[1:3]
    examples = sys.argv[3] if len(sys.argv) > 3 else "20"
    failed = []
    with tempfile.TemporaryDirectory() as place:
        folder, port = Path(place), free_port()
        config = prepare(relight, folder, port)
        server = subprocess.Popen([relight, "serve", "--config", str(config)])
        try:
            wait(port)
            for role in ROLES:
                words = [
                    schemathesis, "run", f"http://127.0.0.1:{port}/api/v1/openapi.json", "--checks", CHECKS,
                    "--header", f"Authorization: Bearer {token(port, role)}", "--max-examples", examples,
                    "--phases", "examples,coverage,fuzzing", "--workers", "1", "--seed", "1", "--no-color",
                    "--continue-on-failure", "--request-timeout", "30",
                ]
                for name in LEFT_OUT:
                    words += ["--exclude-operation-id", name]
                print(f"as {role}", flush=True)
                if subprocess.run(words, cwd=folder).returncode != 0:
                    failed.append(role)
                if server.poll() is not None:
                    raise SystemExit(f"the server ended: {server.returncode}")
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)
    if failed:
        raise SystemExit(f"failed as: {', '.join(failed)}")


main()
