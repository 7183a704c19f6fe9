"""RabbitMQ as a private node: its own cookie, its own epmd, nothing of the machine's touched.

Where the server comes from: see `erlang.py`, and `container.py` for a machine with Docker and no server.
"""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import urllib3

from stack import container, processes
from stack.erlang import Server, find, find_or_install
from stack.ports import AGAIN, OF_PART, sentence, taken
from stack.state import State
from stack.trouble import Trouble
from stack.web import Refused, ask

NAME = "rabbitmq"
LABEL = "RabbitMQ"
GIVEN = "PORTICO_AMQP_URL"
GIVEN_MANAGEMENT = "PORTICO_AMQP_MANAGEMENT_URL"
USER = VHOST = "portico"
PLUGINS = "[rabbitmq_management,rabbitmq_prometheus].\n"
# Two schedulers are plenty here, and idle ones must sleep instead of spinning.
ERLANG = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"


def given() -> str | None:
    """An address from the environment: then nothing is started."""
    return os.environ.get(GIVEN)


def url(state: State, vhost: str = VHOST) -> str:
    """The AMQP address, of another virtual host if one is named."""
    if outside := given():
        return outside if vhost == VHOST else urlsplit(outside)._replace(path=f"/{vhost}").geturl()
    return f"amqp://{USER}:{state.secret(NAME)}@127.0.0.1:{state.ports[NAME]}/{vhost}"


def management(state: State) -> str | None:
    """The management API's address with its login, if there is one."""
    if given():
        return os.environ.get(GIVEN_MANAGEMENT)
    return f"http://{USER}:{state.secret(NAME)}@127.0.0.1:{state.ports['rabbitmq-management']}"


def manage(state: State, method: str, path: str, body: object = None) -> bytes:
    """One call of the management API."""
    address = management(state)
    if address is None:
        raise Trouble(f"{GIVEN} is set but {GIVEN_MANAGEMENT} is not (http://user:password@host:15672).")
    parts = urlsplit(address)
    login = urllib3.make_headers(basic_auth=f"{unquote(parts.username or '')}:{unquote(parts.password or '')}")
    url = f"{parts.scheme}://{parts.hostname}:{parts.port or 15672}/api/{path}"
    return ask(method, url, json=body, headers=login).data


def answers(state: State) -> bool:
    """The broker accepts AMQP clients (its management API opens earlier)."""
    port = urlsplit(url(state)).port
    try:
        if given() and management(state) is None:
            return processes.listens(urlsplit(url(state)).hostname or "", port or 5672)
        manage(state, "GET", f"health/checks/port-listener/{port}")
    except OSError:
        return False
    return True


