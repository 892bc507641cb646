"""Shared bits of the interop pair. Own code of this project, written to capture oslo.messaging's
wire; needs only oslo.messaging."""
import os
import sys

from oslo_config import cfg
import oslo_messaging as om

EXCHANGE = os.environ.get('INTEROP_EXCHANGE', 'nova')
TOPIC = 'interop'


class InteropError(Exception):
    """A server-side error type of this module."""

    def __init__(self, msg=None, code=7):
        super().__init__(msg)
        self.code = code
        self.kwargs = {'code': code}  # travels in the failure JSON, as NovaException's do


class DictContextSerializer(om.Serializer):
    """What nova.rpc.RequestContextSerializer does, with a plain dict as context."""

    def serialize_entity(self, ctxt, e):
        return e

    deserialize_entity = serialize_entity

    def serialize_context(self, ctxt):
        return dict(ctxt)

    def deserialize_context(self, ctxt):
        return dict(ctxt)


def transport(url, opts=(), allowed=('common',), pool=None):
    """opts: 'group.option=value' strings, such as
    oslo_messaging_rabbit.amqp_durable_queues=true"""
    conf = cfg.CONF  # oslo.messaging 18 registers [oslo_messaging_tracing] only there
    conf([], project='interop', default_config_files=[])
    om.set_transport_defaults(EXCHANGE)
    t = om.get_rpc_transport(conf, url=url, allowed_remote_exmods=list(allowed))
    for o in opts:
        k, v = o.split('=', 1)
        g, n = k.rsplit('.', 1)
        cur = conf[g][n]
        if isinstance(cur, bool):
            v = v.lower() in ('1', 'true', 'yes')
        elif isinstance(cur, int):
            v = int(v)
        conf.set_override(n, v, group=g)
    return conf, t


def setlog(level='WARNING'):
    import logging
    logging.basicConfig(stream=sys.stderr, level=level)
