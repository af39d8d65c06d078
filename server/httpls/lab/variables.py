"""The names by which request files know what a lab wants: its addresses, and the credentials that it accepts."""

from collections.abc import Mapping

from httpls.lab.auth import asap, aws, edgegrid, hawk, oauth1, oauth_client, windows
from httpls.lab.keys import RSA_PRIVATE
from httpls.lab.server import Lab
from httpls.lab.state import API_KEY, CLIENT_SECRET, PASSWORD, SHARED_KEY, TOKEN, USER


def variables(lab: Lab) -> Mapping[str, str]:
    """Return what the examples of the reference pages have between `{{` and `}}`, and what goes with it.

    `lab` and `secureLab` are the addresses without and with TLS, for the tour `base` and `secureBase` too; `keys` is
    the folder with certificates and keys.
    """
    return {
        "lab": lab.http,
        "secureLab": lab.https,
        "base": lab.http,
        "secureBase": lab.https,
        "keys": str(lab.folder),
        "user": USER,
        "password": PASSWORD,
        "domain": windows.DOMAIN,
        "token": TOKEN,
        "apiKey": API_KEY,
        "jwtSecret": SHARED_KEY,
        "clientId": oauth_client.CLIENT,
        "appId": oauth_client.CLIENT,
        "clientSecret": CLIENT_SECRET,
        "tenant": "contoso",
        "consumerKey": oauth1.CONSUMER_KEY,
        "consumerSecret": oauth1.CONSUMER_SECRET,
        "tokenSecret": oauth1.TOKEN_SECRET,
        "accessKey": aws.ACCESS_KEY,
        "secretKey": aws.SECRET_KEY,
        "hawkId": hawk.ID,
        "hawkKey": SHARED_KEY,
        "clientToken": edgegrid.CLIENT_TOKEN,
        "accessToken": edgegrid.ACCESS_TOKEN,
        "asapIssuer": asap.ISSUER,
        "asapKey": (lab.folder / RSA_PRIVATE).read_text(encoding="ascii"),
    }
