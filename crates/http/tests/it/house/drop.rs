//! The drop: one slot for each situation that a buyer may meet.

pub const PLAN: &str = r#"
pools = [
    { key = "stock", title = "Stock", units = 10 },
    { key = "vip-stock", title = "Stock for friends", units = 6 },
    { key = "plenty", title = "Plenty", units = 1000 },
    { key = "one-left", title = "The last one", units = 1 },
]
codes = [
    { group = "vip", code = "MOONRISE" },
    { group = "elsewhere", code = "NOWHERE" },
]

# Ten units, sold alone and in pairs; a wrapping that goes with a single one.
[[slots]]
slug = "drop"
title = "A drop"
story = "A story."
start = "now - 5m"
end = "start + 3h"
extras = [{ title = "Film", url = "https://example.org/film" }]
windows = [{ key = "public", opens = "start", closes = "end", hold = { for = "8m", extensions = 1 } }]
offers = [
    { key = "one", title = "One", recipe = [{ pool = "stock" }], price = "28.00", units_max = 8 },
    { key = "pair", title = "Pair", recipe = [{ pool = "stock", units = 2 }], price = "50.00" },
    { key = "wrap", title = "Wrap", recipe = [{ pool = "plenty" }], price = "3.00", with = ["one"] },
]

# Where an order can move to.
[[slots]]
slug = "twin"
title = "Its twin"
start = "now + 5m"
end = "start + 3h"
windows = [{ key = "public", opens = "start - 10m", closes = "end" }]
offers = [{ key = "one", title = "One", recipe = [{ pool = "plenty" }], price = "28.00" }]

# A code first, then everyone later.
[[slots]]
slug = "moon"
title = "Moon"
start = "now + 1h"
end = "start + 3h"
windows = [
    { key = "vip", audience = { code = "vip" }, opens = "start - 2h", closes = "start", allotments = [{ pool = "vip-stock", units = 4 }], unsold = { roll = "public" } },
    { key = "public", opens = "start", closes = "end" },
]
offers = [{ key = "vase", title = "Vase", recipe = [{ pool = "vip-stock" }], price = "48.00" }]

# For friends only.
[[slots]]
slug = "friends"
title = "Friends"
start = "now - 5m"
end = "start + 3h"
windows = [{ key = "vip", audience = { code = "vip" }, opens = "start", closes = "end" }]
offers = [{ key = "vase", title = "Vase", recipe = [{ pool = "plenty" }], price = "48.00" }]

# Its only window is over.
[[slots]]
slug = "over"
title = "Over"
start = "now - 2h"
end = "start + 4h"
windows = [{ key = "public", opens = "start", closes = "start + 1h" }]
offers = [{ key = "one", title = "One", recipe = [{ pool = "plenty" }], price = "28.00" }]

# Two offers in a window that sells one of them; two units per buyer; one place to fetch them.
[[slots]]
slug = "limited"
title = "Limited"
start = "now - 5m"
end = "start + 3h"
windows = [{ key = "public", opens = "start", closes = "end", offers = ["one"], hold = { limit = 2 } }]
offers = [
    { key = "one", title = "One", recipe = [{ pool = "plenty" }], price = "28.00" },
    { key = "other", title = "Other", recipe = [{ pool = "plenty" }], price = "28.00" },
]
fulfilments = [{ key = "pickup", kind = "pickup", opens = "end", closes = "end + 1h", boxes = [
    { from = "end", until = "end + 30m", places = 1 },
    { from = "end + 30m", until = "end + 1h", places = 50 },
] }]

# Units are held at checkout.
[[slots]]
slug = "basket"
title = "Basket"
start = "now - 5m"
end = "start + 3h"
windows = [{ key = "public", opens = "start", closes = "end", hold = { at = "checkout" } }]
offers = [{ key = "last", title = "The last", recipe = [{ pool = "one-left" }], price = "9.00" }]

# For nothing.
[[slots]]
slug = "gift"
title = "Gift"
start = "now - 5m"
end = "start + 3h"
windows = [{ key = "public", opens = "start", closes = "end" }]
offers = [{ key = "card", title = "Card", recipe = [{ pool = "plenty" }], price = "0.00" }]

# Sent by mail.
[[slots]]
slug = "sent"
title = "Sent"
start = "now - 5m"
end = "start + 3h"
windows = [{ key = "public", opens = "start", closes = "end" }]
offers = [{ key = "print", title = "Print", recipe = [{ pool = "plenty" }], price = "12.00" }]
fulfilments = [{ key = "mail", title = "By mail", kind = "delivery", opens = "end", closes = "end + 72h" }]

# Not on the calendar.
[[slots]]
slug = "draft"
title = "Draft"
start = "now - 5m"
end = "start + 3h"
publish = false
windows = [{ key = "public", opens = "start", closes = "end" }]
offers = [{ key = "one", title = "One", recipe = [{ pool = "plenty" }], price = "28.00" }]
"#;
