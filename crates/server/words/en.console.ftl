# What the console says. The same keys in each language, which a test holds to.
# Pages
page-situation = Situation
page-needs = Needs
page-plan = Plan
page-locate = Locate
page-logistics = Logistics
page-ledger = Ledger
page-intake = Intake
page-packages = Packages
page-meetings = Meetings
page-log = Log
page-accounts = Accounts

# Everywhere
con-menu = Menu
con-pages = Pages
con-language = Language
con-sign-out = Sign out
con-loading = Loading …
con-close = Close
con-cancel = Cancel
con-more = Show more
con-all = All
con-operation = Operation
con-scenario = Scenario
con-plan = Plan
con-nothing-found = Nothing was found.
con-unreachable = The server cannot be reached. Try again in a moment.

# Signing in
sign-in-name = Account
sign-in-password = Password
sign-in-wrong = Account or password is wrong.
sign-in-often = Too many tries. Wait five minutes.
sign-in-with = Sign in with { $provider }
sign-in-refused = The provider did not let you in here. Try again, or ask your administrator.
sign-in-waiting = You are known now. An administrator has to give you a role before you can come in.
sign-in-no-provider = The provider cannot be reached. Sign in with a password, or try again later.
sign-in-public = To the public pages
role-donor = Donor
role-recipient_desk = Recipient desk
role-grid_engineer = Grid engineer
role-logistics = Logistics
role-reviewer = Reviewer
role-second_reviewer = Second reviewer
role-auditor = Auditor
role-administrator = Administrator

# Services and states
service-power = Power
service-heat = Heat
service-water = Water
service-hospital = Hospitals
service-shelter = Shelters
service-telecom = Telecoms
without-power = People without power
without-heat = People without heat
without-water = People without water
level-1 = supplied
level-2 = more than half supplied
level-3 = less than half supplied
level-4 = without any power
level-broken = broken
element-line = Line
element-transformer = Transformer
element-bus = Busbar
element-generator = Generator
ac-holds = holds
ac-corrected = holds after correction
ac-fails = does not hold
ac-skipped = not checked

# Situation
situation-ac = Full power-flow check
situation-day = Day { $n }: { $date }
situation-step = Step { $n }: { $date }
situation-cold = { $n } °C on average
situation-no-plan = No plan has been made for this scenario yet: the situation is drawn from one.
situation-before = Before
situation-next = Next change
situation-slider = Day of the plan
situation-out = line out of service
situation-regions = People without, by region
situation-region = Region
situation-nobody = Nobody is without a service.
site-voltage = Voltage
site-load = Load
site-people = People
site-state = State
map-about = Map of the grid; the table beside it tells the same by region
map-no-webgl = This browser draws no maps. The figures and tables tell the same.
curve-most = (at most { $n })

# Needs
ask-title = What to ask for next
ask-lead = What one more of it would save, the most first. The range is over re-plans.
ask-by = by { $date }
ask-saves = saves { $n } weighted people-hours ({ $low } to { $high })
need = Need
need-what = What
need-where = Where
need-why = Why
needs-open = Places that the plan leaves empty: { $n }
needs-open-lead = Nothing on offer fits, or it is worth more elsewhere.
needs-kinds = Needed, by kind
needs-places = Places to fill
needs-unfilled = Left empty
risk-title = If it does not come
risk-lead = Equipment that the plan counts on and that is not certain, the most missed first.
risk-jobs = Waits for it
risk-loss = Lost without it, people-hours
risk-unknown = not looked at

