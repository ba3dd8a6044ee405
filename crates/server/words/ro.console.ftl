# Ce spune consola. Aceleași chei în fiecare limbă, ceea ce verifică un test.
# Pages
page-situation = Situație
page-needs = Necesar
page-plan = Plan
page-locate = Căutare
page-logistics = Logistică
page-ledger = Registru
page-intake = Preluare
page-packages = Pachete
page-meetings = Întâlniri
page-log = Jurnal
page-accounts = Conturi

# Everywhere
con-menu = Meniu
con-pages = Pagini
con-language = Limba
con-sign-out = Ieșire
con-loading = Se încarcă …
con-close = Închide
con-cancel = Renunță
con-more = Arată mai mult
con-all = Toate
con-operation = Operațiune
con-scenario = Scenariu
con-plan = Plan
con-nothing-found = Nu s-a găsit nimic.
con-unreachable = Serverul nu răspunde. Încercați din nou peste o clipă.

# Signing in
sign-in-name = Cont
sign-in-password = Parolă
sign-in-wrong = Contul sau parola este greșită.
sign-in-often = Prea multe încercări. Așteptați cinci minute.
sign-in-with = Autentificare cu { $provider }
sign-in-refused = Furnizorul nu v-a permis accesul aici. Încercați din nou sau întrebați administratorul.
sign-in-waiting = Acum sunteți cunoscut. Un administrator trebuie să vă dea un rol înainte de a putea intra.
sign-in-no-provider = Furnizorul nu răspunde. Folosiți o parolă sau încercați mai târziu.
sign-in-public = Spre paginile publice
role-donor = Donator
role-recipient_desk = Biroul destinatarului
role-grid_engineer = Inginer de rețea
role-logistics = Logistică
role-reviewer = Evaluator
role-second_reviewer = Al doilea evaluator
role-auditor = Auditor
role-administrator = Administrator

# Services and states
service-power = Curent
service-heat = Căldură
service-water = Apă
service-hospital = Spitale
service-shelter = Adăposturi
service-telecom = Telecomunicații
without-power = Oameni fără curent
without-heat = Oameni fără căldură
without-water = Oameni fără apă
level-1 = alimentat
level-2 = alimentat mai mult de jumătate
level-3 = alimentat sub jumătate
level-4 = fără curent deloc
level-broken = avariat
element-line = Linia
element-transformer = Transformatorul
element-bus = Bara
element-generator = Generatorul
ac-holds = rezistă
ac-corrected = rezistă după corecție
ac-fails = nu rezistă
ac-skipped = neverificat

# Situation
situation-ac = Verificarea regimului
situation-day = Ziua { $n }: { $date }
situation-step = Pasul { $n }: { $date }
situation-cold = { $n } °C în medie
situation-no-plan = Pentru acest scenariu nu există încă un plan: situația se desenează după el.
situation-before = Înapoi
situation-next = Înainte
situation-slider = Ziua planului
situation-out = linie scoasă din funcțiune
situation-regions = Oameni fără servicii, pe regiuni
situation-region = Regiune
situation-nobody = Nimeni nu este fără servicii.
site-voltage = Tensiune
site-load = Sarcină
site-people = Oameni
site-state = Stare
map-about = Harta rețelei; tabelul alăturat spune același lucru pe regiuni
map-no-webgl = Acest navigator nu desenează hărți. Cifrele și tabelele spun același lucru.
curve-most = (cel mult { $n })

# Needs
ask-title = Ce să cerem mai departe
ask-lead = Ce ar economisi încă unul, cel mai mult întâi. Intervalul vine din replanificări.
ask-by = până la { $date }
ask-saves = economisește { $n } ore-om ponderate ({ $low } până la { $high })
need = Nevoie
need-what = Ce
need-where = Unde
need-why = De ce
needs-open = Locuri pe care planul le lasă goale: { $n }
needs-open-lead = Nimic din ofertă nu se potrivește sau este mai util în altă parte.
needs-kinds = Necesar, pe tipuri
needs-places = Locuri
needs-unfilled = Rămase goale
risk-title = Dacă nu sosește
risk-lead = Echipamente pe care planul contează și care nu sunt sigure, cele mai importante întâi.
risk-jobs = Îl așteaptă
risk-loss = Pierdere fără el, ore-om
risk-unknown = neexaminat

