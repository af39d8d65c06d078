"""Made-up things: computers, files, words of no meaning, animals, drinks. `made_up` tells how an entry is read."""

WORDS: dict[str, str] = {
    "beer.hop": "Amarillo|Cascade|Centennial|Chinook|Citra|Fuggle|Magnum|Saaz|Tettnang",
    "beer.malt": "Black|Caramel|Chocolate|Munich|Pale|Rye|Vienna|Wheat",
    "beer.name": "{place} {beer.style}|{name.lastName}'s {beer.style}|{beer.malt} {beer.style}",
    "beer.style": "Amber Ale|Brown Ale|Dubbel|India Pale Ale|Lager|Pilsner|Porter|Stout",
    "beer.yeast": "American Ale|Bavarian Wheat|Belgian Abbey|British Ale|Czech Pils|Kölsch|Saison",
    "chuckNorris.fact": (
        "Chuck Norris can divide by zero.|Chuck Norris counted to infinity. Twice.|"
        "Chuck Norris does not need garbage collection.|Chuck Norris finished an infinite loop in four seconds.|"
        "Chuck Norris' code compiles itself."
    ),
    "code.asin": "B0{alphanumeric*8}",
    "color.hex": "#{hexadecimal*6}",
    "color.name": (
        "azure|beige|black|blue|brown|cyan|fuchsia|gold|green|grey|indigo|ivory|lavender|lime|magenta|maroon|"
        "mint green|olive|orange|orchid|pink|plum|purple|red|salmon|silver|sky blue|tan|teal|turquoise|violet|"
        "white|yellow"
    ),
    "crypto.md5": "{hexadecimal*32}",
    "crypto.sha1": "{hexadecimal*40}",
    "crypto.sha256": "{hexadecimal*64}",
    "crypto.sha512": "{hexadecimal*128}",
    "educator.campus": "{place} Campus",
    "educator.course": "Associate Degree in {subject}|Bachelor of {subject}|Master of {subject}",
    "educator.secondarySchool": "{place} High School|{name.lastName} College",
    "educator.university": "{place} University|University of {place}",
    "hacker.abbreviation": "API|DNS|HTTP|JSON|RAM|SQL|SSL|TCP|UDP|XML",
    "hacker.adjective": "auxiliary|back-end|digital|neural|open-source|redundant|virtual|wireless",
    "hacker.ingverb": "bypassing|compressing|hacking|indexing|parsing|synthesizing|transmitting",
    "hacker.noun": "array|bandwidth|card|driver|firewall|interface|microchip|panel|protocol",
    "hacker.verb": "back up|bypass|compress|copy|hack|index|navigate|parse|reboot|transmit",
    "internet.avatar": "https://i.pravatar.cc/150?u={hexadecimal*8}",
    "internet.domainName": "{internet.domainWord}.{internet.domainSuffix}",
    "internet.domainSuffix": "biz|com|info|name|net|org",
    "internet.domainWord": "{lorem.word}|{lorem.word}-{lorem.word}",
    "internet.emailAddress": "{name.username}@example.com|{name.username}@example.net|{name.username}@example.org",
    "internet.image": "https://loremflickr.com/640/480",
    "internet.ipV4Address": "{byte}.{byte}.{byte}.{byte}",
    "internet.ipV4Cidr": "{byte}.{byte}.{byte}.0/24|{byte}.{byte}.0.0/16",
    "internet.ipV6Address": (
        ""
        "{hexadecimal*4}:{hexadecimal*4}:{hexadecimal*4}:{hexadecimal*4}:{hexadecimal*4}:{hexadecimal*4}:{hexadec"
        "imal*4}:{hexadecimal*4}"
    ),
    "internet.ipV6Cidr": "{hexadecimal*4}:{hexadecimal*4}:{hexadecimal*4}:{hexadecimal*4}::/64",
    "internet.macAddress": (
        "{hexadecimal*2}:{hexadecimal*2}:{hexadecimal*2}:{hexadecimal*2}:{hexadecimal*2}:{hexadecimal*2}"
    ),
    "internet.password": "{alphanumeric*15}",
    "internet.privateIpV4Address": "10.{byte}.{byte}.{byte}|192.168.{byte}.{byte}",
    "internet.publicIpV4Address": "{public}.{byte}.{byte}.{byte}",
    "internet.safeEmailAddress": "{internet.emailAddress}",
    "internet.slug": "{lorem.word}-{lorem.word}-{lorem.word}",
    "internet.url": "http://{internet.domainName}|https://{internet.domainName}",
    "internet.userAgentAny": (
        ""
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 "
        "Safari/537.36|"
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/17.{digit} Safari/605.1.15|"
        "Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0|"
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0|"
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_{digit} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/17.{digit} Mobile/15E148 Safari/604.1"
    ),
    "lorem.character": "{letter}",
    "lorem.characters": "{letter*255}",
    "lorem.paragraph": "{lorem.sentence} {lorem.sentence} {lorem.sentence}|{lorem.sentences}",
    "lorem.paragraphs": "{lorem.paragraph} {lorem.paragraph} {lorem.paragraph}",
    "lorem.sentences": (
        "{lorem.sentence} {lorem.sentence}|{lorem.sentence} {lorem.sentence} {lorem.sentence} {lorem.sentence}"
    ),
    "lorem.word": (
        "accusamus|alias|aliquam|amet|animi|architecto|aspernatur|at|atque|aut|beatae|blanditiis|commodi|"
        "consectetur|culpa|cum|debitis|delectus|deserunt|dicta|dolor|dolorem|ducimus|ea|earum|eius|eligendi|enim|"
        "eos|error|est|et|eum|eveniet|ex|excepturi|explicabo|facere|fuga|fugiat|harum|hic|id|illo|impedit|in|"
        "inventore|ipsa|ipsum|iste|itaque|iure|labore|laborum|laudantium|libero|magnam|maiores|maxime|minima|minus|"
        "molestias|nam|natus|nemo|neque|nisi|nobis|non|nulla|odio|odit|officia|omnis|optio|pariatur|perferendis|"
        "placeat|porro|possimus|quae|quam|quas|qui|quia|quidem|quis|quo|quod|ratione|rem|repellat|rerum|saepe|"
        "sapiente|sed|sequi|similique|sint|sit|soluta|sunt|suscipit|tempora|tempore|tenetur|totam|ullam|unde|ut|"
        "vel|velit|veniam|veritatis|vero|vitae|voluptas|voluptatem"
    ),
    "lorem.words": (
        "{lorem.word} {lorem.word}|{lorem.word} {lorem.word} {lorem.word}|"
        "{lorem.word} {lorem.word} {lorem.word} {lorem.word}"
    ),
    "number.digit": "{digit}",
    "number.randomDigit": "{digit}",
    "number.randomDigitNotZero": "{nonzero}",
    "number.randomNumber": "{nonzero}{digit*5}",
    "randomAbstractImage": "https://loremflickr.com/640/480/abstract",
    "randomAlphaNumeric": "{lower}",
    "randomAnimalsImage": "https://loremflickr.com/640/480/animals",
    "randomBusinessImage": "https://loremflickr.com/640/480/business",
    "randomCatsImage": "https://loremflickr.com/640/480/cats",
    "randomCityImage": "https://loremflickr.com/640/480/city",
    "randomCommonFileExt": "gif|jpg|m4v|mp2|mp3|mp4|mpeg|pdf|png|wav",
    "randomCommonFileName": "{stem}.{randomCommonFileExt}",
    "randomCommonFileType": "application|audio|image|text|video",
    "randomDatabaseCollation": (
        "ascii_bin|ascii_general_ci|cp1250_bin|cp1250_general_ci|utf8_bin|utf8_general_ci|utf8_unicode_ci"
    ),
    "randomDatabaseColumn": (
        "avatar|category|comment|createdAt|email|group|id|name|password|phone|status|title|token|updatedAt"
    ),
    "randomDatabaseEngine": "ARCHIVE|BLACKHOLE|CSV|InnoDB|MEMORY|MyISAM",
    "randomDatabaseType": (
        "bigint|binary|bit|blob|boolean|date|datetime|decimal|double|enum|float|geometry|int|mediumint|point|real|"
        "serial|set|smallint|text|time|timestamp|tinyint|varchar"
    ),
    "randomDirectoryPath": (
        "/bin|/boot|/dev|/etc|/etc/mail|/home|/home/user|/home/user/dir|/lib|/media|/mnt|/net|/opt|/opt/bin|"
        "/private|/root|/sbin|/srv|/sys|/tmp|/usr|/usr/bin|/usr/lib|/usr/local/src|/usr/share|/var|/var/log|"
        "/var/mail|/var/tmp"
    ),
    "randomFashionImage": "https://loremflickr.com/640/480/fashion",
    "randomFileExt": (
        "bmp|bz2|css|csv|doc|epub|flac|gif|gz|htm|html|ico|jar|jpeg|jpg|js|json|mid|mp3|mp4|mpg|odt|ogg|pdf|png|"
        "ppt|rtf|svg|tar|tiff|ttf|txt|wav|webm|webp|woff|xls|xml|yaml|zip"
    ),
    "randomFileName": "{stem}.{randomFileExt}",
    "randomFilePath": "{randomDirectoryPath}/{randomFileName}",
    "randomFileType": "application|audio|font|image|message|model|text|video",
    "randomFoodImage": "https://loremflickr.com/640/480/food",
    "randomImageDataUri": (
        ""
        "data:image/svg+xml;charset=UTF-8,%3Csvg%20xmlns%3D%22http%3A%2F%2Fwww.w3.org%2F2000%2Fsvg%22%20width%3D%"
        "22640%22%20height%3D%22480%22%3E%3Crect%20width%3D%22100%25%22%20height%3D%22100%25%22%20fill%3D%22%23{h"
        "exadecimal*6}%22%2F%3E%3C%2Fsvg%3E"
    ),
    "randomLoremLines": "{lorem.sentences}",
    "randomLoremText": "{lorem.paragraph}",
    "randomMimeType": (
        "application/json|application/octet-stream|application/pdf|application/xml|application/zip|audio/mpeg|"
        "audio/ogg|font/woff2|image/gif|image/jpeg|image/png|image/svg+xml|image/webp|message/rfc822|text/css|"
        "text/csv|text/html|text/plain|video/mp4|video/webm"
    ),
    "randomNatureImage": "https://loremflickr.com/640/480/nature",
    "randomNightlifeImage": "https://loremflickr.com/640/480/nightlife",
    "randomPeopleImage": "https://loremflickr.com/640/480/people",
    "randomPhrase": (
        "We need to {hacker.verb} the {hacker.adjective} {hacker.abbreviation} {hacker.noun}!|"
        "If we {hacker.verb} the {hacker.noun}, we can get to the {hacker.abbreviation} {hacker.noun} through "
        "the {hacker.adjective} {hacker.abbreviation} {hacker.noun}!|"
        "{hacker.ingverb} the {hacker.noun} won't do anything, we need to {hacker.verb} the {hacker.adjective} "
        "{hacker.abbreviation} {hacker.noun}!|"
        "Try to {hacker.verb} the {hacker.abbreviation} {hacker.noun}, maybe it will {hacker.verb} the "
        "{hacker.adjective} {hacker.noun}!"
    ),
    "randomProtocol": "http|https",
    "randomSemver": "{digit}.{digit}.{digit}",
    "randomSportsImage": "https://loremflickr.com/640/480/sports",
    "randomTransportImage": "https://loremflickr.com/640/480/transport",
    "shakespeare.asYouLikeItQuote": (
        "All the world's a stage, and all the men and women merely players.|"
        "Do you not know I am a woman? When I think, I must speak.|Can one desire too much of a good thing?"
    ),
    "shakespeare.hamletQuote": (
        "To be, or not to be: that is the question.|"
        "Neither a borrower nor a lender be; for loan oft loses both itself and friend.|"
        "Though this be madness, yet there is method in't."
    ),
    "shakespeare.kingRichardIIIQuote": (
        "Now is the winter of our discontent.|A horse! a horse! my kingdom for a horse!|"
        "Conscience is but a word that cowards use."
    ),
    "shakespeare.romeoAndJulietQuote": (
        "O Romeo, Romeo! wherefore art thou Romeo?|Good night, good night! parting is such sweet sorrow.|"
        "What's in a name? That which we call a rose by any other name would smell as sweet."
    ),
    "superhero.descriptor": "Bolt|Falcon|Guardian|Phantom|Ranger|Shadow|Thunder|Wolf",
    "superhero.name": "{superhero.prefix} {superhero.descriptor} {superhero.suffix}|{superhero.descriptor}",
    "superhero.power": "Agility|Flight|Invisibility|Super Speed|Super Strength|Telepathy|Time Travel",
    "superhero.prefix": "Captain|Doctor|Green|Illustrious|Magnificent|Red|The",
    "superhero.suffix": "Boy|Eyes|Girl|II|Man|Strange|Woman|X",
    "team.creature": "bears|dragons|eagles|foxes|horses|lions|owls|tigers|wolves",
    "team.name": "{team.state} {team.creature}",
    "team.sport": "baseball|basketball|football|handball|hockey|rugby|volleyball",
    "team.state": "Alaska|Colorado|Delaware|Georgia|Iowa|Maine|Nevada|Oregon|Texas|Utah",
    "university.name": "{place} University|University of {place}",
    "university.prefix": "East|North|Northern|South|The|West",
    "university.suffix": "Academy|College|Institute|University",
}
"""By the name without `$random.` or, where only Postman has it, without `$`."""
