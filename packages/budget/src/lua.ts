import { breakerLua } from './lua-breaker.ts';
import { countsLua } from './lua-counts.ts';
import { slotsLua } from './lua-slots.ts';

/** Settings of the caller come first, the same in each call; what an operation takes follows. Times are µs of the clock of Redis. */
const head = `
local op, given, ceiling, window, class = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local foundRate, foundBound = tonumber(ARGV[6]), ARGV[7] == '1'
local function arg(at) return ARGV[7 + at] end
local function number(at) return tonumber(arg(at)) end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function text(value) return string.format('%.17g', value) end

local function load(key, names)
  local values, loaded = redis.call('HMGET', key, unpack(names)), {}
  for i, name in ipairs(names) do loaded[name] = tonumber(values[i]) or 0 end
  return loaded
end

local function store(key, names, values)
  local given = {}
  for _, name in ipairs(names) do
    given[#given + 1] = name
    given[#given + 1] = text(values[name])
  end
  redis.call('HSET', key, unpack(given))
end
`;

const operations = `
local function report(outcomes, answers, meanMs, age, cause)
  local sentAt = now - age
  if answers > 0 then endStorm(sentAt) end
  noteLatency(answers, meanMs)
  local change = 0
  if outcomes ~= '' then
    change = noteOutcomes(outcomes, sentAt, cause)
    saveBreaker()
  end
  local rateNow, bound = found()
  return { s.storm, b.open, change, text(b.usual), text(rateNow), bound, math.max(0, b.next - now), b.cause }
end

if op == 'reserve' then return reserve(arg(1) == '1', number(2), number(3), number(4), arg(5) == '1') end
if op == 'confirm' then return confirm(number(1), number(2), arg(3) == '1') end
if op == 'pause' then return pause(number(1), number(2)) end
if op == 'retry' then
  if retriesAreSpent() then return { 0 } end
  count('retries', 1)
  return { 1 }
end
if op == 'report' then
  for i, name in ipairs({ 'used', 'limited', 'failed', 'waited' }) do count(name, number(i)) end
  gauge(arg(5), number(6), number(7))
  if not unlimited and number(1) > 0 then redis.call('HSET', KEYS[4], field('rate'), text(rate())) end
  return report(arg(8), number(9), number(10), number(11), arg(12))
end
if op == 'counts' then return redis.call('HGETALL', KEYS[4]) end
if op == 'forget' then
  for _, name in ipairs(redis.call('HKEYS', KEYS[4])) do
    local of = tonumber(name:match('^(%d+)|'))
    if of and of < number(1) and of < minute - 1 then redis.call('HDEL', KEYS[4], name) end
  end
  return {}
end

local rateNow = unlimited and 0 or rate()
local worth, bound = found()
local waiting, inFlight = gauges()
return {
  text(rateNow), text(now), text(s.paused), text(math.max(0, s.next - now, s.paused - now)),
  b.open, text(b.since), text(b.next), b.cause, text(b.usual), text(worth), bound,
  text(ofLastMinute('used')), waiting, inFlight,
}
`;

/** `KEYS` of {@link script}. */
export const numberOfKeys = 6;

/** The budget's whole state and rules, as one script over the keys of one account. */
export const script = [head, countsLua, breakerLua, slotsLua, operations].join('\n');
