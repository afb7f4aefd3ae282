-- The tutorial's records from an OpenResty-style generator: printed in batches, each flushed to the client
-- before the next one is made.

local string_format = string.format

local RECORD = '{"id":%d,"customer_id":"CUST-%08d","transaction_amount":%.2f,'
    .. '"status":"completed","timestamp":"2024-01-15T10:30:00Z"}'
local RECORDS, BATCH = 50000, 500

ngx.req.read_body()
ngx.header.content_type = "application/json"
local batch = {}
for first = 1, RECORDS, BATCH do
    for i = 1, BATCH do
        local id = first + i - 1
        batch[i] = string_format(RECORD, id, id, 100 + id % 500 * 0.75)
    end
    ngx.print(first == 1 and "[" or ",", table.concat(batch, ","))
    local ok = ngx.flush(true)
    if not ok then
        return
    end
end
ngx.print("]")
