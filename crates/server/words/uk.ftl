language = Українська
skip = До змісту
sign-in = Увійти
menu = На цій сторінці
languages = Мови
home = Усі операції
home-title = Допомога пошкодженим енергомережам
home-lead = Що обіцяно, надіслано й отримано, хто про це каже і де це заперечують.
home-empty = Ще нічого не опубліковано.
not-found-title = Тут нічого немає
not-found = Адреса хибна, або те, що тут було, переміщено.

figures = Обіцяно, надіслано, отримано
needed = Найпотрібніше
bulletins = Що було сказано
rules = Як це рахують
data = Дані

time-local = { $place }, місцевий час
temperature = { $degrees } °C
observed = виміряно { $time }, { $source }

lead-received = Отримано { $received } з { $pledged }, що були обіцяні.
lead-pledged = { $pledged } обіцяно.
as-of = Станом на { $date }
as-of-why = { $days ->
        [0] Числа округлено, щоб за ними не можна було впізнати жодного об’єкта.
        [one] Числа показано із запізненням на { $days } день і округлено, щоб за ними не можна було впізнати жодного об’єкта.
        [few] Числа показано із запізненням на { $days } дні й округлено, щоб за ними не можна було впізнати жодного об’єкта.
       *[other] Числа показано із запізненням на { $days } днів і округлено, щоб за ними не можна було впізнати жодного об’єкта.
    }
pledges-behind = { $count ->
        [one] За { $shown } перевіреною обіцянкою.
       *[other] За { $shown } перевіреними обіцянками.
    }

what = Що
money-heading = Гроші
others = Інше обладнання
stage-pledged = Обіцяно
stage-committed = Виділено
stage-sent = Надіслано
stage-received = Отримано
stage-installed = Установлено
cell-at-least = щонайменше
cell-between = від { $low } до { $high }
cell-fewer = менше ніж { $n }
cell-some = число не названо
cell-nothing = нічого не відомо
disputed = спірно

needed-lead = За видами, найпотрібніше спочатку. Кількість, місця й власників не публікують: перелік того, чого бракує, — це мапа пошкоджень.

bulletins-lead = Кожен рядок — твердження, яке перевірили двоє людей. Твердження — це ще не доставка.
bulletins-all = Усі твердження: { $count }
bulletins-title = Що було сказано: { $name }
bulletins-page = Сторінка { $page } з { $pages }
newer = Новіші
older = Давніші
says = каже { $speaker }
by-way-of = передає { $chain }
source-in = мова джерела: { $language }
to-whom = для: { $recipients }
doubt-open = спірно
doubt-lost = чинне інше число
doubt-won = перевірено, чинне це число

kind-running_total = усього на цей час
kind-part = частина обіцянки
kind-sum_of_donors = сума кількох донорів
kind-repeat = повторення
kind-denial = заперечення
kind-dispute = суперечність

rules-lead = Для всіх чисел діє одне правило, і його застосовує програма. Правило можна прочитати й перевірити за даними.
rule-pledged = Обіцяно: той, хто має на це право, пообіцяв це публічно.
rule-committed = Виділено: куплено, виділено, підписано або готують.
rule-sent = Надіслано: у дорозі; про гроші — виплачено.
rule-received = Отримано: передано отримувачеві.
rule-installed = Установлено: стоїть там, де має працювати.
rule-raise = Отримане було надіслане, а надіслане — обіцяне: пізніший стовпець входить до попередніх.
rule-latest = З кількох чисел про одну обіцянку чинне останнє; частини ніколи не додають до цілого, що їх містить.
rule-twice = Повторення, копії, суми кількох донорів і повідомлення про потреби не рахують.
rule-unknown = Сказане без числа не є нулем: тоді число читається «щонайменше».
rule-disputed = Де джерела суперечать одне одному й ніхто не вирішив, рахують менше число і позначають його як спірне.
rule-small = Числа, менші за { $n }, не показують, а вид, про який немає більшого числа, додають до рядка «{ others }». «Отримано» й «Установлено» округлюють униз до кратного { $n }.
rule-two = Твердження з’являється тут після того, як двоє людей погодили його публікацію.
rule-currency = Валюти не перераховують одну в одну.