# Plan
plan-start = Fă un plan
plan-seconds = Secunde de căutare
plan-seed = Sămânță
plan-waiting = Își așteaptă rândul
plan-running = Se face un plan
plan-best = cel mai bun până acum { $n }
plan-bound = nu poate fi sub { $n }
plan-cancel = Oprește
plan-failed = Nu s-a putut face planul: { $reason }
plan-none = Pentru acest scenariu nu există încă un plan.
plan-of = Planul din { $date }
plan-compare = Compară cu
plan-beats = Îi scutește pe oameni de { $share } din cât ar costa să nu se facă nimic.
plan-gap = Niciun plan nu poate fi mai bun cu peste { $share }.
plan-figure = Cifră
plan-this = Acest plan
plan-other = Celălalt
plan-difference = Diferență
plan-same = la fel
plan-cost = Ore-om ponderate
plan-people-hours = Ore-om fără curent
plan-service-hours = Ore-om fără: { $service }
plan-energy = Energie nelivrată, MWh
plan-jobs = Lucrări făcute
plan-left = Lucrări lăsate deoparte
plan-ac-fails = Stări care nu rezistă
plan-warnings = De știut
plan-left-list = Lucrări lăsate deoparte și de ce: { $n }
plan-accept = Acceptă
plan-ledger = Contează pe registru: { $name }
plan-weather = Vreme
plan-weather-own = cea din scenariu
plan-asks = Află ce să cerem mai departe (minute)
plan-accept-lead = Atribuie piesele promise lucrărilor: toate sau niciuna.
plan-accepted-because = planul a fost acceptat
gantt-title = { $n } lucrări în timp
gantt-work = lucrare
gantt-given = lucrare cu echipament donat
gantt-table = Același lucru ca tabel
job = Lucrare
job-start = Începe
job-finish = Se încheie
job-skill = Calificare
job-equipment = Echipament
ac-title = Rezistă în regim complet?
ac-table = Fiecare stare
ac-from = De la
ac-verdict = Verdict
ac-loading = Încărcare maximă
ac-voltage = Tensiune, u.r.
ac-note = Notă
doing-looking_for_better_plans = caută planuri mai bune
doing-checking_states_by_AC_power_flow = verifică stările în regim complet
doing-comparing_with_simpler_ways = compară cu căi mai simple
doing-giving_items_to_jobs = împarte echipamentul
doing-holding_offers_against_needs = compară ofertele cu nevoile
doing-ordering_blocks_of_repairs = ordonează reparațiile
doing-ordering_repairs = ordonează reparațiile
doing-ranking_repairs = evaluează reparațiile
doing-ranking_what_can_be_supplied = evaluează ce se poate furniza
doing-proving_how_good_the_plan_is = dovedește cât de bun este planul
doing-asking_what_is_lost_if_uncertain_offers_do_not_come = întreabă ce se pierde fără ofertele nesigure

# Locate
locate-all = Toate locurile
locate-search = Caută după loc, regiune, nevoie
locate-asks = Cere
locate-more = Arată { $n } care nu se potrivesc
locate-fewer = Ascunde ce nu se potrivește
offer = Ofertă
offer-arrives = ajunge în ziua { $n }
offer-status = Cât de sigur
offer-confidence = Probabil
offer-usable = duce { $n } MVA
status-shipped = expediat
status-received = primit
verdict-fits = se potrivește
verdict-fits_derated = se potrivește, cu putere mai mică
verdict-not_known = necunoscut
verdict-does_not_fit = nu se potrivește
check = Verificare
check-verdict = Verdict
check-value = Are
check-limit = Limită
check-margin = Marjă
check-why = De ce
check-kind = Tip
check-length = Lungime
check-nameplate = Plăcuță
check-neutral = Neutru
check-phases = Faze
check-vector_group = Grupă de conexiuni
check-frequency = Frecvență
check-highest_voltage_hv = Tensiune maximă, partea IT
check-highest_voltage_lv = Tensiune maximă, partea JT
check-impedance = Impedanță
check-mass = Masă de transport
check-over_excitation = Supraexcitație
check-power = Putere
check-rated_voltage = Tensiune nominală
check-rated_current = Curent nominal
check-breaking_current = Curent de rupere
check-tap_range = Domeniu de reglaj
check-turns_ratio = Raport de transformare
plate-hv_kv = Tensiune înaltă
plate-lv_kv = Tensiune joasă
plate-tertiary_kv = Tensiune terțiară
plate-mva = Putere
plate-phases = Faze
plate-frequency_hz = Frecvență
plate-vector_group = Grupă de conexiuni
plate-uk_pct = Tensiune de scurtcircuit
plate-tap_range_pct = Reglaj ±
plate-tap_step_pct = Treaptă de reglaj
plate-mass_t = Masă de transport
plate-rated_kv = Tensiune nominală
plate-rated_a = Curent nominal
plate-breaking_ka = Curent de rupere
plate-kw = Putere
plate-volts = Tensiune de ieșire
plate-fuel_lph_full = Consum la sarcină plină
plate-length_km = Lungime

# Logistics
log-waits = Ce așteaptă planul
log-waits-lead = Zilele dintre sosire și lucrarea care are nevoie de ea, cele mai puține întâi. Fără rezervă, o întârziere mută lucrarea.
log-slack = Rezervă
log-blocks = niciuna: blochează
log-there = Ajunge la
log-job = Lucrarea care așteaptă
log-consignments = Transporturi: { $n }
log-stage = Etapă
log-late = întârzie
log-date = Data
log-way = Drum
log-due = Așteptat
log-none = În această operațiune nu s-a trimis nimic.
stage-announced = Anunțat
stage-energised = Pus sub tensiune

