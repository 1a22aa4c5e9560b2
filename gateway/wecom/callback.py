"""The route /wecom: always encrypted, CorpID and AgentID checked; the same turns as every channel."""

from sanic import Blueprint

from gateway.delivery.worker import DeliveryWorker
from gateway.settings import GatewaySettings
from gateway.wechat.callback import Door, receiver, verifier
from gateway.wechat.envelope import Envelope
from gateway.wechat.inbound import Inbound
from gateway.wecom.settings import WecomSettings

CHANNEL = "wecom"
NOTHING = ""
"""The receipt here is an empty body; any status but 200 would be delivered again."""


def application(desk: DeliveryWorker, wecom: WecomSettings, settings: GatewaySettings) -> Blueprint:
    """The routes of the application."""
    envelope = Envelope(wecom.token, wecom.aes_keys, wecom.corp_id, "safe")

    def genuine(inbound: Inbound) -> bool:
        return inbound.to == wecom.corp_id and inbound.agent in ("", wecom.agent_id)

    door = Door(CHANNEL, envelope, NOTHING, wecom.region, wecom.passive_seconds, genuine)
    routes = Blueprint("wecom")
    routes.add_route(verifier(envelope.echo_encrypted), "/wecom", methods=["GET"], name="wecom_verify")
    routes.add_route(receiver(door, desk, settings), "/wecom", methods=["POST"], name="wecom")
    return routes
