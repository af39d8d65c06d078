"""Made-up data that needs no library: words to choose from, and patterns of digits and letters.

A text may name others in braces: `{superhero.prefix}` is a word of that list, `{hexadecimal*32}` are 32 such
characters.
"""

import re

from httpls.model.dynamic.context import Context

_PARTS: dict[str, tuple[str, ...]] = {
    "digit": tuple("0123456789"),
    "nonzero": tuple("123456789"),
    "hexadecimal": tuple("0123456789abcdef"),
    "letter": tuple("abcdefghijklmnopqrstuvwxyz"),
    "byte": tuple(map(str, range(256))),
    "alphanumeric": tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
    "number": tuple(map(str, range(1, 1000))),
    "place": ("Ashford", "Brookfield", "Clearwater", "Fairview", "Greenville", "Lakeside", "Milton", "Riverton"),
    "surname": ("Abbott", "Baker", "Carter", "Dawson", "Ellis", "Foster", "Grant", "Hughes", "Irwin", "Jenkins"),
    "product": ("Awesome", "Ergonomic", "Fantastic", "Intelligent", "Practical", "Rustic", "Sleek", "Small"),
    "item": ("Bag", "Bench", "Chair", "Clock", "Coat", "Hat", "Keyboard", "Lamp", "Shoes", "Table", "Wallet", "Watch"),
    "subject": ("Biology", "Chemistry", "Economics", "Engineering", "History", "Law", "Mathematics", "Philosophy"),
}

