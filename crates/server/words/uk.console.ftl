# Тексти пульта. Ті самі ключі в кожній мові, що перевіряє тест.
# Pages
page-situation = Становище
page-needs = Потреби
page-plan = План
page-locate = Пошук
page-logistics = Логістика
page-ledger = Книга обліку
page-intake = Читання
page-packages = Пакети
page-meetings = Зустрічі
page-log = Журнал
page-accounts = Облікові записи

# Everywhere
con-menu = Меню
con-pages = Сторінки
con-language = Мова
con-sign-out = Вийти
con-loading = Завантаження …
con-close = Закрити
con-cancel = Скасувати
con-more = Показати більше
con-all = Усі
con-operation = Операція
con-scenario = Сценарій
con-plan = План
con-nothing-found = Нічого не знайдено.
con-unreachable = Сервер недоступний. Спробуйте ще раз за мить.

# Signing in
sign-in-name = Обліковий запис
sign-in-password = Пароль
sign-in-wrong = Хибний обліковий запис або пароль.
sign-in-often = Забагато спроб. Зачекайте пʼять хвилин.
sign-in-with = Увійти через { $provider }
sign-in-refused = Вхід через постачальника не вдався. Спробуйте ще раз або зверніться до адміністратора.
sign-in-waiting = Тепер ви відомі системі. Щоб увійти, потрібно, щоб адміністратор надав вам роль.
sign-in-no-provider = Постачальник недоступний. Увійдіть за паролем або спробуйте пізніше.
sign-in-public = До сторінок для всіх
role-donor = Донор
role-recipient_desk = Бюро отримувача
role-grid_engineer = Інженер мережі
role-logistics = Логістика
role-reviewer = Рецензент
role-second_reviewer = Другий рецензент
role-auditor = Аудитор
role-administrator = Адміністратор

# Services and states
service-power = Електрика
service-heat = Тепло
service-water = Вода
service-hospital = Лікарні
service-shelter = Укриття
service-telecom = Звʼязок
without-power = Людей без електрики
without-heat = Людей без тепла
without-water = Людей без води
level-1 = живиться
level-2 = живиться більше половини
level-3 = живиться менше половини
level-4 = зовсім без живлення
level-broken = пошкоджено
element-line = Лінія
element-transformer = Трансформатор
element-bus = Шини
element-generator = Генератор
ac-holds = тримається
ac-corrected = тримається після корекції
ac-fails = не тримається
ac-skipped = не перевірено

# Situation
situation-ac = Повна перевірка режиму
situation-day = День { $n }: { $date }
situation-step = Крок { $n }: { $date }
situation-cold = у середньому { $n } °C
situation-no-plan = Для цього сценарію ще немає плану: становище малюється за ним.
situation-before = Раніше
situation-next = Далі
situation-slider = День плану
situation-out = лінія не працює
situation-regions = Люди без послуг за регіонами
situation-region = Регіон
situation-nobody = Ніхто не залишається без послуг.
site-voltage = Напруга
site-load = Навантаження
site-people = Люди
site-state = Стан
map-about = Мапа мережі; таблиця поруч каже те саме за регіонами
map-no-webgl = Цей переглядач не малює мап. Числа й таблиці кажуть те саме.
curve-most = (щонайбільше { $n })

# Needs
ask-title = Про що просити далі
ask-lead = Що заощадило б ще одне таке, найбільше спершу. Діапазон – за повторними планами.
ask-by = до { $date }
ask-saves = заощаджує { $n } зважених людино-годин (від { $low } до { $high })
need = Потреба
need-what = Що
need-where = Де
need-why = Чому
needs-open = Місць, які план лишає порожніми: { $n }
needs-open-lead = Нічого з запропонованого не підходить або воно потрібніше деінде.
needs-kinds = Потрібно, за видами
needs-places = Місць
needs-unfilled = Порожніх
risk-title = Якщо не надійде
risk-lead = Обладнання, на яке план розраховує і яке не певне; найпотрібніше спершу.
risk-jobs = На нього чекають
risk-loss = Втрата без нього, людино-годин
risk-unknown = не розглянуто

