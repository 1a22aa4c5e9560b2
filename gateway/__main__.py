"""Command line of the gateway: `python -m gateway serve` and `python -m gateway wechat …`."""

import argparse
import sys

from common.settings import SettingsError
from common.telemetry import logs, metrics, traces
from common.web.protocol import PatientProtocol
from gateway.app import create_app
from gateway.settings import from_environment
from gateway.wechat import commands as wechat
from gateway.words import words


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help=words("cli_serve"))
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8080)
    wechat.add_parser(commands)
    args = parser.parse_args()
    try:
        settings = from_environment()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if args.command == "wechat":
        return wechat.run(args, settings)
    logs.set_up("gateway")
    traces.set_up("gateway", wanted=settings.traces_to is not None)
    if settings.metrics_port is not None:
        metrics.serve(settings.metrics_port, settings.metrics_host)
    create_app(settings).run(
        host=args.host, port=args.port, protocol=PatientProtocol, single_process=True, access_log=False, motd=False
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
