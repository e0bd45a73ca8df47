#!/usr/bin/env python3
"""Start the scale-out setting on this machine and keep it running until Ctrl-C.

deploy/scale-out/run.py [--nodes 2] [--web 2]
"""

import argparse
import signal

from cluster import running


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--nodes", type=int, default=2, help="database nodes (%(default)s)")
    words.add_argument("--web", type=int, default=2, help="web processes (%(default)s)")
    asked = words.parse_args()
    with running(nodes=asked.nodes, web=asked.web) as cluster:
        print(f"\nThe portal is at {cluster.url}/   (Ctrl-C stops everything)")
        print(f"primary       127.0.0.1:{cluster.primary_port}   by HAProxy")
        print(f"replicas      127.0.0.1:{cluster.replica_port}   by HAProxy")
        print(f"PgBouncer     127.0.0.1:{cluster.pooler_port}")
        print(f"logs          {cluster.home}")
        print(f"patronictl -c {cluster.nodes[0].home}/patroni.yml list")
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("Stopping ...")


if __name__ == "__main__":
    main()