def make_vhost(state: State, vhost: str) -> str:
    """A virtual host of one's own, and its address."""
    user = urlsplit(url(state)).username or USER
    manage(state, "PUT", f"vhosts/{quote(vhost)}", {})
    manage(state, "PUT", f"permissions/{quote(vhost)}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})
    return url(state, vhost)


def drop_vhost(state: State, vhost: str) -> None:
    """Remove a virtual host and all that is in it."""
    try:
        manage(state, "DELETE", f"vhosts/{quote(vhost)}")
    except Refused as refused:
        if refused.status != 404:
            raise


def start(state: State, say: Callable[[str], None]) -> None:
    """Find or install the server, start the private epmd and the node, wait for its AMQP port."""
    if processes.find(state, NAME) is None:
        in_container = find(state) is None and container.answers()
        server = None if in_container else find_or_install(state, say)
        _check_ports(state)
        if server is None:
            container.start(state, NAME, _image(state), say)
        else:
            say("starting (the slowest part)")
            _launch(state, server)
    processes.await_answer(state, NAME, lambda: answers(state), 120)


def _check_ports(state: State) -> None:
    mine = {"epmd"} if processes.find(state, "epmd") else set()
    if name := taken(state.ports, [name for name in OF_PART[NAME] if name not in mine]):
        raise sentence(state.ports, name, AGAIN)


def stop(state: State) -> bool:
    """The node first, then its epmd, which would outlive it."""
    stopped = processes.stop(state, NAME, how=signal.SIGTERM, grace=30)
    container.sweep(state, NAME)
    processes.stop(state, "epmd", grace=2)
    return stopped


def destroy(state: State) -> None:
    """Remove the queues of a stopped node; an unpacked server stays."""
    container.destroy(state, NAME)
    shutil.rmtree(state.folder / NAME, ignore_errors=True)


def _image(state: State) -> container.Image:
    """The same node from its image: open inside, published on loopback alone."""
    settings = _settings(state) | {"listeners.tcp.1": f"{container.EVERYWHERE}:{state.ports[NAME]}"}
    settings |= dict.fromkeys(("management.tcp.ip", "prometheus.tcp.ip"), container.EVERYWHERE)
    files = {
        container.file(state, NAME, "container.conf", _lines(settings)): "/etc/rabbitmq/rabbitmq.conf",
        container.file(state, NAME, "container_plugins", PLUGINS): "/etc/rabbitmq/enabled_plugins",
    }
    ports = [state.ports[name] for name in (NAME, "rabbitmq-management", "rabbitmq-prometheus")]
    return container.Image("rabbitmq:4-management", "/var/lib/rabbitmq", ports=ports, files=files)


def _lines(settings: dict[str, object]) -> str:
    return "".join(f"{key} = {value}\n" for key, value in settings.items())


def _launch(state: State, server: Server) -> None:
    room = state.room(NAME)
    env = _environment(state, server, room)
    _write_files(state, room)
    if processes.find(state, "epmd") is None:
        # Started by us and not by the node, so that it has a record like everything else.
        port = str(state.ports["epmd"])
        processes.spawn(state, "epmd", [server.epmd, "-address", "127.0.0.1", "-port", port], env, cwd=room)
        processes.await_answer(state, "epmd", lambda: processes.listens("127.0.0.1", state.ports["epmd"]), 10)
    processes.spawn(state, NAME, [server.script], env, cwd=room)


def _environment(state: State, server: Server, room: Path) -> dict[str, str]:
    return {
        **server.environment(),
        "LANG": "C.UTF-8",
        "HOME": str(room / "home"),
        # Kept when the ports move, so the queues are found again; the private epmd keeps the name ours.
        "RABBITMQ_NODENAME": "portico@localhost",
        "RABBITMQ_MNESIA_BASE": str(room / "mnesia"),
        "RABBITMQ_LOG_BASE": str(room / "log"),
        "RABBITMQ_PID_FILE": str(room / "pid"),
        "RABBITMQ_CONFIG_FILE": str(room / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(room / "enabled_plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(room / "none"),
        "RABBITMQ_DIST_PORT": str(state.ports["rabbitmq-dist"]),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG,
        "ERL_EPMD_PORT": str(state.ports["epmd"]),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        # Makes the start script become the server instead of its parent: one process, one pid to stop.
        "RUNNING_UNDER_SYSTEMD": "true",
    }


def _write_files(state: State, room: Path) -> None:
    home = state.room(f"{NAME}/home")
    cookie = home / ".erlang.cookie"
    if not cookie.exists():
        cookie.touch(mode=0o600)
        cookie.write_text(state.secret("erlang_cookie"))
        cookie.chmod(0o400)
    (room / "enabled_plugins").write_text(PLUGINS)
    conf = room / "rabbitmq.conf"
    conf.touch(mode=0o600)
    conf.write_text(_lines(_settings(state)))


def _settings(state: State) -> dict[str, object]:
    ports = state.ports
    return {
        "listeners.tcp.1": f"127.0.0.1:{ports[NAME]}",
        "management.tcp.ip": "127.0.0.1",
        "management.tcp.port": ports["rabbitmq-management"],
        "prometheus.tcp.ip": "127.0.0.1",
        "prometheus.tcp.port": ports["rabbitmq-prometheus"],
        "default_user": USER,
        "default_pass": state.secret(NAME),
        "default_vhost": VHOST,
        "vm_memory_high_watermark.absolute": "1GB",
        "disk_free_limit.absolute": "200MB",
        # To our log like everyone else's.
        "log.file": "false",
        "log.console": "true",
        "log.console.level": "warning",
    }
