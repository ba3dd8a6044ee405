# What the public pages say. One catalogue, three languages: the same keys in each file, which a test holds to.

language = English
skip = Skip to the content
sign-in = Sign in
menu = On this page
languages = Languages
home = All operations
home-title = Help for damaged power grids
home-lead = What was promised, sent and received, who says so, and where that is disputed.
home-empty = Nothing has been published yet.
not-found-title = There is nothing here
not-found = The address is wrong, or what was here has moved.

figures = Pledged, sent, received
needed = Most needed
bulletins = What was said
rules = How it is counted
data = Data

time-local = { $place }, local time
temperature = { $degrees } °C
observed = measured { $time }, { $source }

lead-received = { $received } of { $pledged } that were pledged have been received.
lead-pledged = { $pledged } have been pledged.
as-of = As of { $date }.
as-of-why = { $days ->
        [0] Figures are rounded, so that no site can be told from them.
        [one] Figures are shown a day late and rounded, so that no site can be told from them.
       *[other] Figures are shown { $days } days late and rounded, so that no site can be told from them.
    }
pledges-behind = { $count ->
        [one] From one reviewed pledge.
       *[other] From { $shown } reviewed pledges.
    }

what = What
money-heading = Money
others = Other equipment
stage-pledged = Pledged
stage-committed = Committed
stage-sent = Sent
stage-received = Received
stage-installed = Installed
cell-at-least = at least
cell-between = { $low } to { $high }
cell-fewer = fewer than { $n }
cell-some = number not told
cell-nothing = nothing known
disputed = disputed

needed-lead = By kind, the most needed first. Numbers, places and owners are not published, since a list of what is lacking is a map of damage.

bulletins-lead = Each line is a claim that two people have reviewed. A claim is not a delivery.
bulletins-all = All { $count } claims
bulletins-title = What was said about { $name }
bulletins-page = Page { $page } of { $pages }
newer = Newer
older = Older
says = says { $speaker }
by-way-of = by way of { $chain }
source-in = in { $language }
to-whom = for { $recipients }
doubt-open = disputed
doubt-lost = another figure holds
doubt-won = checked against a contradiction

kind-running_total = total so far
kind-part = part of a pledge
kind-sum_of_donors = several donors added up
kind-repeat = repeated
kind-denial = denial
kind-dispute = contradiction

rules-lead = The rule is the same for every figure, and a program applies it. It can be read, and checked against the data.
rule-pledged = Pledged: somebody with the power to do so promised it in public.
rule-committed = Committed: bought, allocated, signed, or being prepared.
rule-sent = Sent: on its way; of money, paid out.
rule-received = Received: handed over to the recipient.
rule-installed = Installed: standing where it is to work.
rule-raise = What was received was sent, and what was sent was pledged: a later column counts in the ones before it.
rule-latest = Of several figures for one pledge the latest stands; parts are never added to the total that holds them.
rule-twice = Repeats, copies, sums of several donors and announcements of need are not counted.
rule-unknown = What was said without a number is not counted as nought: then the figure reads “at least”.
rule-disputed = Where sources contradict each other and nobody has decided, the lower figure counts, and is marked as disputed.
rule-small = A figure below { $n } is not shown, and a kind of which no figure is larger is added to “{ others }”. Received and installed are rounded down to a multiple of { $n }.
rule-two = A claim appears here after two people have agreed to publish it.
rule-currency = Currencies are not converted into each other.

data-lead = The same figures and claims for programs.
data-figures = Figures (CSV)
data-claims = Claims (CSV)
data-json = Everything (JSON)
feed-atom = Feed (Atom)
feed-json = Feed (JSON Feed)
licence = Facts are free. Please name the sources.
made-by = Made by Relight { $version }, which is free software.

n-exact = { $n }
n-about = about { $n }
n-over = more than { $n }
n-at-least = at least { $n }
n-almost = almost { $n }
n-up-to = up to { $n }
n-between = { $low } to { $high }
n-estimated = an estimated { $n }

status-unclear = unclear
status-possible = possible
status-planned = planned
status-offered = offered
status-pledged = pledged
status-agreed = agreed
status-allocated = allocated
status-committed = committed
status-purchased = bought
status-mobilised = mobilised
status-donated = donated
status-preparing = being prepared
status-disbursed = paid out
status-sent = sent
status-in_transit = on the way
status-delivered = delivered
status-installed = installed
status-energised = switched on

things-generator_set = Generator sets
things-transformer = Power transformers
things-instrument_transformer = Instrument transformers
things-breaker = Circuit breakers
things-mobile_substation = Mobile substations
things-line_kit = Poles, cables, conductors
things-grid_equipment = Grid equipment
things-turbine = Turbines and power plants
things-fuel = Fuel
things-money = Money
things-fund = Fund
things-package = Assistance package
things-guarantee = Guarantees and loans
things-winter_equipment = Winter equipment
things-shelter = Shelter
things-lighting = Lamps
things-vehicle = Vehicles
things-medical = Medical supplies
things-transport = Transports
things-crew = Crews and experts
things-other = Other help

amount-generator_set = { $count ->
        [one] { $n } generator set
       *[other] { $n } generator sets
    }
amount-transformer = { $count ->
        [one] { $n } power transformer
       *[other] { $n } power transformers
    }
amount-instrument_transformer = { $count ->
        [one] { $n } instrument transformer
       *[other] { $n } instrument transformers
    }
amount-breaker = { $count ->
        [one] { $n } circuit breaker
       *[other] { $n } circuit breakers
    }
amount-mobile_substation = { $count ->
        [one] { $n } mobile substation
       *[other] { $n } mobile substations
    }
amount-turbine = { $count ->
        [one] { $n } turbine
       *[other] { $n } turbines
    }
amount-vehicle = { $count ->
        [one] { $n } vehicle
       *[other] { $n } vehicles
    }
amount-lighting = { $count ->
        [one] { $n } lamp
       *[other] { $n } lamps
    }
amount-pieces = { $count ->
        [one] { $n } piece
       *[other] { $n } pieces
    }

language-bg = Bulgarian
language-cs = Czech
language-de = German
language-en = English
language-es = Spanish
language-fr = French
language-it = Italian
language-lt = Lithuanian
language-pl = Polish
language-pt = Portuguese
language-ro = Romanian
language-ru = Russian
language-uk = Ukrainian
