/**
 * The breaker: one for each account and host, for all classes of requests. KEYS[3]:
 *
 *   open, since, cause   it is open, since when, what the last failure was
 *   next, told           the next probe is not before this; somebody was told so
 *   probe, probed        slot of the last probe, and when it was given away
 *   window, at           the last outcomes, newest last (a answered, s slow, f failed); when the last one came. A 429 (l)
 *                        says nothing about the host, but that it answers
 *   usual                how long an answer takes, in ms, as a moving average
 *
 * While it is open a reserve is refused until the next probe, one request every `probeEvery`; it closes with the first
 * answer to a request that left after a probe was given away. Of those who are refused one is told the instant of the
 * next probe, the others that and a second more, when it is mostly known what came of it.
 */
export const breakerLua = `
local probeEvery, afterProbe = 15000000, 1000000
local row, most, forget = 5, 20, 60000000

local breakerNumbers = { 'open', 'since', 'next', 'told', 'probe', 'probed', 'at', 'usual' }
local b = load(KEYS[3], breakerNumbers)
local texts = redis.call('HMGET', KEYS[3], 'window', 'cause')
b.window, b.cause = texts[1] or '', texts[2] or ''

local function saveBreaker()
  store(KEYS[3], breakerNumbers, b)
  redis.call('HSET', KEYS[3], 'window', b.window, 'cause', b.cause)
  redis.call('PEXPIRE', KEYS[3], 2592000000)
end

-- For how long a new request is kept back; 0: not at all, or it may go as the probe.
local function heldByBreaker()
  if b.open == 0 or now >= b.next then return 0 end
  local wait = b.next - now
  if b.told == 1 then wait = wait + afterProbe end
  b.told = 1
  return wait
end

local function noteProbe(slot)
  if b.open == 0 then return end
  b.next, b.told, b.probe, b.probed = now + probeEvery, 0, slot, now
  saveBreaker()
end

local function isHeldByBreaker(slot) return b.open == 1 and slot ~= b.probe end

local function isToOpen()
  local _, bad = b.window:gsub('[fs]', '')
  return bad >= most / 2 or b.window:match('[fs]*$'):len() >= row
end

-- An answer that was slow, and may have opened it, shows what is usual from now on: the next of its sort is not slow.
local function noteLatency(answers, meanMs)
  if answers == 0 then return end
  if b.usual == 0 then b.usual = meanMs
  else b.usual = b.usual + (1 - 0.95 ^ answers) * (meanMs - b.usual) end
  if b.open == 1 then b.usual = math.max(b.usual, meanMs) end
end

-- Gives 1 where it has opened by this, 2 where it has closed.
local function noteOutcomes(outcomes, sentAt, cause)
  if cause ~= '' then b.cause = cause end
  if b.open == 1 then
    if not outcomes:find('[asl]') or b.probed == 0 or sentAt < b.probed then return 0 end
    b.open, b.window = 0, ''
    return 2
  end
  if now - b.at > forget then b.window = '' end
  b.window, b.at = (b.window .. outcomes:gsub('l', '')):sub(-most), now
  if not isToOpen() then return 0 end
  b.open, b.since, b.next, b.told, b.probe, b.probed = 1, now, now + probeEvery, 0, 0, 0
  return 1
end
`;
