/**
 * Slots and the rate, in Redis so that all processes see one order of events. One hash and one sorted set for each class
 * of requests of an account:
 *
 *   KEYS[1]  next     when the next request is due, where all are spaced evenly; what was left idle lately is caught up
 *            even     nothing is caught up before this: what was sent lately is not known for sure
 *            epoch    changes whenever slots handed out before become void (pause, lost state)
 *            paused   no request before this (429)
 *            storm, streak, hit   a row of 429s is on; its pauses that had no Retry-After; when the last one began
 *            rate, phase, step, taken, drew   what `auto` has found: requests/s, what it is doing, since when, slots given
 *                     since then, the rate that drew 429
 *            at       time of the last call, to notice a clock that went back
 *   KEYS[2]  slots that bulk callers hold and have not begun to use: interactive callers may take them over
 *   KEYS[6]  the last slots handed out, the newest first: no window holds more of them than the rate allows
 *
 * A slot is one instant at which one request may be sent. Taking over moves a slot from one caller to another, so the
 * total stays what it was. Up to `ahead` before its time a slot can be taken over, after that its holder asks once
 * whether it is still theirs (`confirm`) and can be sure of it.
 */
export const slotsLua = `
local ahead, spacing, catchingUp, mostCaughtUp = 20000, 1.02, 2, 500000
local search, half, steady = 0, 1, 2
-- Why no slot was given: none is near enough, 429, the breaker, too many repetitions.
local far, paused, broken, spent = 0, 1, 2, 3

local auto, unlimited = given == 'auto', given == 'unlimited'

local names = { 'at', 'next', 'even', 'epoch', 'paused', 'storm', 'streak', 'hit', 'rate', 'phase', 'step', 'taken', 'drew' }
local s = load(KEYS[1], names)
local known = s.at > 0 and now > s.at - window

local function save()
  s.at = now
  store(KEYS[1], names, s)
  redis.call('PEXPIRE', KEYS[1], 2592000000)
end

-- Without state (first use, flushed, clock gone back) a full budget may just have been used: let one window pass.
local function begin()
  if known or unlimited then return end
  local left = math.max(0, s.paused - s.at)
  s.paused = left > 0 and now + left or 0
  s.next = math.max(now + window + 2 * ahead, s.paused)
  s.epoch = math.max(now, s.epoch + 1)
  s.step = s.next
  s.even = s.next + window
  redis.call('DEL', KEYS[2], KEYS[6])
end

local function handedOut(ago) return tonumber(redis.call('LINDEX', KEYS[6], ago - 1) or 0) end

-- When the next request may be sent: as many in any window as the rate allows, evenly, and at twice the rate while what
-- was left idle lately (the wait for an answer, between two levels) is caught up.
local function nextSlot(current, interval)
  local most = math.max(1, math.floor(current * window / 1000000))
  local newest = handedOut(1)
  local isBusy = now >= s.even and newest > now - window
  local due = math.max(s.next, isBusy and now - mostCaughtUp or now, s.paused)
  local gap = isBusy and math.ceil(interval / catchingUp) or interval
  local free = handedOut(most) + math.ceil(1000000 * spacing * most / current)
  return math.max(now, due, newest + gap, free), due, most
end

local function handOut(slot, most)
  redis.call('LPUSH', KEYS[6], text(slot))
  redis.call('LTRIM', KEYS[6], 0, 2 * most)
  redis.call('PEXPIRE', KEYS[6], 3600000)
end

-- A rate that was hardly used has shown nothing, and is not raised.
local function raise(every, factor)
  if now < s.step + every then return end
  if s.taken >= 0.5 * s.rate * every / 1000000 then s.rate = s.rate * factor end
  s.step, s.taken = now, 0
end

local function rate()
  if not auto then return tonumber(given) end
  if s.rate == 0 then
    s.rate, s.phase, s.step = 2, search, math.max(now, s.next)
    if foundRate > 0 then s.rate, s.phase = foundRate, foundBound and steady or search end
  end
  if s.phase == search then raise(3000000, 2)
  elseif s.phase == steady then raise(10000000, 1.01)
  elseif now >= s.step + 5000000 then s.rate, s.phase, s.step, s.taken = s.drew * 0.9, steady, now, 0
  end
  s.rate = math.min(ceiling, math.max(0.5, s.rate))
  return s.rate
end

-- What is worth remembering of the search, and whether a 429 has shown that it goes no further.
local function found()
  if not auto or s.rate == 0 then return 0, 0 end
  if s.phase == half then return math.max(0.5, s.drew * 0.9), 1 end
  return s.rate, s.phase == steady and 1 or 0
end

local function refuse(why, wait)
  return { 0, wait, '0', '0', s.storm, b.open, why, why == broken and b.cause or '' }
end

-- The clock of Redis has gone ahead of the caller's, as after a failover: what was sent just now looks old. A slot from
-- before the present epoch tells of a leap that has been noticed.
local function noticeLeap(used, elapsed)
  if used > s.epoch and elapsed < 600000000 and now - used > elapsed + window then known = false end
end

local function reserve(interactive, longest, used, elapsed, retry)
  noticeLeap(used, elapsed)
  begin()
  local held = heldByBreaker()
  if held > 0 then
    saveBreaker()
    return refuse(broken, held)
  end
  if retry and retriesAreSpent() then return refuse(spent, 5000000) end
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now - window))
  local current = unlimited and 0 or rate()
  local interval = unlimited and 0 or math.ceil(1000000 * spacing / current)
  -- Redis has come back with state from before the caller's last request.
  if used > handedOut(1) and used < now + window then
    s.next, s.even = math.max(s.next, used + interval), now + window
  end

  local slot, due, most = math.max(now, s.next, s.paused), nil, nil
  if not unlimited then slot, due, most = nextSlot(current, interval) end
  local other = interactive and redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. text(now + ahead), '+inf', 'LIMIT', 0, 1)[1]
  if other and tonumber(other) < slot then slot = tonumber(other) else other = nil end

  local wait = slot - now
  if longest >= 0 and wait > longest then
    save()
    return refuse(s.paused > now and paused or far, wait - longest)
  end
  if other then redis.call('ZREM', KEYS[2], other)
  else
    s.next, s.taken = (due or slot) + interval, s.taken + 1
    if most then handOut(slot, most) end
  end
  local sure = wait <= ahead
  if not interactive and not sure then
    redis.call('ZADD', KEYS[2], text(slot), text(slot))
    redis.call('PEXPIRE', KEYS[2], 3600000)
  end
  save()
  noteProbe(slot)
  if retry then count('retries', 1) end
  return { sure and 2 or 1, wait, text(slot), text(s.epoch), s.storm, b.open }
end

local function confirm(slot, epoch, interactive)
  if not known or epoch ~= s.epoch or isHeldByBreaker(slot) then return { 0, 0, s.storm } end
  local wait = slot - now
  if wait > ahead + 1000 then return { 1, wait, s.storm } end
  if not interactive and redis.call('ZREM', KEYS[2], text(slot)) == 0 then return { 0, 0, s.storm } end
  return { 2, wait, s.storm }
end

-- A request that left before the last 429 was known belongs to the same storm, whenever its own 429 arrives.
local function pause(wanted, age)
  begin()
  local current = rate()
  local isLate = s.storm == 0 and now - age < s.hit
  local till = s.paused
  if wanted >= 0 then till = math.max(till, now + wanted)
  elseif till <= now and not isLate then
    till = now + math.min(30000000, 1000000 * 2 ^ s.streak)
    s.streak = math.min(s.streak + 1, 5)
  end
  if not isLate then
    if s.storm == 0 then s.storm, s.drew = 1, current end
    s.hit = now
  end
  if till > s.paused then
    s.paused, s.next, s.even, s.epoch = till, till, till + window, math.max(now, s.epoch + 1)
    if auto and not isLate then
      s.rate, s.phase, s.step = math.min(ceiling, math.max(0.5, s.drew / 2)), half, till
    end
    redis.call('DEL', KEYS[2])
  end
  save()
  return { s.paused - now }
end

-- An answer to a request from before the pause says nothing about now.
local function endStorm(sentAt)
  if not known or s.storm == 0 or sentAt < s.paused then return end
  s.storm, s.streak = 0, 0
  save()
end
`;
