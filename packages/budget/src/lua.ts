/**
 * The budget's whole state and rules, run in Redis so that all processes see one order of events. Times are µs of the
 * clock of Redis; one hash and one sorted set for each account:
 *
 *   KEYS[1]  next     the first instant that nobody has reserved
 *            epoch    changes whenever slots handed out before become void (pause, lost state)
 *            paused   no request before this (429)
 *            storm, streak   a row of 429s is on; its pauses that had no Retry-After
 *            rate, phase, step, drew   what `auto` has found: requests/s, what it is doing, since when, the rate that drew 429
 *            at       time of the last call, to notice a clock that went back
 *   KEYS[2]  slots that bulk callers hold and have not begun to use: interactive callers may take them over
 *
 * A slot is one instant at which one request may be sent. Taking over moves a slot from one caller to another, so the
 * total stays what it was. Up to `ahead` before its time a slot can be taken over, after that its holder asks once
 * whether it is still theirs (`confirm`) and can be sure of it.
 */
export const script = `
local window, ahead, spacing = 1000000, 20000, 1.02
local search, half, steady = 0, 1, 2

local op, given, ceiling = ARGV[1], ARGV[2], tonumber(ARGV[3])
local auto = given == 'auto'
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local names = { 'at', 'next', 'epoch', 'paused', 'storm', 'streak', 'rate', 'phase', 'step', 'drew' }
local values = redis.call('HMGET', KEYS[1], unpack(names))
local s = {}
for i, name in ipairs(names) do s[name] = tonumber(values[i]) or 0 end
local known = s.at > 0 and now > s.at - window

local function text(number) return string.format('%.17g', number) end

local function save()
  local pairs_ = {}
  s.at = now
  for _, name in ipairs(names) do
    pairs_[#pairs_ + 1] = name
    pairs_[#pairs_ + 1] = text(s[name])
  end
  redis.call('HSET', KEYS[1], unpack(pairs_))
  redis.call('PEXPIRE', KEYS[1], 2592000000)
end

-- Without state (first use, flushed, clock gone back) a full budget may just have been used: let one window pass.
local function begin()
  if known then return end
  local left = math.max(0, s.paused - s.at)
  s.paused = left > 0 and now + left or 0
  s.next = math.max(now + window + 2 * ahead, s.paused)
  s.epoch = math.max(now, s.epoch + 1)
  s.step = s.next
  redis.call('DEL', KEYS[2])
end

local function rate()
  if not auto then return tonumber(given) end
  if s.rate == 0 then s.rate, s.phase, s.step = 2, search, math.max(now, s.next) end
  if s.phase == search and now >= s.step + 3000000 then s.rate, s.step = s.rate * 2, now
  elseif s.phase == half and now >= s.step + 5000000 then s.rate, s.phase, s.step = s.drew * 0.9, steady, now
  elseif s.phase == steady and now >= s.step + 10000000 then s.rate, s.step = s.rate * 1.01, now
  end
  s.rate = math.min(ceiling, math.max(0.5, s.rate))
  return s.rate
end

local function reserve(interactive, longest, used)
  begin()
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now - window))
  local interval = math.ceil(1000000 * spacing / rate())
  -- Redis may have come back with state from before the caller's last request.
  if used < now + window then s.next = math.max(s.next, used + interval) end

  local slot = math.max(now, s.next, s.paused)
  local held = interactive and redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. text(now + ahead), '+inf', 'LIMIT', 0, 1)[1]
  if held and tonumber(held) < slot then slot = tonumber(held) else held = nil end

  local wait = slot - now
  if longest >= 0 and wait > longest then
    save()
    return { 0, wait - longest, '0', '0', s.storm }
  end
  if held then redis.call('ZREM', KEYS[2], held) else s.next = slot + interval end
  local sure = wait <= ahead
  if not interactive and not sure then
    redis.call('ZADD', KEYS[2], text(slot), text(slot))
    redis.call('PEXPIRE', KEYS[2], 3600000)
  end
  save()
  return { sure and 2 or 1, wait, text(slot), text(s.epoch), s.storm }
end

local function confirm(slot, epoch, interactive)
  if not known or epoch ~= s.epoch then return { 0, 0, s.storm } end
  local wait = slot - now
  if wait > ahead + 1000 then return { 1, wait, s.storm } end
  if not interactive and redis.call('ZREM', KEYS[2], text(slot)) == 0 then return { 0, 0, s.storm } end
  return { 2, wait, s.storm }
end

local function pause(wanted)
  begin()
  local current = rate()
  local till = s.paused
  if wanted >= 0 then till = math.max(till, now + wanted)
  elseif till <= now then
    till = now + math.min(30000000, 1000000 * 2 ^ s.streak)
    s.streak = math.min(s.streak + 1, 5)
  end
  if s.storm == 0 then s.storm, s.drew = 1, current end
  if till > s.paused then
    s.paused, s.next, s.epoch = till, till, math.max(now, s.epoch + 1)
    if auto then s.rate, s.phase, s.step = math.min(ceiling, math.max(0.5, s.drew / 2)), half, till end
    redis.call('DEL', KEYS[2])
  end
  save()
  return { s.paused - now }
end

-- An answer to a request from before the pause says nothing about now.
local function succeeded()
  if known and s.storm == 1 and now >= s.paused then
    s.storm, s.streak = 0, 0
    save()
  end
  return { s.storm }
end

if op == 'reserve' then return reserve(ARGV[4] == '1', tonumber(ARGV[5]), tonumber(ARGV[6])) end
if op == 'confirm' then return confirm(tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6] == '1') end
if op == 'pause' then return pause(tonumber(ARGV[4])) end
if op == 'succeeded' then return succeeded() end
return { text(rate()), text(now), text(s.paused), text(math.max(0, s.next - now, s.paused - now)) }
`;
