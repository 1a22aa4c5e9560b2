"""The steps that must happen all at once, as Lua for Redis. Each says what it decides; `ledger` calls them.

A job is a hash: state (open, answered, done), delivery (who brings it), attempts, body, texts.
`alive:<gateway>` is a heartbeat: whoever has none is dead, and what it held may be taken.
"""

from gateway.limits import GCRA

REGISTER = (
    GCRA
    + """
-- A delivery of a message arrived. The first one makes the job, every one is counted and may wait for the answer.
-- Only a new message counts against the user's rate: the platform's repetitions are not the user's doing.
-- Who asked waits no longer after the deadline and has said that nothing was taken: then nothing may be taken.
-- Whoever registers begins the work, once it knows; others look for it only when that gateway had the time to say
-- that nothing was taken, and to take the message back.
-- KEYS job queue due waiters user order grant rate
-- ARGV id body user now window attempt keep order address bound allowed life most period deadline others
local clock = redis.call('TIME')
if tonumber(clock[1]) + tonumber(clock[2]) / 1000000 > tonumber(ARGV[15]) then return {3, 'late', 0} end
local fresh = 0
if redis.call('EXISTS', KEYS[1]) == 0 then
  if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[10]) then return {2, 'full', 0} end
  if tonumber(ARGV[13]) > 0 and allowed(KEYS[8], tonumber(ARGV[13]), tonumber(ARGV[14]) * 1000000) > 0 then
    return {2, 'full', 0}
  end
  fresh = 1
  redis.call('HSET', KEYS[1], 'state', 'open', 'body', ARGV[2], 'at', ARGV[4], 'user', ARGV[3], 'by', ARGV[6])
  redis.call('EXPIRE', KEYS[1], ARGV[7])
  local score = tonumber(ARGV[8]) * 100000 + redis.call('INCR', KEYS[6]) % 100000
  redis.call('ZADD', KEYS[2], string.format('%.0f', score), ARGV[1])
  redis.call('EXPIRE', KEYS[2], ARGV[7])
  redis.call('HSET', KEYS[5], 'address', ARGV[9])
  redis.call('HDEL', KEYS[5], 'gone')
  redis.call('EXPIRE', KEYS[5], ARGV[7] * 2)
  redis.call('ZADD', KEYS[3], 'LT', ARGV[16], ARGV[3])
  if tonumber(ARGV[11]) > 0 then redis.call('SET', KEYS[7], ARGV[11], 'EX', ARGV[12]) end
end
local state = redis.call('HGET', KEYS[1], 'state')
local attempts = redis.call('HINCRBY', KEYS[1], 'attempts', 1)
if state ~= 'done' then
  redis.call('ZADD', KEYS[4], ARGV[4] + ARGV[5], ARGV[6])
  redis.call('EXPIRE', KEYS[4], math.ceil(ARGV[5]) + 60)
end
return {fresh, state, attempts}
"""
)

TAKE_BACK = """
-- The user was told that this message was not taken. Nobody may be at work for the user: the message may be answered.
-- Nor may the platform have brought it again meanwhile, or before: that delivery waits for the answer.
-- KEYS job queue lead waiters | ARGV id attempt
if redis.call('EXISTS', KEYS[3]) == 1 or redis.call('HGET', KEYS[1], 'state') ~= 'open' then return 0 end
if redis.call('HGET', KEYS[1], 'by') ~= ARGV[2] then return 0 end
if tonumber(redis.call('HGET', KEYS[1], 'attempts')) > 1 then return 0 end
redis.call('DEL', KEYS[1], KEYS[4])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
"""

LEAD = """
-- May this gateway work for this user? Yes when nobody does, or whoever did is dead.
-- KEYS lead due | ARGV gateway user look_again alive_prefix
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and redis.call('EXISTS', ARGV[4] .. holder) == 1 then
  redis.call('ZADD', KEYS[2], 'XX', ARGV[3], ARGV[2])
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', 60)
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
return 1
"""

HOLD = """
-- Still the one who works for this user? KEYS lead | ARGV gateway
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('EXPIRE', KEYS[1], 60)
return 1
"""

RELEASE = """
-- Stop working for this user; refused when work has come. KEYS lead queue due | ARGV gateway user again
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 1 end
if tonumber(ARGV[3]) == 0 and redis.call('ZCARD', KEYS[2]) > 0 then return 0 end
redis.call('DEL', KEYS[1])
if tonumber(ARGV[3]) > 0 then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2]) return 1 end
redis.call('ZREM', KEYS[3], ARGV[2])
return 1
"""

ANSWER = """
-- The turn is over: its texts, with what was still kept for the user in front, wait for whoever brings them.
-- KEYS job lead outbox options | ARGV gateway texts single options keep merged
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[1], 'state') ~= 'open' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'answered', 'texts', ARGV[2], 'single', ARGV[3])
redis.call('HDEL', KEYS[1], 'failed')
if tonumber(ARGV[6]) > 0 then redis.call('LTRIM', KEYS[3], ARGV[6], -1) end
if ARGV[4] ~= '' then redis.call('SET', KEYS[4], ARGV[4], 'EX', ARGV[5]) else redis.call('DEL', KEYS[4]) end
return 1
"""

