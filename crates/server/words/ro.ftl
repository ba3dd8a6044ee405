language = Română
skip = Salt la conținut
sign-in = Autentificare
menu = Pe această pagină
languages = Limbi
home = Toate operațiunile
home-title = Ajutor pentru rețele electrice avariate
home-lead = Ce s-a promis, s-a trimis și s-a primit, cine o spune și unde este contestat.
home-empty = Nu s-a publicat încă nimic.
not-found-title = Aici nu este nimic
not-found = Adresa este greșită sau ceea ce era aici s-a mutat.

figures = Promis, trimis, primit
needed = Cel mai necesar
bulletins = Ce s-a spus
rules = Cum se numără
data = Date

time-local = { $place }, ora locală
temperature = { $degrees } °C
observed = măsurat { $time }, { $source }

lead-received = Din { $pledged } promise s-au primit { $received }.
lead-pledged = S-au promis { $pledged }.
as-of = Situația la { $date }.
as-of-why = { $days ->
        [0] Cifrele sunt rotunjite, pentru ca din ele să nu poată fi recunoscut niciun obiectiv.
        [one] Cifrele apar cu o zi întârziere și rotunjite, pentru ca din ele să nu poată fi recunoscut niciun obiectiv.
        [few] Cifrele apar cu { $days } zile întârziere și rotunjite, pentru ca din ele să nu poată fi recunoscut niciun obiectiv.
       *[other] Cifrele apar cu { $days } de zile întârziere și rotunjite, pentru ca din ele să nu poată fi recunoscut niciun obiectiv.
    }
pledges-behind = { $count ->
        [one] Pe baza unei promisiuni verificate.
        [few] Pe baza a { $shown } promisiuni verificate.
       *[other] Pe baza a { $shown } de promisiuni verificate.
    }

what = Ce
money-heading = Bani
others = Alte echipamente
stage-pledged = Promis
stage-committed = Angajat
stage-sent = Trimis
stage-received = Primit
stage-installed = Instalat
cell-at-least = cel puțin
cell-between = { $low } – { $high }
cell-fewer = mai puțin de { $n }
cell-some = număr nespus
cell-nothing = nu se știe nimic
disputed = contestat

needed-lead = Pe categorii, cel mai necesar întâi. Numerele, locurile și proprietarii nu se publică: o listă cu ce lipsește este o hartă a avariilor.

bulletins-lead = Fiecare rând este o afirmație verificată de două persoane. O afirmație nu este o livrare.
bulletins-all = Toate afirmațiile ({ $count })
bulletins-title = Ce s-a spus: { $name }
bulletins-page = Pagina { $page } din { $pages }
newer = Mai noi
older = Mai vechi
says = spune { $speaker }
by-way-of = prin { $chain }
source-in = în limba { $language }
to-whom = pentru { $recipients }
doubt-open = contestat
doubt-lost = este valabilă altă cifră
doubt-won = verificat, această cifră este valabilă

kind-running_total = total până acum
kind-part = parte dintr-o promisiune
kind-sum_of_donors = mai mulți donatori adunați
kind-repeat = repetat
kind-denial = dezmințire
kind-dispute = contradicție

rules-lead = Regula este aceeași pentru toate cifrele și o aplică un program. Poate fi citită și verificată cu datele.
rule-pledged = Promis: cineva îndreptățit a promis-o în public.
rule-committed = Angajat: cumpărat, alocat, semnat sau în pregătire.
rule-sent = Trimis: pe drum; pentru bani, plătit.
rule-received = Primit: predat destinatarului.
rule-installed = Instalat: se află acolo unde trebuie să funcționeze.
rule-raise = Ce s-a primit a fost trimis, iar ce s-a trimis a fost promis: o coloană ulterioară se numără și în cele dinaintea ei.
rule-latest = Dintre mai multe cifre ale unei promisiuni rămâne ultima; părțile nu se adună niciodată la totalul care le cuprinde.
rule-twice = Repetările, copiile, sumele mai multor donatori și anunțurile de nevoi nu se numără.
rule-unknown = Ce s-a spus fără număr nu înseamnă zero: atunci cifra se citește „cel puțin”.
rule-disputed = Unde sursele se contrazic și nimeni nu a decis, se numără cifra mai mică și se marchează drept contestată.
rule-small = O cifră sub { $n } nu se arată, iar o categorie fără nicio cifră mai mare se adună la „{ others }”. Primit și instalat se rotunjesc în jos la un multiplu de { $n }.
rule-two = O afirmație apare aici după ce două persoane au fost de acord să fie publicată.
rule-currency = Valutele nu se convertesc una în alta.

