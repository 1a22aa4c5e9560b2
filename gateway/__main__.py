"""Command line of the gateway: `python -m gateway serve`."""

import argparse
import logging
import sys

from gateway.app import create_app
from gateway.settings import SettingsError, from_environment


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway")
    serve = parser.add_subparsers(required=True).add_parser("serve", help="启动网关")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8080)
    args = parser.parse_args()
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    try:
        settings = from_environment()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    create_app(settings).run(host=args.host, port=args.port, single_process=True, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
