"""Made-up people, places and companies, from the library Faker: the optional extra `faker`."""

import threading
from functools import cache
from importlib import import_module
from typing import Any, cast

from httpls.model.dynamic import refusal
from httpls.model.dynamic.context import Context
from httpls.model.dynamic.refusal import Refusal

METHODS: dict[str, str] = {
    "address.buildingNumber": "building_number",
    "address.city": "city",
    "address.cityName": "city",
    "address.cityPrefix": "city_prefix",
    "address.citySuffix": "city_suffix",
    "address.country": "country",
    "address.countryCode": "country_code",
    "address.firstName": "first_name",
    "address.fullAddress": "address",
    "address.lastName": "last_name",
    "address.latitude": "latitude",
    "address.longitude": "longitude",
    "address.secondaryAddress": "secondary_address",
    "address.state": "state",
    "address.stateAbbr": "state_abbr",
    "address.streetAddress": "street_address",
    "address.streetAddressNumber": "building_number",
    "address.streetName": "street_name",
    "address.streetSuffix": "street_suffix",
    "address.timeZone": "timezone",
    "address.zipCode": "zipcode",
    "business.creditCardExpiry": "credit_card_expire",
    "business.creditCardNumber": "credit_card_number",
    "business.creditCardType": "credit_card_provider",
    "code.ean13": "ean13",
    "code.ean8": "ean8",
    "code.gtin13": "ean13",
    "code.gtin8": "ean8",
    "code.isbn10": "isbn10",
    "code.isbn13": "isbn13",
    "color.name": "color_name",
    "commerce.color": "color_name",
    "company.bs": "bs",
    "company.catchPhrase": "catch_phrase",
    "company.logo": "image_url",
    "company.name": "company",
    "company.profession": "job",
    "company.suffix": "company_suffix",
    "company.url": "url",
    "finance.bic": "swift",
    "finance.creditCard": "credit_card_number",
    "finance.iban": "iban",
    "idNumber.invalid": "invalid_ssn",
    "idNumber.ssnValid": "ssn",
    "idNumber.valid": "ssn",
    "internet.avatar": "image_url",
    "internet.domainName": "domain_name",
    "internet.domainSuffix": "tld",
    "internet.domainWord": "domain_word",
    "internet.emailAddress": "email",
    "internet.image": "image_url",
    "internet.publicIpV4Address": "ipv4_public",
    "internet.safeEmailAddress": "safe_email",
    "internet.slug": "slug",
    "internet.url": "url",
    "internet.userAgentAny": "user_agent",
    "lorem.paragraph": "paragraph",
    "lorem.paragraphs": "paragraphs",
    "lorem.sentence": "sentence",
    "lorem.sentences": "sentences",
    "lorem.word": "word",
    "lorem.words": "words",
    "name.firstName": "first_name",
    "name.fullName": "name",
    "name.lastName": "last_name",
    "name.name": "name",
    "name.nameWithMiddle": "name",
    "name.prefix": "prefix",
    "name.suffix": "suffix",
    "name.title": "job",
    "name.username": "user_name",
    "phoneNumber.cellPhone": "phone_number",
    "phoneNumber.phoneNumber": "phone_number",
}
"""The method of Faker for each variable, by its name without `$random.`."""

_lock = threading.Lock()


def faker_value(name: str, context: Context) -> str | Refusal:
    """Return made-up data; `name` is a key of `METHODS`. English, on one line, by the seed of the context."""
    try:
        faker = english_faker()
    except ImportError:
        return Refusal(
            refusal.NEEDS_FAKER,
            f"`$random.{name}` needs the library Faker, which is not installed",
            "Install the extra: `pip install httpls[faker]`.",
        )
    with _lock:
        faker.seed_instance(context.random.getrandbits(64))
        made_up: object = getattr(faker, METHODS[name])()
    if isinstance(made_up, list):
        return " ".join(map(str, cast("list[object]", made_up)))
    return ", ".join(str(made_up).splitlines())


@cache
def english_faker() -> Any:
    """Return the one instance of Faker that is used. Raises `ImportError` if the library is not installed."""
    return import_module("faker").Faker("en_US")