# Plan
plan-start = Make a plan
plan-seconds = Seconds to search
plan-seed = Seed
plan-waiting = Waits for its turn
plan-running = A plan is being made
plan-best = best so far { $n }
plan-bound = cannot be below { $n }
plan-cancel = Stop
plan-failed = No plan could be made: { $reason }
plan-none = No plan has been made for this scenario.
plan-of = Plan of { $date }
plan-compare = Compare with
plan-beats = It spares people { $share } of what doing nothing would cost.
plan-gap = No plan can be more than { $share } better.
plan-figure = Figure
plan-this = This plan
plan-other = The other
plan-difference = Difference
plan-same = the same
plan-cost = Weighted people-hours
plan-people-hours = People-hours without power
plan-service-hours = People-hours without: { $service }
plan-energy = Energy not supplied, MWh
plan-jobs = Jobs done
plan-left = Jobs left out
plan-ac-fails = States that do not hold
plan-warnings = To be known
plan-left-list = Jobs left out, and why: { $n }
plan-accept = Accept
plan-ledger = Count on the ledger: { $name }
plan-weather = Weather
plan-weather-own = as the scenario has it
plan-asks = Find out what to ask for next (minutes)
plan-accept-lead = Assigns the pledged pieces to its jobs, all or none.
plan-accepted-because = the plan was accepted
gantt-title = { $n } jobs over time
gantt-work = work
gantt-given = work with given equipment
gantt-table = The same as a table
job = Job
job-start = Begins
job-finish = Ends
job-skill = Skill
job-equipment = Equipment
ac-title = Does it hold as a full power flow?
ac-table = Each state
ac-from = From
ac-verdict = Verdict
ac-loading = Highest loading
ac-voltage = Voltage, p.u.
ac-note = Note
doing-looking_for_better_plans = looking for better plans
doing-checking_states_by_AC_power_flow = checking states by full power flow
doing-comparing_with_simpler_ways = comparing with simpler ways
doing-giving_items_to_jobs = giving equipment to jobs
doing-holding_offers_against_needs = holding offers against needs
doing-ordering_blocks_of_repairs = ordering repairs
doing-ordering_repairs = ordering repairs
doing-ranking_repairs = ranking repairs
doing-ranking_what_can_be_supplied = ranking what can be supplied
doing-proving_how_good_the_plan_is = proving how good the plan is
doing-asking_what_is_lost_if_uncertain_offers_do_not_come = asking what is lost if uncertain offers do not come

# Locate
locate-all = All places
locate-search = Search by place, region, need
locate-asks = Asks for
locate-more = Show { $n } that do not fit
locate-fewer = Hide what does not fit
offer = Offer
offer-arrives = there on day { $n }
offer-status = How certain
offer-confidence = Likely
offer-usable = carries { $n } MVA
status-shipped = shipped
status-received = received
verdict-fits = fits
verdict-fits_derated = fits, with less power
verdict-not_known = not known
verdict-does_not_fit = does not fit
check = Check
check-verdict = Verdict
check-value = Has
check-limit = Limit
check-margin = Margin
check-why = Why
check-kind = Kind
check-length = Length
check-nameplate = Nameplate
check-neutral = Neutral
check-phases = Phases
check-vector_group = Vector group
check-frequency = Frequency
check-highest_voltage_hv = Highest voltage, HV side
check-highest_voltage_lv = Highest voltage, LV side
check-impedance = Impedance
check-mass = Transport mass
check-over_excitation = Over-excitation
check-power = Power
check-rated_voltage = Rated voltage
check-rated_current = Rated current
check-breaking_current = Breaking current
check-tap_range = Tap range
check-turns_ratio = Turns ratio
plate-hv_kv = High voltage
plate-lv_kv = Low voltage
plate-tertiary_kv = Tertiary voltage
plate-mva = Power
plate-phases = Phases
plate-frequency_hz = Frequency
plate-vector_group = Vector group
plate-uk_pct = Short-circuit voltage
plate-tap_range_pct = Tap range ±
plate-tap_step_pct = Tap step
plate-mass_t = Transport mass
plate-rated_kv = Rated voltage
plate-rated_a = Rated current
plate-breaking_ka = Breaking current
plate-kw = Output
plate-volts = Output voltage
plate-fuel_lph_full = Fuel at full load
plate-length_km = Length

# Logistics
log-waits = What the plan waits for
log-waits-lead = The days between arrival and the job that needs it, the fewest first. With none to spare a delay moves the job.
log-slack = To spare
log-blocks = none: blocks
log-there = There on
log-job = Job that waits
log-consignments = Consignments: { $n }
log-stage = How far
log-late = late
log-date = Date
log-way = Way
log-due = Expected
log-none = Nothing has been sent in this operation.
stage-announced = Announced
stage-energised = Switched on