# Ledger
ledger-pledges = Promisiuni
ledger-reconcile = Pot fi același lucru
ledger-all = Toate promisiunile
ledger-search = Caută după donator, lucru, referință
ledger-donor = Donator
ledger-how-much = Cât
ledger-stage = Etapă
ledger-announced = Anunțat
ledger-sources = Afirmații
ledger-reference = Referință
ledger-steps = Ce s-a făcut
ledger-who-says = Cine o spune
ledger-none = Nu sunt aici promisiuni pe care le puteți vedea.
record-pending = așteaptă o a doua persoană
history = Istoric
act-record = înregistrat
act-correct = corectat
act-withdraw = retras
act-confirm = confirmat de a doua persoană
act-decide = decis
reconcile-pending = Așteaptă o a doua persoană: { $n }
reconcile-queue = Pot fi același lucru: { $n }
reconcile-may-be = poate fi: { $relation }
reconcile-link = Da, leagă-le
reconcile-aside = Lasă deoparte
reconcile-confirm = Confirmă
reconcile-reject = Respinge
reconcile-not-same = a doua persoană nu este de acord
reconcile-none = Nimic nu așteaptă reconcilierea.
relation-same_as = același lucru cu
relation-part_of = parte din
relation-total_of = totalul pentru
relation-in_addition_to = în plus față de
relation-supersedes = înlocuiește
relation-contradicts = contrazice
relation-copy_of = copie a
relation-distinct_from = altceva decât
relation-replies_to = răspuns la

# Intake
intake-text = Text, pagină sau flux
intake-url = Unde a fost găsit
intake-outlet = Cine l-a publicat
intake-read = Citește
intake-file = Trimite spre decizie
intake-file-lead = Păstrează sursa și ciornele. Același text se păstrează o dată.
intake-queue = De decis: { $n }
intake-sure = Câmpul cel mai nesigur
intake-accept = Acceptă
intake-edit = Modifică
intake-save = Acceptă cu modificări
intake-reject = Respinge
intake-rejected = respins după citire
intake-words = În cuvintele sursei
field-donor = Donator
field-recipient = Destinatar
field-item = Lucru
field-quantity = Cât
field-money = Bani
field-status = Etapă
field-date = Data
field-speaker = Vorbitor
field-expected = Așteptat
field-channel = Prin
field-as_of = La data de
field-kind = Fel
field-said = Spus la
field-chain = Prin
kind-new_pledge = promisiune nouă

# Packages and meetings
packages-none = Nu există încă niciun pachet.
package-new = Pachet nou
package-title = Titlu
package-keeper = Ținut de
package-target = Țintă
package-called = Lansat la
package-wanted = Dorit până la
package-asked = Cerut
package-given = Dat
package-share = Acoperit
package-add-line = Adaugă un rând
package-drop-line = Șterge
package-make = Creează pachetul
meetings-none = Nu este înregistrată nicio întâlnire.
meeting-new = Întâlnire nouă
meeting-title = Titlu
meeting-date = Data
meeting-place = Loc
meeting-agenda = Ordinea de zi, un punct pe rând
meeting-make = Înregistrează întâlnirea

# Log and accounts
audit-at = Când
audit-what = Ce
audit-why = De ce
audit-who = Cine
audit-hash = Amprentă
audit-first = La început
account-new = Cont nou
account-role = Rol
account-waits = încă fără rol: alegeți
account-state = Stare
account-active = se poate conecta
account-closed = închis
account-close = Închide
account-open = Deschide din nou
account-party = Organizația (id)
account-password = Prima parolă
account-make = Creează contul

# With numbers
locate-found = { $n ->
        [one] { $n } ofertă din { $all } se potrivește
        [few] { $n } oferte din { $all } se potrivesc
       *[other] { $n } de oferte din { $all } se potrivesc
    }
log-days = { $n ->
        [one] { $n } zi
        [few] { $n } zile
       *[other] { $n } de zile
    }
ledger-count = { $n ->
        [one] { $shown } promisiune
        [few] { $shown } promisiuni
       *[other] { $shown } de promisiuni
    }
intake-found = { $n ->
        [one] S-a citit { $n } afirmație
        [few] S-au citit { $n } afirmații
       *[other] S-au citit { $n } de afirmații
    }
intake-filed = { $n ->
        [one] Trimis, cu { $n } ciornă
        [few] Trimis, cu { $n } ciorne
       *[other] Trimis, cu { $n } de ciorne
    }
plan-accepted = { $n ->
        [one] { $n } piesă atribuită
        [few] { $n } piese atribuite
       *[other] { $n } de piese atribuite
    }

release-title = Publică
release-to = Cui
release-everybody = tuturor (pagina publică)
release-note = Notă
release-propose = Propune
release-proposed = Propus. Un al doilea verificator trebuie să fie de acord.
release-sites = Acest partener va vedea înregistrările împreună cu locurile lor.
release-pending = Așteaptă un al doilea verificator: { $n }
release-for = Numai pentru { $name }, cu locuri
release-records = Înregistrări: { $n }.
erase-title = Șterge o persoană
erase-lead = Ce se păstrează despre o persoană se șterge, iar contul se închide, când doi administratori spun așa. Nu se poate reveni.
erase-account = Cont
erase-reason = De ce
erase-ask = Cere
erase-agree = De acord
erase-done = șters
erase-waits = așteaptă alt administrator
