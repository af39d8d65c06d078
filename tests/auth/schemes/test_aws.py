"""AWS signatures: AWS's own test suite, the examples of S3, the Common Runtime as a second signer, and profiles."""

import hashlib
import importlib
import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.schemes import World, context, notes, plain, request, scheme, signed

from httpls_auth.aws_host import read_aws_host
from httpls_auth.errors import AuthenticationError, CredentialError
from httpls_auth.schemes.flow import Flow, Send, Token, UseToken, drive
from httpls_auth.schemes.message import Field, MemoryBody, OutgoingRequest, Response, ResponseHead
from httpls_auth.sigv4 import ECDSA_ALGORITHM, AwsCredentials, Signing, derive_ecdsa_key, sign
from httpls_auth.values.origin import parse_origin

_NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp()
_KEYS = {"access-key": "AKIDEXAMPLE", "secret-key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
_SUITE = {**_KEYS, "region": "us-east-1", "service": "service"}
_LETTERS = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SESSION = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"

_STS_TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwt"
    "hAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVX"
    "AkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)

# From AWS's Signature Version 4 test suite (github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite; Apache-2.0):
# the request, the signed header fields beside host and x-amz-date, the signature.
_CASES = {
    "get-vanilla": ("GET /", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-header-key-duplicate": (
        "GET /\nMy-Header1:value2\nMy-Header1:value2\nMy-Header1:value1", "my-header1",
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
    ),
    "get-header-value-order": (
        "GET /\nMy-Header1:value4\nMy-Header1:value1\nMy-Header1:value3\nMy-Header1:value2", "my-header1",
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
    ),
    "get-header-value-trim": (
        'GET /\nMy-Header1: value1\nMy-Header2: "a   b   c"', "my-header1;my-header2",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
    "get-unreserved": (f"GET /{_LETTERS}", "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
    "get-utf8": ("GET /ሴ", "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    "get-vanilla-empty-query-key": (
        "GET /?Param1=value1", "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
    "get-vanilla-query-order-key": (
        "GET /?Param1=value2&Param1=Value1", "", "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"),
    "get-vanilla-query-order-key-case": (
        "GET /?Param2=value2&Param1=value1", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    "get-vanilla-query-order-value": (
        "GET /?Param1=value2&Param1=value1", "", "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
    "get-vanilla-query-unreserved": (
        f"GET /?{_LETTERS}={_LETTERS}", "", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
    "get-vanilla-utf8-query": (
        "GET /?ሴ=bar", "", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    "post-vanilla": ("POST /", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    "post-header-key-sort": (
        "POST /\nMy-Header1:value1", "my-header1", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
    "post-header-value-case": (
        "POST /\nMy-Header1:VALUE1", "my-header1", "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
    # A line that goes on is a value of its own there; a field with line breaks cannot be sent at all.
    "get-header-value-multiline": (
        "GET /\nMy-Header1:value1\nMy-Header1:value2\nMy-Header1:value3", "my-header1",
        "ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790",
    ),
    "get-vanilla-query": ("GET /", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-vanilla-query-order-encoded": (
        "GET /?Param-3=Value3&Param=Value2&%E1%88%B4=Value1", "",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
    ),
    "post-vanilla-query": (
        "POST /?Param1=value1", "", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
    "post-x-www-form-urlencoded": (
        "POST /\nContent-Type:application/x-www-form-urlencoded\n\nParam1=value1",
        "content-type", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"),
    "post-x-www-form-urlencoded-parameters": (
        "POST /\nContent-Type:application/x-www-form-urlencoded; charset=utf8\n\nParam1=value1",
        "content-type", "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe"),
    "get-relative": ("GET /example/..", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-relative-relative": (
        "GET /example1/example2/../..", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-slash": ("GET //", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-slash-dot-slash": ("GET /./", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    "get-slash-pointless-dot": (
        "GET /./example", "", "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
    "get-slashes": ("GET //example//", "", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    "get-space": ("GET /example space/", "", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
}  # fmt: skip


_UNNORMALIZED = {
    "GET /example/..": "eca7ead57bb5aa5c8e28007acd4ff04e1ff9a0ff3b237ec1554a184887ff9282",
    "GET /example1/example2/../..": "dc33e0856fd4baca4d7aa2146c38958283844764f38c74252a333df5e613003b",
    "GET /./": "68714168e6557f8f2de0ef956fc24dc2593a4bd2961f8df51898d8a134695145",
    "GET /./example": "beb03f223f7deae4146464f06e29eebbee9c8afbe15c290cf07aa8b119e14cff",
    "GET //": "c88bcd3d312d75078c0cd961d6deae3f4c754924b01669efcfcb439fd5e5b76e",
    "GET //example//": "87cca117541a147f6df867677d98a7d80dff226d2bfca9e4ffa899665623c7e5",
    "GET /example space/": "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
}
"""The cases of the suite whose path is not normalised."""


def _suite_request(text: str) -> str:
    method, _, rest = text.partition(" ")
    return f"{method} https://example.amazonaws.com{rest}"


@pytest.mark.parametrize("name", _CASES)
def test_the_suite_of_aws(name: str) -> None:
    text, fields, signature = _CASES[name]
    sent = signed("aws", _SUITE, _suite_request(text), now=_NOW)
    names = ";".join(sorted([*filter(None, fields.split(";")), "host", "x-amz-date"]))
    assert sent.value("X-Amz-Date") == "20150830T123600Z"
    assert sent.value("Authorization") == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )


@pytest.mark.parametrize("text", _UNNORMALIZED)
def test_the_suite_of_aws_with_paths_as_they_are(text: str) -> None:
    sent = signed("aws", {**_SUITE, "normalize-path": "false"}, _suite_request(text), now=_NOW)
    assert cast("str", sent.value("Authorization")).endswith(
        f"SignedHeaders=host;x-amz-date, Signature={_UNNORMALIZED[text]}"
    )


def test_a_session_token_may_be_added_after_the_signature() -> None:
    # post-sts-header-after, and -before with the token of the suite
    given = {**_SUITE, "session-token": _STS_TOKEN}
    after = signed("aws", {**given, "sign-session-token": "no"}, "POST https://example.amazonaws.com/", now=_NOW)
    assert after.value("X-Amz-Security-Token") == _STS_TOKEN
    assert cast("str", after.value("Authorization")).endswith(
        "SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )
    before = signed("aws", given, "POST https://example.amazonaws.com/", now=_NOW)
    assert cast("str", before.value("Authorization")).endswith(
        "SignedHeaders=host;x-amz-date;x-amz-security-token, "
        "Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
    )
    query = signed("aws", {**given, "sign-session-token": "no", "in": "query"}, "GET https://example.amazonaws.com/")
    names = [piece.partition("=")[0] for piece in query.target.reveal().partition("?")[2].split("&")]
    assert names[-2:] == ["X-Amz-Signature", "X-Amz-Security-Token"]


def test_a_session_token_is_signed() -> None:
    sent = signed("aws", {**_SUITE, "session-token": _SESSION}, "GET https://example.amazonaws.com/", now=_NOW)
    assert sent.value("X-Amz-Security-Token") == _SESSION
    assert cast("str", sent.value("Authorization")).endswith(
        "SignedHeaders=host;x-amz-date;x-amz-security-token, "
        "Signature=07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"
    )


# Amazon S3 API reference, "Signature calculations", examples with the bucket examplebucket.
_S3 = {"access-key": "AKIAIOSFODNN7EXAMPLE", "secret-key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
_S3_NOW = datetime(2013, 5, 24, tzinfo=UTC).timestamp()


def test_s3_get_object() -> None:
    text = "GET https://examplebucket.s3.amazonaws.com/test.txt\nRange: bytes=0-9"
    sent = signed("aws", _S3, text, now=_S3_NOW)
    assert sent.value("X-Amz-Content-Sha256") == hashlib.sha256(b"").hexdigest()
    assert cast("str", sent.value("Authorization")).endswith(
        "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


def test_s3_put_object_with_a_dollar_in_its_name() -> None:
    text = (
        "PUT https://examplebucket.s3.amazonaws.com/test$file.text\nDate: Fri, 24 May 2013 00:00:00 GMT\n"
        "x-amz-storage-class: REDUCED_REDUNDANCY\n\nWelcome to Amazon S3."
    )
    sent = signed("aws", _S3, text, now=_S3_NOW)
    assert sent.target.reveal() == "/test%24file.text"
    assert cast("str", sent.value("Authorization")).endswith(
        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )


@pytest.mark.parametrize(
    ("query", "signature"),
    [
        ("?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_s3_queries(query: str, signature: str) -> None:
    sent = signed("aws", _S3, f"GET https://examplebucket.s3.amazonaws.com/{query}", now=_S3_NOW)
    assert cast("str", sent.value("Authorization")).endswith(f"Signature={signature}")
    assert sent.target.reveal() == f"/{query}"


def test_s3_presigned() -> None:
    given = {**_S3, "in_": "query", "expires": "86400"}
    sent = signed("aws", given, "GET https://examplebucket.s3.amazonaws.com/test.txt", now=_S3_NOW)
    assert sent.target.reveal() == (
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )
    assert sent.fields == ()


def test_a_presigned_request_is_signed_anew() -> None:
    given = {**_S3, "addAuthDataToQuery": "true"}
    first = signed("aws", given, "GET https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Expires=77", now=_S3_NOW)
    again = signed("aws", given, f"GET https://examplebucket.s3.amazonaws.com{first.target.reveal()}", now=_S3_NOW)
    assert "X-Amz-Expires=77" in first.target.reveal()
    assert sorted(again.target.reveal().split("&")) == sorted(first.target.reveal().split("&"))


def test_an_unsigned_body() -> None:
    sent = signed("aws", {**_S3, "unsigned-payload": "true"}, "PUT https://b.s3.amazonaws.com/\n\nx")
    assert sent.value("X-Amz-Content-Sha256") == "UNSIGNED-PAYLOAD"


@pytest.mark.parametrize(
    ("target", "expected"),
    [("/a b+c(*)", "/a%20b%2Bc%28%2A%29"), ("/a%2Fb//c/../d", "/a/b//c/../d"), ("/x?a+b=%2f&c", "/x?a%20b=%2F&c")],
)
def test_s3_targets_are_sent_in_aws_own_encoding(target: str, expected: str) -> None:
    assert signed("aws", _S3, f"GET https://b.s3.amazonaws.com{target}").target.reveal() == expected


def _by_common_runtime(sent: OutgoingRequest, signing: Signing, token: str | None) -> list[tuple[str, str]]:
    """Sign with the AWS Common Runtime; return the fields, and as `path` the target."""
    auth: Any = importlib.import_module("awscrt.auth")
    http: Any = importlib.import_module("awscrt.http")
    io = importlib.import_module("io")
    provider = auth.AwsCredentialsProvider.new_static(_KEYS["access-key"], _KEYS["secret-key"], token)
    kind = auth.AwsSignatureType
    config = auth.AwsSigningConfig(
        algorithm=auth.AwsSigningAlgorithm.V4,
        signature_type=kind.HTTP_REQUEST_QUERY_PARAMS if signing.in_query else kind.HTTP_REQUEST_HEADERS,
        credentials_provider=provider,
        region=signing.region.reveal(),
        service=signing.service.reveal(),
        date=datetime.fromtimestamp(_NOW, UTC),
        use_double_uri_encode=not signing.is_s3,
        should_normalize_uri_path=not signing.is_s3,
        signed_body_value="UNSIGNED-PAYLOAD" if signing.is_s3 and signing.in_query else None,
        signed_body_header_type=(
            auth.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA_256
            if signing.is_s3 and not signing.in_query
            else auth.AwsSignedBodyHeaderType.NONE
        ),
        expiration_in_seconds=3600 if signing.in_query else None,
    )
    body = io.BytesIO(b"".join(sent.body.chunks())) if sent.body is not None else None
    headers = http.HttpHeaders([("Host", sent.host), *((one.name, one.value.reveal()) for one in sent.fields)])
    theirs = http.HttpRequest(sent.method, sent.target.reveal(), headers, body)
    result: Any = auth.aws_sign_request(theirs, config).result(10)
    return [*result.headers, ("path", result.path)]


_SEGMENT = st.text(alphabet="ab/.%2F~+ (*)é&=", max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    path=_SEGMENT,
    query=st.lists(st.tuples(st.text("ab%Z é/=", max_size=5), st.text("ab%Z é/", max_size=5)), max_size=4),
    field=st.text("ab  \t;,", max_size=10),
    body=st.none() | st.binary(max_size=20),
    service=st.sampled_from(("s3", "service")),
    in_query=st.booleans(),
    token=st.none() | st.just("a/token+with=signs"),
)
def test_the_common_runtime_signs_alike(
    path: str,
    query: list[tuple[str, str]],
    field: str,
    body: bytes | None,
    service: str,
    in_query: bool,
    token: str | None,
) -> None:
    from urllib.parse import quote

    pairs = "&".join(f"{quote(name)}={quote(value)}" for name, value in query)
    # For S3 the path has to be in AWS's own encoding already, which ours sees to by itself.
    encoded = quote(path, safe="-._~/") if service == "s3" else quote(path, safe="/+(*)&=~%2F")
    target = f"/{encoded.lstrip('/')}" + (f"?{pairs}" if pairs else "")
    sent = OutgoingRequest(
        "POST",
        parse_origin("https://h.example"),
        plain(target),
        (Field("X-Field", plain(field.strip())),),
        MemoryBody(body) if body is not None else None,
    )
    signing = Signing(plain("us-east-1"), plain(service), in_query)
    credentials = AwsCredentials(
        plain(_KEYS["access-key"]), plain(_KEYS["secret-key"]), plain(token) if token is not None else None
    )
    ours = sign(sent, credentials, signing, _NOW, lambda title, text: None)
    theirs = dict(_by_common_runtime(sent, signing, token))
    if in_query:
        assert (
            ours.target.reveal().partition("X-Amz-Signature=")[2]
            == theirs["path"].partition("X-Amz-Signature=")[2][:64]
        )
    else:
        assert ours.value("Authorization") == theirs["Authorization"]


def test_the_ecdsa_key_is_the_documented_one() -> None:
    """The vector of aws-c-auth, tests/key_derivation_tests.c."""
    scalar = derive_ecdsa_key("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom")
    assert f"{scalar:x}" == "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd"


@pytest.mark.parametrize("place", ["header", "query"])
def test_sigv4a(place: str) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    given_context = context(_NOW)
    made = scheme("aws", **_KEYS, region="us-east-1,eu-*", service="service", algorithm="v4a", in_=place)
    sent = drive(made.authenticate(request("GET https://example.amazonaws.com/"), given_context), World().answer)
    text = notes(given_context)["string to sign"]
    assert text.startswith("AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n20150830/service/aws4_request\n")
    if place == "header":
        assert sent.value("X-Amz-Region-Set") == "us-east-1,eu-*"
        signature = cast("str", sent.value("Authorization")).rpartition("=")[2]
    else:
        assert "X-Amz-Region-Set=us-east-1%2Ceu-%2A" in sent.target.reveal()
        signature = sent.target.reveal().rpartition("=")[2]
    # The public key that the suite for version 4A gives for AKIDEXAMPLE.
    public = ec.EllipticCurvePublicNumbers(
        0xB6618F6A65740A99E650B33B6B4B5BD0D43B176D721A3EDFEA7E7D2D56D936B1,
        0x865ED22A7EADC9C5CB9D2CBACA1B3699139FEDC5043DC6661864218330C8E518,
        ec.SECP256R1(),
    ).public_key()
    public.verify(bytes.fromhex(signature), text.encode(), ec.ECDSA(SHA256()))
    assert ECDSA_ALGORITHM in text


@pytest.mark.parametrize(
    ("host", "service", "region"),
    [
        ("abc.execute-api.eu-central-1.amazonaws.com", "execute-api", "eu-central-1"),
        ("sts.amazonaws.com", "sts", "us-east-1"),
        ("iam.amazonaws.com", "iam", "us-east-1"),
        ("dynamodb.us-west-2.amazonaws.com", "dynamodb", "us-west-2"),
        ("streams.dynamodb.us-west-2.amazonaws.com", "dynamodb", "us-west-2"),
        ("email.eu-west-1.amazonaws.com", "ses", "eu-west-1"),
        ("s3.amazonaws.com", "s3", "us-east-1"),
        ("bucket.s3.amazonaws.com", "s3", "us-east-1"),
        ("my.bucket.s3.eu-central-1.amazonaws.com", "s3", "eu-central-1"),
        ("s3-eu-west-1.amazonaws.com", "s3", "eu-west-1"),
        ("bucket.s3-accelerate.amazonaws.com", "s3", "us-east-1"),
        ("bucket.s3.dualstack.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
        ("123.s3-control.eu-west-1.amazonaws.com", "s3", "eu-west-1"),
        ("search-logs-x.eu-west-1.es.amazonaws.com", "es", "eu-west-1"),
        ("x.eu-west-1.aoss.amazonaws.com", "aoss", "eu-west-1"),
        ("xyz.lambda-url.eu-west-1.on.aws", "lambda", "eu-west-1"),
        ("abc.appsync-api.eu-west-1.amazonaws.com", "appsync", "eu-west-1"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock", "us-east-1"),
        ("a1-ats.iot.eu-west-1.amazonaws.com", "iotdata", "eu-west-1"),
        ("123.dkr.ecr.eu-west-1.amazonaws.com", "ecr", "eu-west-1"),
        ("sqs.us-gov-west-1.amazonaws.com", "sqs", "us-gov-west-1"),
        ("eu-west-1.queue.amazonaws.com", "sqs", "eu-west-1"),
        ("ec2.cn-north-1.amazonaws.com.cn", "ec2", "cn-north-1"),
        ("kms-fips.us-east-1.amazonaws.com", "kms", "us-east-1"),
        ("vpce-1-x.execute-api.us-east-1.vpce.amazonaws.com", "execute-api", "us-east-1"),
        ("acc.r2.cloudflarestorage.com", "s3", "auto"),
        ("api.example.com", None, None),
        ("127.0.0.1", None, None),
    ],
)
def test_what_host_names_tell(host: str, service: str | None, region: str | None) -> None:
    assert read_aws_host(host) == (service, region)


def _credential(sent: OutgoingRequest) -> str:
    return cast("str", sent.value("Authorization")).partition("Credential=")[2].partition(",")[0]


_CONFIG = """
[default]
region = eu-west-1  # a remark
[profile dev]
region=eu-central-1
s3 =
    max_concurrent_requests = 20
[profile tool]
credential_process = "/opt/a tool" --json
[profile role]
role_arn = arn:aws:iam::1:role/r
source_profile = dev
external_id = x/1
[profile loop]
role_arn = arn:aws:iam::1:role/r
source_profile = other
[profile other]
role_arn = arn:aws:iam::1:role/s
source_profile = loop
[profile env]
role_arn = arn:aws:iam::1:role/r
credential_source = Environment
[profile instance]
role_arn = arn:aws:iam::1:role/r
credential_source = Ec2InstanceMetadata
[profile web]
role_arn = arn:aws:iam::1:role/w
web_identity_token_file = /run/token
region = us-west-2
[profile half]
aws_access_key_id = A
[profile empty]
[profile sso]
sso_session = corp
sso_account_id = 123
sso_role_name = reader
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
[not a profile]
aws_access_key_id = A
"""
_CREDENTIALS = """
[default]
aws_access_key_id = AKIDEFAULT
aws_secret_access_key = default-secret
[dev]
aws_access_key_id=AKIDEV
aws_secret_access_key=dev/sec=ret
aws_session_token = dev-token
"""
_SSO_FILE = f"~/.aws/sso/cache/{hashlib.sha1(b'corp').hexdigest()}.json"
_ROLE_ANSWER = (
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>"
    "<SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>"
    "<Expiration>2015-08-30T13:36:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
)


def _ok(content: str, status: int = 200) -> Response:
    return Response(ResponseHead(status, "", ()), content.encode())


def _world(**more: Any) -> World:
    files = {
        "~/.aws/config": _CONFIG,
        "~/.aws/credentials": _CREDENTIALS,
        "/run/token": "web.token\n",
        _SSO_FILE: '{"accessToken": "sso-token", "expiresAt": "2015-08-30T20:00:00Z"}',
    }
    environment = {"AWS_ACCESS_KEY_ID": "AKIENV", "AWS_SECRET_ACCESS_KEY": "env-secret"}
    commands = {
        '"/opt/a tool" --json': json.dumps(
            {"Version": 1, "AccessKeyId": "AKITOOL", "SecretAccessKey": "s", "SessionToken": "tool-token"}
        )
    }
    sso = {
        "roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": 2e12}
    }
    responses = {
        "https://sts.eu-central-1.amazonaws.com": _ok(_ROLE_ANSWER),
        "https://sts.us-west-2.amazonaws.com": _ok(_ROLE_ANSWER),
        "https://sts.us-east-1.amazonaws.com": _ok(_ROLE_ANSWER),
        "https://portal.sso.us-east-1.amazonaws.com": _ok(json.dumps(sso)),
    }
    return World(files, environment, commands, responses | _OF_INSTANCE | more)


@pytest.mark.parametrize(
    ("profile", "credential", "token"),
    [
        ("default", "AKIDEFAULT/20150830/eu-west-1", None),
        ("dev", "AKIDEV/20150830/eu-central-1", "dev-token"),
        ("tool", "AKITOOL/20150830/us-east-1", "tool-token"),
        ("role", "ASIAROLE/20150830/eu-central-1", "role-token"),
        ("env", "ASIAROLE/20150830/us-east-1", "role-token"),
        ("instance", "ASIAROLE/20150830/us-east-1", "role-token"),
        ("web", "ASIAROLE/20150830/us-west-2", "role-token"),
        ("sso", "ASIASSO/20150830/us-east-1", "t"),
    ],
)
def test_profiles(profile: str, credential: str, token: str | None) -> None:
    sent = signed("aws", {"profile": profile}, "GET https://api.example/", now=_NOW, world=_world())
    assert _credential(sent) == f"{credential}/execute-api/aws4_request"
    assert sent.value("X-Amz-Security-Token") == token
    assert "token" not in "".join(str(value) for value in sent.values("X-Amz-Security-Token"))


def test_a_role_is_assumed_by_a_signed_request() -> None:
    world = _world()
    signed("aws", {"profile": "role"}, "GET https://api.example/", now=_NOW, world=world)
    (asked,) = world.sent
    assert str(asked.origin) == "https://sts.eu-central-1.amazonaws.com"
    assert b"".join(asked.body.chunks() if asked.body is not None else ()) == (
        b"Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=httpls"
        b"&ExternalId=x%2F1"
    )
    assert _credential(asked) == "AKIDEV/20150830/eu-central-1/sts/aws4_request"


def test_a_role_beside_an_access_key() -> None:
    world = _world(**{"http://localhost:4566": _ok(_ROLE_ANSWER)})
    given = {**_KEYS, "role-arn": "arn:x", "sts-endpoint": "http://localhost:4566", "region": "eu-west-3"}
    sent = signed("aws", given, "GET https://api.example/", now=_NOW, world=world)
    assert _credential(sent).startswith("ASIAROLE/20150830/eu-west-3/")
    assert _credential(world.sent[0]) == "AKIDEXAMPLE/20150830/eu-west-3/sts/aws4_request"


_MACHINE = json.dumps(
    {
        "AccessKeyId": "ASIAMACHINE",
        "SecretAccessKey": "s",
        "Token": "machine-token",
        "Expiration": "2015-08-30T20:00:00Z",
    }
)
_METADATA = "http://169.254.169.254/latest"
_OF_INSTANCE = {
    f"{_METADATA}/api/token": _ok("metadata-token"),
    f"{_METADATA}/meta-data/iam/security-credentials/": _ok("reader\n"),
    f"{_METADATA}/meta-data/iam/security-credentials/reader": _ok(_MACHINE),
}


@pytest.mark.parametrize(
    ("source", "environment", "responses", "key"),
    [
        ("environment", {"AWS_ACCESS_KEY_ID": "AKIENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-west-2"}, {},
         "AKIENV/20150830/eu-west-2"),
        ("ecs-container", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"}, {"http://169.254.170.2/v2/x": _ok(_MACHINE)},
         "ASIAMACHINE/20150830/us-east-1"),
        ("EcsContainer", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/c",
                          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/run/token"},
         {"http://169.254.170.23/v1/c": _ok(_MACHINE)}, "ASIAMACHINE/20150830/us-east-1"),
        ("ec2-instance", {}, _OF_INSTANCE, "ASIAMACHINE/20150830/us-east-1"),
    ],
)  # fmt: skip
def test_credentials_of_the_machine(
    source: str, environment: dict[str, str], responses: dict[str, Response], key: str
) -> None:
    world = World({"/run/token": "web.token\n"}, environment, {}, responses)
    sent = signed("aws", {"credential-source": source}, "GET https://api.example/", now=_NOW, world=world)
    assert _credential(sent).startswith(key)
    if source == "EcsContainer":
        assert [one.value("Authorization") for one in world.sent] == ["web.token"]
    if source == "ec2-instance":
        assert [one.method for one in world.sent] == ["PUT", "GET", "GET"]
        assert [one.value("X-aws-ec2-metadata-token") for one in world.sent] == [
            None,
            "metadata-token",
            "metadata-token",
        ]


@pytest.mark.parametrize(
    ("source", "environment", "responses"),
    [
        ("environment", {"AWS_ACCESS_KEY_ID": "A"}, {}),
        ("ecs-container", {}, {}),
        ("ecs-container", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://evil.example/"}, {}),
        ("ecs-container", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "nonsense"}, {}),
        ("ecs-container", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}, {"http://169.254.170.2/x": _ok("{}", 404)}),
        ("ecs-container", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}, {"http://169.254.170.2/x": _ok("<html>")}),
        ("ec2-instance", {}, {"http://169.254.169.254": _ok("", 404)}),
        ("ec2-instance", {}, _OF_INSTANCE | {f"{_METADATA}/meta-data/iam/security-credentials/reader": _ok("{}")}),
    ],
)
def test_a_machine_without_credentials_is_refused(
    source: str, environment: dict[str, str], responses: dict[str, Response]
) -> None:
    world = World({}, environment, {}, responses)
    with pytest.raises(AuthenticationError):
        signed("aws", {"credential-source": source}, "GET https://api.example/", now=_NOW, world=world)


def test_other_files_by_the_environment() -> None:
    world = World(
        files={"/c": "[profile p]\naws_access_key_id=K\naws_secret_access_key=s"}, environment={"AWS_CONFIG_FILE": "/c"}
    )
    assert _credential(signed("aws", {"profile": "p"}, "GET https://api.example/", world=world)).startswith("K/")


@pytest.mark.parametrize("profile", ["missing", "loop", "half", "empty", "not a profile"])
def test_a_profile_without_credentials_is_refused(profile: str) -> None:
    with pytest.raises(CredentialError):
        signed("aws", {"profile": profile}, "GET https://api.example/", now=_NOW, world=_world())


@pytest.mark.parametrize(
    ("profile", "more"),
    [
        (
            "role",
            {"https://sts.eu-central-1.amazonaws.com": _ok("<Code>AccessDenied</Code><Message>no</Message>", 403)},
        ),
        ("role", {"https://sts.eu-central-1.amazonaws.com": _ok("<html>", 200)}),
        ("sso", {"https://portal.sso.us-east-1.amazonaws.com": _ok("{}", 401)}),
    ],
)
def test_a_role_that_is_not_given_is_refused(profile: str, more: dict[str, Response]) -> None:
    with pytest.raises(AuthenticationError):
        signed("aws", {"profile": profile}, "GET https://api.example/", now=_NOW, world=_world(**more))


def test_an_expired_login_says_what_to_do() -> None:
    world = _world()
    with pytest.raises(CredentialError) as raised:
        signed("aws", {"profile": "sso"}, "GET https://api.example/", now=_NOW + 86400, world=world)
    assert "aws sso login --profile sso" in raised.value.remedy


def test_temporary_credentials_are_kept_as_a_token() -> None:
    """The store is asked for the role's token, and nothing is sent if it has one that holds."""
    stored = Token(
        plain(json.dumps({"AccessKeyId": "ASIAOLD", "SecretAccessKey": "s", "SessionToken": "t"})), "AWS", 0, _NOW + 600
    )
    world = _world()

    def answer(step: Any) -> object:
        if isinstance(step, UseToken):
            assert step.is_fresh(stored, _NOW)
            assert not step.is_fresh(stored, _NOW + 590)
            return stored
        assert not isinstance(step, Send)
        return world.answer(step)

    flow: Flow[OutgoingRequest] = scheme("aws", profile="role").authenticate(
        request("GET https://api.example/"), context(_NOW)
    )
    assert _credential(drive(flow, answer)).startswith("ASIAOLD/")


def test_a_skewed_clock_is_corrected_once() -> None:
    given_context = context(_NOW)
    made = scheme("aws", **_SUITE)
    first = request("GET https://example.amazonaws.com/")
    drive(made.authenticate(first, given_context), World().answer)
    refusal = ResponseHead(403, "", (("Date", "Sun, 30 Aug 2015 13:36:00 GMT"),))
    again = drive(made.answer(first, refusal, given_context), World().answer)
    assert again is not None
    assert again.value("X-Amz-Date") == "20150830T133600Z"
    assert drive(made.answer(first, refusal, given_context), World().answer) is None
    later = given_context._replace(exchange={})
    assert drive(made.authenticate(first, later), World().answer).value("X-Amz-Date") == "20150830T133600Z"
    assert drive(made.answer(first, refusal, later), World().answer) is None


@pytest.mark.parametrize("date", ["Sun, 30 Aug 2015 12:37:00 GMT", "nonsense"])
def test_a_refusal_for_another_reason_is_taken_as_it_is(date: str) -> None:
    refusal = ResponseHead(403, "", (("Date", date),))
    flow = scheme("aws", **_SUITE).answer(request("GET https://example.amazonaws.com/"), refusal, context(_NOW))
    assert drive(flow, World().answer) is None


@pytest.mark.parametrize("expires", ["0", "8d"])
def test_a_signature_holds_for_seven_days_at_most(expires: str) -> None:
    with pytest.raises(AuthenticationError):
        signed("aws", {**_SUITE, "expires": expires, "in_": "query"}, "GET https://a.example/")


def test_the_computation_is_told_and_masked() -> None:
    given_context = context(_NOW)
    made = scheme("aws", **_SUITE, session_token=_SESSION)
    drive(made.authenticate(request("GET https://example.amazonaws.com/?a=b"), given_context), World().answer)
    shown = notes(given_context)
    assert shown["canonical request"] == (
        "GET\n/\na=b\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\nx-amz-security-token:•••••\n\n"
        "host;x-amz-date;x-amz-security-token\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert shown["signature"] == "•••••"
