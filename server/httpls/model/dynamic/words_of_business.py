"""Made-up business: companies, goods, money. `made_up` tells how an entry is read."""

WORDS: dict[str, str] = {
    "business.creditCardType": "american_express|diners_club|discover|jcb|maestro|mastercard|visa",
    "commerce.color": "{color.name}",
    "commerce.department": "Books|Clothing|Electronics|Garden|Grocery|Health|Music|Outdoors|Toys",
    "commerce.material": "Bronze|Concrete|Cotton|Granite|Leather|Linen|Rubber|Silk|Steel|Wool",
    "commerce.price": "{number}.{digit*2}",
    "commerce.productName": "{product} {commerce.material} {item}",
    "commerce.promotionCode": "{product}Deal{digit*6}",
    "company.bs": "{randomBsBuzz} {randomBsAdjective} {randomBsNoun}",
    "company.buzzword": "adaptive|balanced|configurable|decentralized|integrated|modular|scalable",
    "company.catchPhrase": "{randomCatchPhraseAdjective} {randomCatchPhraseDescriptor} {randomCatchPhraseNoun}",
    "company.industry": "Agriculture|Banking|Construction|Education|Energy|Insurance|Logistics",
    "company.logo": "https://loremflickr.com/200/200/logo?lock={number}",
    "company.name": (
        "{name.lastName} {company.suffix}|{name.lastName} - {name.lastName}|"
        "{name.lastName}, {name.lastName} and {name.lastName}"
    ),
    "company.profession": (
        "accountant|actor|architect|baker|carpenter|chef|dentist|electrician|farmer|firefighter|gardener|"
        "journalist|judge|librarian|mechanic|nurse|painter|pilot|plumber|teacher|translator|vet"
    ),
    "company.suffix": "Group|Inc|LLC|and Sons",
    "company.url": "https://{internet.domainName}",
    "finance.bic": (
        "{capital*4}{address.countryCode}{capital}{digit}|{capital*4}{address.countryCode}{capital}{digit}XXX"
    ),
    "finance.creditCard": "{business.creditCardNumber}",
    "randomBankAccount": "{digit*8}",
    "randomBankAccountName": (
        "Auto Loan Account|Checking Account|Credit Card Account|Home Loan Account|Investment Account|"
        "Money Market Account|Personal Loan Account|Savings Account"
    ),
    "randomBitcoin": "1{base58*33}|3{base58*33}",
    "randomBsAdjective": (
        "24/7|back-end|best-of-breed|bleeding-edge|clicks-and-mortar|collaborative|compelling|cross-platform|"
        "customized|distributed|dynamic|efficient|end-to-end|enterprise|extensible|frictionless|global|granular|"
        "holistic|impactful|innovative|integrated|interactive|mission-critical|next-generation|one-to-one|"
        "plug-and-play|proactive|real-time|robust|scalable|seamless|sticky|strategic|synergistic|turn-key|"
        "ubiquitous|user-centric|vertical|viral|visionary|wireless|world-class"
    ),
    "randomBsBuzz": (
        "aggregate|architect|benchmark|cultivate|deliver|deploy|disintermediate|drive|e-enable|embrace|empower|"
        "enable|engage|engineer|enhance|evolve|expedite|exploit|extend|facilitate|generate|grow|harness|implement|"
        "incubate|innovate|integrate|iterate|leverage|maximize|mesh|monetize|morph|optimize|orchestrate|productize|"
        "recontextualize|redefine|reinvent|repurpose|revolutionize|scale|seize|streamline|syndicate|synthesize|"
        "target|transform|unleash|utilize|visualize|whiteboard"
    ),
    "randomBsNoun": (
        "action-items|applications|architectures|bandwidth|channels|communities|content|convergence|deliverables|"
        "e-business|e-commerce|e-markets|eyeballs|functionalities|infomediaries|infrastructures|initiatives|"
        "interfaces|markets|methodologies|metrics|mindshare|models|networks|niches|paradigms|partnerships|"
        "platforms|portals|relationships|ROI|schemas|solutions|supply-chains|synergies|systems|technologies|users|"
        "vortals|web services"
    ),
    "randomCatchPhraseAdjective": (
        "Adaptive|Advanced|Assimilated|Automated|Balanced|Business-focused|Centralized|Compatible|Configurable|"
        "Cross-platform|Customizable|Decentralized|Digitized|Diverse|Enhanced|Ergonomic|Exclusive|Expanded|"
        "Extended|Front-line|Fully-configurable|Fundamental|Future-proofed|Grass-roots|Horizontal|Innovative|"
        "Integrated|Intuitive|Inverse|Managed|Mandatory|Monitored|Multi-layered|Networked|Object-based|Open-source|"
        "Optimized|Organic|Persistent|Phased|Polarised|Proactive|Profound|Progressive|Reactive|Realigned|Reduced|"
        "Robust|Seamless|Secured|Sharable|Synchronised|Team-oriented|Total|Universal|Upgradable|Versatile|Virtual|"
        "Visionary"
    ),
    "randomCatchPhraseDescriptor": (
        "24 hour|actuating|analyzing|asymmetric|asynchronous|background|bandwidth-monitored|bi-directional|"
        "bottom-line|clear-thinking|client-driven|client-server|cohesive|composite|content-based|context-sensitive|"
        "dedicated|demand-driven|directional|discrete|dynamic|empowering|encompassing|executive|explicit|"
        "fault-tolerant|foreground|full-range|global|heuristic|high-level|holistic|homogeneous|human-resource|"
        "hybrid|impactful|incremental|interactive|intermediate|leading edge|local|logistical|mission-critical|"
        "modular|multi-tasking|needs-based|next generation|non-volatile|object-oriented|optimizing|radical|"
        "real-time|reciprocal|responsive|scalable|secondary|stable|static|system-worthy|systematic|tangible|"
        "tertiary|transitional|uniform|user-facing|value-added|well-modulated|zero defect"
    ),
    "randomCatchPhraseNoun": (
        "ability|access|adapter|algorithm|alliance|analyzer|application|approach|architecture|archive|array|"
        "attitude|benchmark|capability|capacity|challenge|circuit|collaboration|complexity|concept|contingency|"
        "core|database|definition|emulation|encoding|encryption|firmware|flexibility|forecast|frame|framework|"
        "function|functionalities|groupware|hardware|help-desk|hierarchy|hub|implementation|info-mediaries|"
        "initiative|installation|instruction set|interface|intranet|knowledge base|leverage|matrix|methodology|"
        "middleware|migration|model|moderator|monitoring|moratorium|neural-net|open architecture|orchestration|"
        "paradigm|parallelism|policy|portal|process improvement|product|productivity|projection|protocol|"
        "service-desk|software|solution|strategy|structure|success|support|synergy|system engine|task-force|"
        "throughput|time-frame|toolset|utilisation|website|workforce"
    ),
    "randomCreditCardMask": "{digit*4}",
    "randomCurrencyCode": (
        "AED|ARS|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|ISK|JPY|KES|KRW|MAD|MXN|"
        "MYR|NGN|NOK|NZD|PEN|PHP|PKR|PLN|RON|SAR|SEK|SGD|THB|TND|TRY|TWD|UAH|USD|UYU|VND|ZAR"
    ),
    "randomCurrencyName": (
        "Argentine Peso|Australian Dollar|Brazilian Real|Canadian Dollar|Chilean Peso|Czech Koruna|Danish Krone|"
        "Euro|Hong Kong Dollar|Hungarian Forint|Indian Rupee|Indonesian Rupiah|Kenyan Shilling|Malaysian Ringgit|"
        "Mexican Peso|Moroccan Dirham|New Israeli Sheqel|New Zealand Dollar|Norwegian Krone|Philippine Peso|"
        "Polish Zloty|Pound Sterling|Rand|Singapore Dollar|Swedish Krona|Swiss Franc|Thai Baht|Tunisian Dinar|"
        "Turkish Lira|UAE Dirham|US Dollar|Won|Yen|Yuan Renminbi"
    ),
    "randomCurrencySymbol": "$|R$|kr|zł|£|¥|฿|₦|₩|₪|₫|€|₱|₴|₹|₺",
    "randomProduct": "{item}",
    "randomProductAdjective": "{product}",
    "randomTransactionType": "deposit|invoice|payment|withdrawal",
}
"""By the name without `$random.` or, where only Postman has it, without `$`."""