# Plan
plan-start = Скласти план
plan-seconds = Секунд на пошук
plan-seed = Зерно
plan-waiting = Чекає на чергу
plan-running = План складається
plan-best = найкраще досі { $n }
plan-bound = не може бути менше за { $n }
plan-cancel = Зупинити
plan-failed = План не вдалося скласти: { $reason }
plan-none = Для цього сценарію ще немає плану.
plan-of = План від { $date }
plan-compare = Порівняти з
plan-beats = Він рятує людям { $share } того, чого коштувала б бездіяльність.
plan-gap = Жоден план не може бути кращим більш ніж на { $share }.
plan-figure = Показник
plan-this = Цей план
plan-other = Інший
plan-difference = Різниця
plan-same = так само
plan-cost = Зважені людино-години
plan-people-hours = Людино-години без електрики
plan-service-hours = Людино-години без послуги: { $service }
plan-energy = Непоставлена енергія, МВт·год
plan-jobs = Виконаних робіт
plan-left = Невиконаних робіт
plan-ac-fails = Станів, що не тримаються
plan-warnings = Варто знати
plan-left-list = Невиконані роботи й чому: { $n }
plan-accept = Прийняти
plan-ledger = Розраховувати на книгу обліку: { $name }
plan-weather = Погода
plan-weather-own = як у сценарії
plan-asks = Зʼясувати, про що просити далі (хвилини)
plan-accept-lead = Призначає обіцяне роботам плану: усе або нічого.
plan-accepted-because = план прийнято
gantt-title = { $n } робіт у часі
gantt-work = робота
gantt-given = робота з наданим обладнанням
gantt-table = Те саме таблицею
job = Робота
job-start = Початок
job-finish = Кінець
job-skill = Фах
job-equipment = Обладнання
ac-title = Чи тримається повний режим?
ac-table = Кожен стан
ac-from = Від
ac-verdict = Висновок
ac-loading = Найбільше завантаження
ac-voltage = Напруга, в. о.
ac-note = Примітка
doing-looking_for_better_plans = шукає кращих планів
doing-checking_states_by_AC_power_flow = перевіряє стани повним режимом
doing-comparing_with_simpler_ways = порівнює з простішими способами
doing-giving_items_to_jobs = розподіляє обладнання
doing-holding_offers_against_needs = звіряє пропозиції з потребами
doing-ordering_blocks_of_repairs = впорядковує ремонти
doing-ordering_repairs = впорядковує ремонти
doing-ranking_repairs = оцінює ремонти
doing-ranking_what_can_be_supplied = оцінює, що можна поставити
doing-proving_how_good_the_plan_is = доводить якість плану
doing-asking_what_is_lost_if_uncertain_offers_do_not_come = питає, що буде без непевних пропозицій

# Locate
locate-all = Усі місця
locate-search = Шукати за місцем, регіоном, потребою
locate-asks = Потребує
locate-more = Показати { $n }, що не підходять
locate-fewer = Сховати те, що не підходить
offer = Пропозиція
offer-arrives = на місці в день { $n }
offer-status = Певність
offer-confidence = Імовірність
offer-usable = несе { $n } МВА
status-shipped = відправлено
status-received = отримано
verdict-fits = підходить
verdict-fits_derated = підходить, з меншою потужністю
verdict-not_known = невідомо
verdict-does_not_fit = не підходить
check = Перевірка
check-verdict = Висновок
check-value = Має
check-limit = Межа
check-margin = Запас
check-why = Чому
check-kind = Вид
check-length = Довжина
check-nameplate = Паспортні дані
check-neutral = Нейтраль
check-phases = Фази
check-vector_group = Група зʼєднання
check-frequency = Частота
check-highest_voltage_hv = Найвища напруга, сторона ВН
check-highest_voltage_lv = Найвища напруга, сторона НН
check-impedance = Опір
check-mass = Транспортна маса
check-over_excitation = Перезбудження
check-power = Потужність
check-rated_voltage = Номінальна напруга
check-rated_current = Номінальний струм
check-breaking_current = Струм вимкнення
check-tap_range = Діапазон регулювання
check-turns_ratio = Коефіцієнт трансформації
plate-hv_kv = Висока напруга
plate-lv_kv = Низька напруга
plate-tertiary_kv = Третинна напруга
plate-mva = Потужність
plate-phases = Фази
plate-frequency_hz = Частота
plate-vector_group = Група зʼєднання
plate-uk_pct = Напруга короткого замикання
plate-tap_range_pct = Регулювання ±
plate-tap_step_pct = Крок регулювання
plate-mass_t = Транспортна маса
plate-rated_kv = Номінальна напруга
plate-rated_a = Номінальний струм
plate-breaking_ka = Струм вимкнення
plate-kw = Потужність
plate-volts = Вихідна напруга
plate-fuel_lph_full = Пальне за повного навантаження
plate-length_km = Довжина

# Logistics
log-waits = На що чекає план
log-waits-lead = Дні між прибуттям і роботою, що його потребує; найменше спершу. Без запасу затримка зсуває роботу.
log-slack = Запас
log-blocks = немає: блокує
log-there = На місці
log-job = Робота, що чекає
log-consignments = Відправлень: { $n }
log-stage = Етап
log-late = запізнюється
log-date = Дата
log-way = Шлях
log-due = Очікується
log-none = У цій операції ще нічого не відправлено.
stage-announced = Оголошено
stage-energised = Увімкнено

