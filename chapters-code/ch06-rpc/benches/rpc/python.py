"""How many messages a second with Python's oslo.messaging: what main.rs asks of ours.

    python3 -m venv venv && venv/bin/pip install oslo.messaging
    venv/bin/python chapters-code/ch06-rpc/benches/rpc/python.py rabbit://guest:guest@127.0.0.1:5672/

Client and server are two processes, as they are in life.
"""
import concurrent.futures
import multiprocessing
import sys
import time
import uuid

from oslo_config import cfg
import oslo_messaging as om

MESSAGES = 512
ARGS = {"v": "x" * 1024}
CONTEXT = {"request_id": "req-1", "user_id": "alice", "project_id": "demo", "roles": []}


class Serializer(om.NoOpSerializer):
    def serialize_context(self, context):
        return context


class Echo:
    target = om.Target(version="1.0")

    def echo(self, context, v):
        return {"v": v}


def transport(url, exchange):
    cfg.CONF([], project="bench", default_config_files=[])
    om.set_transport_defaults(exchange)
    return om.get_rpc_transport(cfg.CONF, url=url)


def serve(url, exchange, topic, ready):
    target = om.Target(topic=topic, server="host-1")
    server = om.get_rpc_server(transport(url, exchange), target, [Echo()], executor="threading",
                               access_policy=om.DefaultRPCAccessPolicy)
    server.start()
    ready.set()
    server.wait()


def rate(work):
    best = 0
    for _ in range(5):
        began = time.perf_counter()
        work()
        best = max(best, MESSAGES / (time.perf_counter() - began))
    return best


def main(url):
    exchange, topic = "exchange_" + uuid.uuid4().hex, "topic_" + uuid.uuid4().hex
    ready = multiprocessing.Event()
    server = multiprocessing.Process(target=serve, args=(url, exchange, topic, ready), daemon=True)
    server.start()
    ready.wait()
    carrier = transport(url, exchange)
    client = om.get_rpc_client(carrier, om.Target(topic=topic, version="1.0"),
                               serializer=Serializer())

    def call(_=None):
        assert client.call(CONTEXT, "echo", **ARGS) == ARGS

    def in_flight():
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            list(pool.map(call, range(MESSAGES)))

    call()
    print("sequential   %6.0f/s" % rate(lambda: [call() for _ in range(MESSAGES)]))
    print("32 in flight %6.0f/s" % rate(in_flight))
    print("casts        %6.0f/s" % rate(lambda: [client.cast(CONTEXT, "echo", **ARGS)
                                                 for _ in range(MESSAGES)]))
    carrier.cleanup()
    server.terminate()
    tidy(url, exchange, topic)


def tidy(url, exchange, topic):
    import kombu
    with kombu.Connection(url.replace("rabbit://", "amqp://")) as connection:
        channel = connection.channel()
        channel.queue_delete(topic)
        channel.queue_delete(topic + ".host-1")
        channel.exchange_delete(exchange)


if __name__ == "__main__":
    main(sys.argv[1])