data-lead = Ті самі числа й твердження для програм.
data-figures = Числа (CSV)
data-claims = Твердження (CSV)
data-json = Усе (JSON)
feed-atom = Стрічка (Atom)
feed-json = Стрічка (JSON Feed)
licence = Факти вільні. Просимо називати джерела.
made-by = Зроблено в Relight { $version }, вільній програмі.

n-exact = { $n }
n-about = близько { $n }
n-over = понад { $n }
n-at-least = щонайменше { $n }
n-almost = майже { $n }
n-up-to = до { $n }
n-between = від { $low } до { $high }
n-estimated = за оцінкою { $n }

status-unclear = неясно
status-possible = можливо
status-planned = заплановано
status-offered = запропоновано
status-pledged = обіцяно
status-agreed = узгоджено
status-allocated = виділено
status-committed = підписано
status-purchased = куплено
status-mobilised = зібрано
status-donated = подаровано
status-preparing = готують
status-disbursed = виплачено
status-sent = надіслано
status-in_transit = у дорозі
status-delivered = доставлено
status-installed = установлено
status-energised = увімкнено

things-generator_set = Генератори
things-transformer = Силові трансформатори
things-instrument_transformer = Вимірювальні трансформатори
things-breaker = Вимикачі
things-mobile_substation = Мобільні підстанції
things-line_kit = Опори, кабелі, проводи
things-grid_equipment = Обладнання для мереж
things-turbine = Турбіни й електростанції
things-fuel = Пальне
things-money = Гроші
things-fund = Фонд
things-package = Пакет допомоги
things-guarantee = Гарантії та позики
things-winter_equipment = Зимове спорядження
things-shelter = Житло
things-lighting = Лампи
things-vehicle = Транспортні засоби
things-medical = Медичне приладдя
things-transport = Перевезення
things-crew = Бригади й фахівці
things-other = Інша допомога

amount-generator_set = { $count ->
        [one] { $n } генератор
        [few] { $n } генератори
       *[many] { $n } генераторів
    }
amount-transformer = { $count ->
        [one] { $n } силовий трансформатор
        [few] { $n } силові трансформатори
       *[many] { $n } силових трансформаторів
    }
amount-instrument_transformer = { $count ->
        [one] { $n } вимірювальний трансформатор
        [few] { $n } вимірювальні трансформатори
       *[many] { $n } вимірювальних трансформаторів
    }
amount-breaker = { $count ->
        [one] { $n } вимикач
        [few] { $n } вимикачі
       *[many] { $n } вимикачів
    }
amount-mobile_substation = { $count ->
        [one] { $n } мобільна підстанція
        [few] { $n } мобільні підстанції
       *[many] { $n } мобільних підстанцій
    }
amount-turbine = { $count ->
        [one] { $n } турбіна
        [few] { $n } турбіни
       *[many] { $n } турбін
    }
amount-vehicle = { $count ->
        [one] { $n } транспортний засіб
        [few] { $n } транспортні засоби
       *[many] { $n } транспортних засобів
    }
amount-lighting = { $count ->
        [one] { $n } лампа
        [few] { $n } лампи
       *[many] { $n } ламп
    }
amount-pieces = { $count ->
        [one] { $n } одиниця
        [few] { $n } одиниці
       *[many] { $n } одиниць
    }

language-bg = болгарська
language-cs = чеська
language-de = німецька
language-en = англійська
language-es = іспанська
language-fr = французька
language-it = італійська
language-lt = литовська
language-pl = польська
language-pt = португальська
language-ro = румунська
language-ru = російська
language-uk = українська