CLAIM = """
-- A request that is still open wants to carry the answer. Only one ever may; a dead one's claim is void. A gateway that
-- asks is not dead, even if it was too busy to say so in time.
-- KEYS job | ARGV mark prefix
local found = redis.call('HMGET', KEYS[1], 'state', 'delivery', 'texts', 'single', 'failed')
if found[1] ~= 'answered' then return {found[1] or 'done', '', found[5] or ''} end
if found[4] ~= '1' then return {'pushed', '', ''} end
if found[2] then
  local holder, me = string.match(found[2], '^(%w+)'), string.match(ARGV[1], '^(%w+)')
  if holder == me or redis.call('EXISTS', ARGV[2] .. holder) == 1 then return {'claimed', '', ''} end
end
redis.call('HSET', KEYS[1], 'delivery', ARGV[1], 'claimed', redis.call('TIME')[1])
return {'mine', found[3], ''}
"""

CONFIRM = """
-- The claimed answer was written: the first text is delivered, the rest is kept.
-- KEYS job outbox queue | ARGV mark id rest...
if redis.call('HGET', KEYS[1], 'delivery') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'state', 'done')
redis.call('HDEL', KEYS[1], 'texts', 'body', 'asked')
redis.call('ZREM', KEYS[3], ARGV[2])
for n = 3, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[n]) end
if #ARGV > 2 then redis.call('EXPIRE', KEYS[2], 604800) end
return 1
"""

UNCLAIM = """
-- The connection was gone before anything was written. KEYS job | ARGV mark
if redis.call('HGET', KEYS[1], 'delivery') == ARGV[1] then redis.call('HDEL', KEYS[1], 'delivery') end
return 1
"""

SETTLE = """
-- The worker asks what becomes of an answered job: wait for a request, done, or into the outbox.
-- KEYS job waiters outbox queue | ARGV id now can_push patience prefix keep bound gateway carrying items...
local found = redis.call('HMGET', KEYS[1], 'state', 'delivery', 'single', 'attempts', 'at', 'claimed')
if found[1] ~= 'answered' then redis.call('ZREM', KEYS[4], ARGV[1]) return 'done' end
if found[2] then
  local holder = string.match(found[2], '^(%w+)')
  if holder == ARGV[8] or redis.call('EXISTS', ARGV[5] .. holder) == 1 then
    -- A living gateway confirms or gives back at once, however busy it is; one that has not done so lost count. Of its
    -- own claims the asking one knows better.
    if holder == ARGV[8] and ARGV[9] == '1' then return 'wait' end
    if tonumber(redis.call('TIME')[1]) - tonumber(found[6] or '0') < 10 then return 'wait' end
    redis.call('HDEL', KEYS[1], 'delivery')
    return 'wait'
  end
  if tonumber(found[4]) < 3 then
    -- Claimed by a dead gateway. If the answer was not written, the platform delivers the message again and that
    -- request takes it; if it was, nobody asks. Either way the queue goes on.
    redis.call('ZREM', KEYS[4], ARGV[1])
    return 'parked'
  end
  redis.call('HSET', KEYS[1], 'state', 'done')
  redis.call('HDEL', KEYS[1], 'texts', 'body', 'asked')
  redis.call('ZREM', KEYS[4], ARGV[1])
  return 'unsure'
end
if found[3] == '1' and redis.call('ZCOUNT', KEYS[2], ARGV[2], '+inf') > 0 then return 'wait' end
if ARGV[3] == '0' and tonumber(found[4]) < 3 and ARGV[2] - tonumber(found[5]) < tonumber(ARGV[4]) then return 'wait' end
redis.call('HSET', KEYS[1], 'state', 'done', 'delivery', 'outbox')
redis.call('HDEL', KEYS[1], 'texts', 'body', 'asked')
for n = 10, #ARGV do redis.call('RPUSH', KEYS[3], ARGV[n]) end
redis.call('LTRIM', KEYS[3], -tonumber(ARGV[7]), -1)
redis.call('EXPIRE', KEYS[3], ARGV[6])
redis.call('ZREM', KEYS[4], ARGV[1])
return 'outbox'
"""

SPEND = """
-- One of the messages the user's last message or tap allows; the shorter grant first. The last one is not spent while
-- more answers are to come: they are joined and go together. KEYS event message queue
local left = tonumber(redis.call('GET', KEYS[1]) or '0') + tonumber(redis.call('GET', KEYS[2]) or '0')
if left == 1 and redis.call('ZCARD', KEYS[3]) > 0 then return '' end
for n = 1, 2 do
  if tonumber(redis.call('GET', KEYS[n]) or '0') > 0 then redis.call('DECR', KEYS[n]) return KEYS[n] end
end
return ''
"""

START = """
-- A push begins: from here to FINISH its outcome is unknown. KEYS lead user outbox | ARGV gateway item
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('LINDEX', KEYS[3], 0) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[2], 'sending', ARGV[2])
return 1
"""

FINISH = """
-- A push ended: its text leaves the outbox, and another may take its place. KEYS user outbox | ARGV item pop instead
redis.call('HDEL', KEYS[1], 'sending')
if ARGV[2] == '1' and redis.call('LINDEX', KEYS[2], 0) == ARGV[1] then
  redis.call('LPOP', KEYS[2])
  if ARGV[3] ~= '' then redis.call('LPUSH', KEYS[2], ARGV[3]) redis.call('EXPIRE', KEYS[2], 604800) end
end
return 1
"""
