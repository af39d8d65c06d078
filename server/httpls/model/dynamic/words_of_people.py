"""Made-up people: names, jobs, addresses, telephone numbers. `made_up` tells how an entry is read."""

WORDS: dict[str, str] = {
    "address.buildingNumber": "{nonzero}{digit*2}|{nonzero}{digit*3}",
    "address.city": "{place}|{address.cityPrefix} {place}",
    "address.cityName": "{place}",
    "address.cityPrefix": "East|Lake|New|North|Port|South|West",
    "address.citySuffix": (
        "berg|borough|bury|chester|field|ford|fort|haven|mouth|port|shire|side|stad|ton|town|view|ville"
    ),
    "address.country": (
        "Argentina|Australia|Austria|Bangladesh|Belgium|Brazil|Bulgaria|Canada|Chile|China|Colombia|Croatia|Cyprus|"
        "Denmark|Egypt|Estonia|Finland|France|Germany|Ghana|Greece|Hungary|Iceland|India|Indonesia|Ireland|Israel|"
        "Italy|Japan|Kenya|Latvia|Lithuania|Malaysia|Malta|Mexico|Morocco|Netherlands|New Zealand|Nigeria|Norway|"
        "Pakistan|Peru|Philippines|Poland|Portugal|Romania|Senegal|Singapore|Slovakia|Slovenia|South Africa|Spain|"
        "Sweden|Switzerland|Thailand|Tunisia|Turkey|Ukraine|United Kingdom|United States of America|Uruguay|"
        "Viet Nam"
    ),
    "address.countryCode": (
        "AR|AT|AU|BD|BE|BG|BR|CA|CH|CL|CN|CO|CY|DE|DK|EE|EG|ES|FI|FR|GB|GH|GR|HR|HU|ID|IE|IL|IN|IS|IT|JP|KE|LT|LV|"
        "MA|MT|MX|MY|NG|NL|NO|NZ|PE|PH|PK|PL|PT|RO|SE|SG|SI|SK|SN|TH|TN|TR|UA|US|UY|VN|ZA"
    ),
    "address.firstName": "{name.firstName}",
    "address.fullAddress": "{address.streetAddress}, {address.city}, {address.stateAbbr} {address.zipCode}",
    "address.lastName": "{name.lastName}",
    "address.secondaryAddress": "Apt. {digit*3}|Suite {digit*3}",
    "address.state": (
        "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|"
        "Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|"
        "Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|"
        "North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|"
        "Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
    ),
    "address.stateAbbr": (
        "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|"
        "OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
    ),
    "address.streetAddress": "{address.buildingNumber} {address.streetName}",
    "address.streetAddressNumber": "{address.buildingNumber}",
    "address.streetName": "{name.lastName} {address.streetSuffix}|{name.firstName} {address.streetSuffix}",
    "address.streetSuffix": (
        "Alley|Avenue|Circle|Court|Crossing|Drive|Grove|Hill|Lane|Parkway|Path|Place|Road|Square|Street|Terrace|"
        "Trail|View|Way"
    ),
    "address.timeZone": (
        "Africa/Cairo|Africa/Nairobi|America/Chicago|America/Denver|America/Los_Angeles|America/New_York|"
        "America/Sao_Paulo|Asia/Dubai|Asia/Kolkata|Asia/Shanghai|Asia/Singapore|Asia/Tokyo|Australia/Sydney|"
        "Europe/Berlin|Europe/Istanbul|Europe/London|Europe/Madrid|Europe/Paris|Pacific/Auckland"
    ),
    "address.zipCode": "{digit*5}|{digit*5}-{digit*4}",
    "idNumber.invalid": "000-{digit*2}-{digit*4}|666-{digit*2}-{digit*4}|9{digit*2}-{digit*2}-{digit*4}",
    "idNumber.ssnValid": "{area}{digit*2}-{digit}{nonzero}-{digit*3}{nonzero}",
    "idNumber.valid": "{idNumber.ssnValid}",
    "name.bloodGroup": "0+|0-|A+|A-|AB+|AB-|B+|B-",
    "name.firstName": (
        "Adam|Alice|Amir|Amy|Anna|Arjun|Ben|Carla|Carlos|Chloe|Clara|Daniel|David|Diana|Elena|Emil|Emma|Erik|Eva|"
        "Felix|Fiona|Grace|Hana|Hannah|Henry|Ines|Ivan|Jack|James|Jana|Julia|Karl|Kate|Laura|Lea|Leo|Lina|Lucas|"
        "Maria|Mark|Maya|Mia|Nadia|Nina|Noah|Nora|Olga|Oliver|Omar|Oscar|Paul|Peter|Priya|Rosa|Ruth|Sam|Sara|Simon|"
        "Sofia|Thomas|Tina|Vera|Victor|Yuki|Zoe"
    ),
    "name.fullName": "{name.firstName} {name.lastName}",
    "name.lastName": (
        "Abbott|Adler|Baker|Becker|Bell|Bishop|Brooks|Carter|Chen|Cohen|Costa|Dawson|Diaz|Ellis|Evans|Fischer|"
        "Foster|Garcia|Grant|Haas|Hansen|Hughes|Irwin|Ivanova|Jenkins|Jensen|Kaur|Keller|Khan|Kim|Klein|Lane|"
        "Larsen|Lopez|Martin|Meyer|Miller|Moreau|Murphy|Nakamura|Novak|Okafor|Olsen|Park|Patel|Pereira|Price|Quinn|"
        "Reed|Rossi|Sato|Schmidt|Silva|Singh|Stone|Tanaka|Turner|Vogel|Wagner|Walsh|Weber|Wright|Young|Zhang"
    ),
    "name.name": "{name.fullName}",
    "name.nameWithMiddle": "{name.firstName} {name.firstName} {name.lastName}",
    "name.prefix": "Dr.|Miss|Mr.|Mrs.|Ms.",
    "name.suffix": "DDS|DVM|I|II|III|IV|Jr.|MD|PhD|Sr.|V",
    "name.title": "{randomJobDescriptor} {randomJobArea} {randomJobType}",
    "name.username": "{name.firstName}.{name.lastName}|{name.firstName}_{name.lastName}|{name.firstName}{digit*2}",
    "phoneNumber.cellPhone": "{phoneNumber.phoneNumber}",
    "phoneNumber.extension": "{digit*4}",
    "phoneNumber.phoneNumber": "{nonzero}{digit*2}-{nonzero}{digit*2}-{digit*4}",
    "phoneNumber.subscriberNumber": "{digit*4}",
    "randomJobArea": (
        "Accounts|Applications|Branding|Communications|Configuration|Data|Division|Functionality|Group|Identity|"
        "Infrastructure|Integration|Interactions|Markets|Mobility|Operations|Optimization|Paradigm|Program|Quality|"
        "Research|Response|Security|Solutions|Tactics|Usability|Web"
    ),
    "randomJobDescriptor": (
        "Central|Chief|Corporate|Customer|Direct|District|Dynamic|Forward|Future|Global|Human|International|"
        "Internal|Investor|Lead|Legacy|National|Principal|Product|Regional|Senior"
    ),
    "randomJobType": (
        "Administrator|Agent|Analyst|Architect|Assistant|Associate|Consultant|Coordinator|Designer|Developer|"
        "Director|Engineer|Executive|Facilitator|Liaison|Manager|Officer|Orchestrator|Planner|Producer|"
        "Representative|Specialist|Strategist|Supervisor|Technician"
    ),
    "randomLocale": (
        "ar|bg|bn|ca|cs|da|de|el|en|es|et|eu|fa|fi|fr|ga|gl|gu|he|hi|hr|hu|hy|id|is|it|ja|ka|kk|ko|lt|lv|mk|ml|mr|"
        "ms|nb|ne|nl|nn|pa|pl|pt|ro|ru|sk|sl|sq|sr|sv|sw|ta|te|th|tr|uk|ur|uz|vi|zh"
    ),
    "randomPhoneNumberExt": "{nonzero}-{phoneNumber.phoneNumber}|{nonzero}{digit}-{phoneNumber.phoneNumber}",
}
"""By the name without `$random.` or, where only Postman has it, without `$`."""