WORDS: dict[str, tuple[str, ...]] = {
    "beer.hop": ("Amarillo", "Cascade", "Centennial", "Chinook", "Citra", "Fuggle", "Magnum", "Saaz", "Tettnang"),
    "beer.malt": ("Black", "Caramel", "Chocolate", "Munich", "Pale", "Rye", "Vienna", "Wheat"),
    "beer.name": ("{place} {beer.style}", "{surname}'s {beer.style}", "{beer.malt} {beer.style}"),
    "beer.style": ("Amber Ale", "Brown Ale", "Dubbel", "India Pale Ale", "Lager", "Pilsner", "Porter", "Stout"),
    "beer.yeast": ("American Ale", "Bavarian Wheat", "Belgian Abbey", "British Ale", "Czech Pils", "Kölsch", "Saison"),
    "chuckNorris.fact": (
        "Chuck Norris can divide by zero.",
        "Chuck Norris counted to infinity. Twice.",
        "Chuck Norris does not need garbage collection.",
        "Chuck Norris finished an infinite loop in four seconds.",
        "Chuck Norris' code compiles itself.",
    ),
    "code.asin": ("B0{alphanumeric*8}",),
    "color.hex": ("#{hexadecimal*6}",),
    "commerce.department": (
        "Books",
        "Clothing",
        "Electronics",
        "Garden",
        "Grocery",
        "Health",
        "Music",
        "Outdoors",
        "Toys",
    ),
    "commerce.material": (
        "Bronze",
        "Concrete",
        "Cotton",
        "Granite",
        "Leather",
        "Linen",
        "Rubber",
        "Silk",
        "Steel",
        "Wool",
    ),
    "commerce.price": ("{number}.{digit*2}",),
    "commerce.productName": ("{product} {commerce.material} {item}",),
    "commerce.promotionCode": ("{product}Deal{digit*6}",),
    "company.buzzword": ("adaptive", "balanced", "configurable", "decentralized", "integrated", "modular", "scalable"),
    "company.industry": ("Agriculture", "Banking", "Construction", "Education", "Energy", "Insurance", "Logistics"),
    "crypto.md5": ("{hexadecimal*32}",),
    "crypto.sha1": ("{hexadecimal*40}",),
    "crypto.sha256": ("{hexadecimal*64}",),
    "crypto.sha512": ("{hexadecimal*128}",),
    "educator.campus": ("{place} Campus",),
    "educator.course": ("Associate Degree in {subject}", "Bachelor of {subject}", "Master of {subject}"),
    "educator.secondarySchool": ("{place} High School", "{surname} College"),
    "educator.university": ("{place} University", "University of {place}"),
    "hacker.abbreviation": ("API", "DNS", "HTTP", "JSON", "RAM", "SQL", "SSL", "TCP", "UDP", "XML"),
    "hacker.adjective": (
        "auxiliary",
        "back-end",
        "digital",
        "neural",
        "open-source",
        "redundant",
        "virtual",
        "wireless",
    ),
    "hacker.ingverb": ("bypassing", "compressing", "hacking", "indexing", "parsing", "synthesizing", "transmitting"),
    "hacker.noun": ("array", "bandwidth", "card", "driver", "firewall", "interface", "microchip", "panel", "protocol"),
    "hacker.verb": (
        "back up",
        "bypass",
        "compress",
        "copy",
        "hack",
        "index",
        "navigate",
        "parse",
        "reboot",
        "transmit",
    ),
    "internet.ipV4Address": ("{byte}.{byte}.{byte}.{byte}",),
    "internet.ipV4Cidr": ("{byte}.{byte}.{byte}.0/24", "{byte}.{byte}.0.0/16"),
    "internet.ipV6Address": (":".join(["{hexadecimal*4}"] * 8),),
    "internet.ipV6Cidr": (":".join(["{hexadecimal*4}"] * 4) + "::/64",),
    "internet.macAddress": (":".join(["{hexadecimal*2}"] * 6),),
    "internet.password": ("{alphanumeric*15}",),
    "internet.privateIpV4Address": ("10.{byte}.{byte}.{byte}", "192.168.{byte}.{byte}"),
    "lorem.character": ("{letter}",),
    "lorem.characters": ("{letter*255}",),
    "name.bloodGroup": ("0+", "0-", "A+", "A-", "AB+", "AB-", "B+", "B-"),
    "number.digit": ("{digit}",),
    "number.randomDigit": ("{digit}",),
    "number.randomDigitNotZero": ("{nonzero}",),
    "number.randomNumber": ("{nonzero}{digit*5}",),
    "phoneNumber.extension": ("{digit*4}",),
    "phoneNumber.subscriberNumber": ("{digit*4}",),
    "shakespeare.asYouLikeItQuote": (
        "All the world's a stage, and all the men and women merely players.",
        "Do you not know I am a woman? When I think, I must speak.",
        "Can one desire too much of a good thing?",
    ),
    "shakespeare.hamletQuote": (
        "To be, or not to be: that is the question.",
        "Neither a borrower nor a lender be; for loan oft loses both itself and friend.",
        "Though this be madness, yet there is method in't.",
    ),
    "shakespeare.kingRichardIIIQuote": (
        "Now is the winter of our discontent.",
        "A horse! a horse! my kingdom for a horse!",
        "Conscience is but a word that cowards use.",
    ),
    "shakespeare.romeoAndJulietQuote": (
        "O Romeo, Romeo! wherefore art thou Romeo?",
        "Good night, good night! parting is such sweet sorrow.",
        "What's in a name? That which we call a rose by any other name would smell as sweet.",
    ),
    "superhero.descriptor": ("Bolt", "Falcon", "Guardian", "Phantom", "Ranger", "Shadow", "Thunder", "Wolf"),
    "superhero.name": ("{superhero.prefix} {superhero.descriptor} {superhero.suffix}", "{superhero.descriptor}"),
    "superhero.power": (
        "Agility",
        "Flight",
        "Invisibility",
        "Super Speed",
        "Super Strength",
        "Telepathy",
        "Time Travel",
    ),
    "superhero.prefix": ("Captain", "Doctor", "Green", "Illustrious", "Magnificent", "Red", "The"),
    "superhero.suffix": ("Boy", "Eyes", "Girl", "II", "Man", "Strange", "Woman", "X"),
    "team.creature": ("bears", "dragons", "eagles", "foxes", "horses", "lions", "owls", "tigers", "wolves"),
    "team.name": ("{team.state} {team.creature}",),
    "team.sport": ("baseball", "basketball", "football", "handball", "hockey", "rugby", "volleyball"),
    "team.state": ("Alaska", "Colorado", "Delaware", "Georgia", "Iowa", "Maine", "Nevada", "Oregon", "Texas", "Utah"),
    "university.name": ("{place} University", "University of {place}"),
    "university.prefix": ("East", "North", "Northern", "South", "The", "West"),
    "university.suffix": ("Academy", "College", "Institute", "University"),
}
"""By the name without `$random.`: what to choose from."""


def word_value(name: str, context: Context) -> str:
    """Return made-up data; `name` is a key of `WORDS`."""
    return _BRACES.sub(
        lambda match: _several(match[1], int(match[2] or 1), context), context.random.choice(WORDS[name])
    )


_BRACES = re.compile(r"\{([\w.]+)(?:\*([0-9]+))?\}")


def _several(name: str, count: int, context: Context) -> str:
    if name in WORDS:
        return word_value(name, context)
    return "".join(context.random.choices(_PARTS[name], k=count))