# Ledger
ledger-pledges = Pledges
ledger-reconcile = May belong together
ledger-all = All pledges
ledger-search = Search by donor, thing, reference
ledger-donor = Donor
ledger-how-much = How much
ledger-stage = How far
ledger-announced = Announced
ledger-sources = Claims
ledger-reference = Reference
ledger-steps = What was done
ledger-who-says = Who says so
ledger-none = There are no pledges here that you may see.
record-pending = waits for a second person
history = History
act-record = recorded
act-correct = corrected
act-withdraw = withdrawn
act-confirm = confirmed by a second person
act-decide = decided
reconcile-pending = Waiting for a second person: { $n }
reconcile-queue = May belong together: { $n }
reconcile-may-be = may be: { $relation }
reconcile-link = Yes, link them
reconcile-aside = Set aside for now
reconcile-confirm = Confirm
reconcile-reject = Reject
reconcile-not-same = a second person does not agree
reconcile-none = Nothing waits to be reconciled.
relation-same_as = the same as
relation-part_of = part of
relation-total_of = the total of
relation-in_addition_to = in addition to
relation-supersedes = takes the place of
relation-contradicts = contradicts
relation-copy_of = a copy of
relation-distinct_from = not the same as
relation-replies_to = an answer to

# Intake
intake-text = Text, page or feed
intake-url = Where it was found
intake-outlet = Who published it
intake-read = Read it
intake-file = File it for decision
intake-file-lead = Keeps the source and its drafts. The same text is kept once.
intake-queue = To be decided: { $n }
intake-sure = Least certain field
intake-accept = Accept
intake-edit = Change
intake-save = Accept with changes
intake-reject = Reject
intake-rejected = rejected after reading
intake-words = In its words
field-donor = Donor
field-recipient = Recipient
field-item = Thing
field-quantity = How much
field-money = Money
field-status = How far
field-date = Date
field-speaker = Speaker
field-expected = Expected
field-channel = By way of
field-as_of = As of
field-kind = Kind
field-said = Said on
field-chain = By way of
kind-new_pledge = new pledge

# Packages and meetings
packages-none = No package has been put together.
package-new = A new package
package-title = Title
package-keeper = Kept by
package-target = Target
package-called = Called on
package-wanted = Wanted by
package-asked = Asked for
package-given = Given
package-share = Filled
package-add-line = Add a line
package-drop-line = Remove
package-make = Make the package
meetings-none = No meeting has been recorded.
meeting-new = A new meeting
meeting-title = Title
meeting-date = Date
meeting-place = Place
meeting-agenda = Agenda, a point a line
meeting-make = Record the meeting

# Log and accounts
audit-at = When
audit-what = What
audit-why = Why
audit-who = Who
audit-hash = Hash
audit-first = To the beginning
account-new = A new account
account-role = Role
account-waits = no role yet: choose
account-state = State
account-active = may sign in
account-closed = closed
account-close = Close
account-open = Open again
account-party = Organisation (id)
account-password = First password
account-make = Make the account

# With numbers
locate-found = { $n ->
        [one] { $n } of { $all } offers fits
       *[other] { $n } of { $all } offers fit
    }
log-days = { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
ledger-count = { $n ->
        [one] { $shown } pledge
       *[other] { $shown } pledges
    }
intake-found = { $n ->
        [one] { $n } claim was read
       *[other] { $n } claims were read
    }
intake-filed = { $n ->
        [one] Filed, with { $n } draft
       *[other] Filed, with { $n } drafts
    }
plan-accepted = { $n ->
        [one] { $n } piece assigned
       *[other] { $n } pieces assigned
    }

release-title = Release
release-to = To whom
release-everybody = everybody (public page)
release-note = Note
release-propose = Propose
release-proposed = Proposed. A second reviewer has to agree.
release-sites = This partner will see these records with their sites.
release-pending = Releases that wait for a second reviewer: { $n }
release-for = To { $name } alone, with sites
release-records = Records: { $n }.
erase-title = Erase a person
erase-lead = What the ledger holds of a person is erased, and the account closed, when two administrators say so. It cannot be undone.
erase-account = Account
erase-reason = Why
erase-ask = Ask for it
erase-agree = Agree
erase-done = erased
erase-waits = waits for another administrator