data-lead = Aceleași cifre și afirmații pentru programe.
data-figures = Cifre (CSV)
data-claims = Afirmații (CSV)
data-json = Totul (JSON)
feed-atom = Flux (Atom)
feed-json = Flux (JSON Feed)
licence = Faptele sunt libere. Vă rugăm să numiți sursele.
made-by = Realizat cu Relight { $version }, un program liber.

n-exact = { $n }
n-about = circa { $n }
n-over = peste { $n }
n-at-least = cel puțin { $n }
n-almost = aproape { $n }
n-up-to = până la { $n }
n-between = între { $low } și { $high }
n-estimated = după estimări { $n }

status-unclear = neclar
status-possible = posibil
status-planned = planificat
status-offered = oferit
status-pledged = promis
status-agreed = convenit
status-allocated = alocat
status-committed = angajat
status-purchased = cumpărat
status-mobilised = mobilizat
status-donated = donat
status-preparing = în pregătire
status-disbursed = plătit
status-sent = trimis
status-in_transit = pe drum
status-delivered = livrat
status-installed = instalat
status-energised = pus sub tensiune

things-generator_set = Generatoare
things-transformer = Transformatoare de putere
things-instrument_transformer = Transformatoare de măsură
things-breaker = Întrerupătoare
things-mobile_substation = Substații mobile
things-line_kit = Stâlpi, cabluri, conductoare
things-grid_equipment = Echipamente de rețea
things-turbine = Turbine și centrale
things-fuel = Combustibil
things-money = Bani
things-fund = Fond
things-package = Pachet de asistență
things-guarantee = Garanții și împrumuturi
things-winter_equipment = Echipament de iarnă
things-shelter = Adăpost
things-lighting = Lămpi
things-vehicle = Vehicule
things-medical = Materiale medicale
things-transport = Transporturi
things-crew = Echipe și experți
things-other = Alt ajutor

amount-generator_set = { $count ->
        [one] un generator
        [few] { $n } generatoare
       *[other] { $n } de generatoare
    }
amount-transformer = { $count ->
        [one] un transformator de putere
        [few] { $n } transformatoare de putere
       *[other] { $n } de transformatoare de putere
    }
amount-instrument_transformer = { $count ->
        [one] un transformator de măsură
        [few] { $n } transformatoare de măsură
       *[other] { $n } de transformatoare de măsură
    }
amount-breaker = { $count ->
        [one] un întrerupător
        [few] { $n } întrerupătoare
       *[other] { $n } de întrerupătoare
    }
amount-mobile_substation = { $count ->
        [one] o substație mobilă
        [few] { $n } substații mobile
       *[other] { $n } de substații mobile
    }
amount-turbine = { $count ->
        [one] o turbină
        [few] { $n } turbine
       *[other] { $n } de turbine
    }
amount-vehicle = { $count ->
        [one] un vehicul
        [few] { $n } vehicule
       *[other] { $n } de vehicule
    }
amount-lighting = { $count ->
        [one] o lampă
        [few] { $n } lămpi
       *[other] { $n } de lămpi
    }
amount-pieces = { $count ->
        [one] o bucată
        [few] { $n } bucăți
       *[other] { $n } de bucăți
    }

language-bg = bulgară
language-cs = cehă
language-de = germană
language-en = engleză
language-es = spaniolă
language-fr = franceză
language-it = italiană
language-lt = lituaniană
language-pl = poloneză
language-pt = portugheză
language-ro = română
language-ru = rusă
language-uk = ucraineană