# Ledger
ledger-pledges = Обіцянки
ledger-reconcile = Може належати разом
ledger-all = Усі обіцянки
ledger-search = Шукати за донором, річчю, позначкою
ledger-donor = Донор
ledger-how-much = Скільки
ledger-stage = Етап
ledger-announced = Оголошено
ledger-sources = Тверджень
ledger-reference = Позначка
ledger-steps = Що зроблено
ledger-who-says = Хто це каже
ledger-none = Тут немає обіцянок, які вам можна бачити.
record-pending = чекає на другу особу
history = Історія
act-record = записано
act-correct = виправлено
act-withdraw = відкликано
act-confirm = підтверджено другою особою
act-decide = вирішено
reconcile-pending = Чекає на другу особу: { $n }
reconcile-queue = Може належати разом: { $n }
reconcile-may-be = може бути: { $relation }
reconcile-link = Так, повʼязати
reconcile-aside = Відкласти
reconcile-confirm = Підтвердити
reconcile-reject = Відхилити
reconcile-not-same = друга особа не згодна
reconcile-none = Нічого не чекає на звірку.
relation-same_as = те саме, що
relation-part_of = частина
relation-total_of = підсумок
relation-in_addition_to = додатково до
relation-supersedes = замінює
relation-contradicts = суперечить
relation-copy_of = копія
relation-distinct_from = не те саме, що
relation-replies_to = відповідь на

# Intake
intake-text = Текст, сторінка або стрічка
intake-url = Де знайдено
intake-outlet = Хто опублікував
intake-read = Прочитати
intake-file = Подати на рішення
intake-file-lead = Зберігає джерело й чернетки. Той самий текст зберігається раз.
intake-queue = На рішення: { $n }
intake-sure = Найменш певне поле
intake-accept = Прийняти
intake-edit = Змінити
intake-save = Прийняти зі змінами
intake-reject = Відхилити
intake-rejected = відхилено після читання
intake-words = Словами джерела
field-donor = Донор
field-recipient = Отримувач
field-item = Річ
field-quantity = Скільки
field-money = Гроші
field-status = Етап
field-date = Дата
field-speaker = Хто каже
field-expected = Очікується
field-channel = Через
field-as_of = Станом на
field-kind = Вид
field-said = Сказано
field-chain = Через
kind-new_pledge = нова обіцянка

# Packages and meetings
packages-none = Ще немає жодного пакета.
package-new = Новий пакет
package-title = Назва
package-keeper = Веде
package-target = Мета
package-called = Оголошено
package-wanted = Потрібно до
package-asked = Потрібно
package-given = Надано
package-share = Заповнено
package-add-line = Додати рядок
package-drop-line = Прибрати
package-make = Створити пакет
meetings-none = Ще немає записаних зустрічей.
meeting-new = Нова зустріч
meeting-title = Назва
meeting-date = Дата
meeting-place = Місце
meeting-agenda = Порядок денний, пункт у рядку
meeting-make = Записати зустріч

# Log and accounts
audit-at = Коли
audit-what = Що
audit-why = Чому
audit-who = Хто
audit-hash = Хеш
audit-first = На початок
account-new = Новий обліковий запис
account-role = Роль
account-waits = ще без ролі: виберіть
account-state = Стан
account-active = може входити
account-closed = закрито
account-close = Закрити
account-open = Відкрити знову
account-party = Організація (ідентифікатор)
account-password = Перший пароль
account-make = Створити

# With numbers
locate-found = { $n ->
        [one] { $n } пропозиція з { $all } підходить
        [few] { $n } пропозиції з { $all } підходять
       *[other] { $n } пропозицій із { $all } підходять
    }
log-days = { $n ->
        [one] { $n } день
        [few] { $n } дні
       *[other] { $n } днів
    }
ledger-count = { $n ->
        [one] { $shown } обіцянка
        [few] { $shown } обіцянки
       *[other] { $shown } обіцянок
    }
intake-found = { $n ->
        [one] Прочитано { $n } твердження
        [few] Прочитано { $n } твердження
       *[other] Прочитано { $n } тверджень
    }
intake-filed = { $n ->
        [one] Подано, { $n } чернетка
        [few] Подано, { $n } чернетки
       *[other] Подано, { $n } чернеток
    }
plan-accepted = { $n ->
        [one] Призначено { $n } одиницю
        [few] Призначено { $n } одиниці
       *[other] Призначено { $n } одиниць
    }

release-title = Оприлюднити
release-to = Кому
release-everybody = усім (публічна сторінка)
release-note = Примітка
release-propose = Запропонувати
release-proposed = Запропоновано. Другий рецензент має погодитися.
release-sites = Цей партнер побачить записи разом з обʼєктами.
release-pending = Чекають на другого рецензента: { $n }
release-for = Лише для { $name }, з обʼєктами
release-records = Записів: { $n }.
erase-title = Стерти дані особи
erase-lead = Дані особи в журналі стираються, а запис закривається, коли так скажуть два адміністратори. Скасувати це неможливо.
erase-account = Обліковий запис
erase-reason = Чому
erase-ask = Попросити
erase-agree = Погодитися
erase-done = стерто
erase-waits = чекає на іншого адміністратора
