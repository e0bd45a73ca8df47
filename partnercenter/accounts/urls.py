"""Addresses of the token service (graph_gdap_contract section 15.1); `{tenant}` is a GUID, a domain or `common`."""

from django.urls import path

from partnercenter.accounts.views import authorize, device, discovery, token

urlpatterns = [
    path("<str:tenant>/oauth2/v2.0/token", token.token_v2, name="token-v2"),
    path("<str:tenant>/oauth2/token", token.token_v1, name="token-v1"),
    path("<str:tenant>/oauth2/v2.0/authorize", authorize.authorize_v2, name="authorize-v2"),
    path("<str:tenant>/oauth2/authorize", authorize.authorize_v1, name="authorize-v1"),
    path("<str:tenant>/oauth2/v2.0/devicecode", device.device_code_v2, name="device-code-v2"),
    path("<str:tenant>/oauth2/devicecode", device.device_code_v1, name="device-code-v1"),
    path("devicelogin", device.device_sign_in, name="device-sign-in"),
    path("common/oauth2/deviceauth", device.device_sign_in),  # the address that v1 clients print
    path("<str:tenant>/v2.0/.well-known/openid-configuration", discovery.configuration_v2, name="configuration-v2"),
    path("<str:tenant>/.well-known/openid-configuration", discovery.configuration_v1, name="configuration-v1"),
    path("<str:tenant>/discovery/v2.0/keys", discovery.keys, name="keys-v2"),
    path("<str:tenant>/discovery/keys", discovery.keys, name="keys-v1"),
    path("common/discovery/instance", discovery.instance, name="instance-discovery"),
]
