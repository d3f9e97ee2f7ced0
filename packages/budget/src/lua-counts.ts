/**
 * What is counted of requests, for statistics and for the bound on repetitions.
 *
 *   KEYS[4]  series                   names this hash: what is counted after a loss of Redis is another series
 *            minute|class|name        used, limited (429), failed, retries, waited (ms), waiting (at most at once), rate
 *   KEYS[5]  class|process            waiting|in flight|when it said so
 */
export const countsLua = `
local minuteLength, share, least = 60000000, 0.1, 10
local gaugeFresh, gaugeKept = 5000000, 60000000

local minute = math.floor(now / minuteLength)

local function field(name, ago) return string.format('%d|%s|%s', minute - (ago or 0), class, name) end

local function count(name, by)
  if by <= 0 then return end
  redis.call('HSETNX', KEYS[4], 'series', text(now))
  redis.call('HINCRBY', KEYS[4], field(name), by)
  redis.call('PEXPIRE', KEYS[4], 86400000)
end

-- Of the last minute: all of this one, and of the one before what is not over a minute old, as if it were evenly spread.
local function ofLastMinute(name)
  local counts = redis.call('HMGET', KEYS[4], field(name), field(name, 1))
  local left = 1 - (now - minute * minuteLength) / minuteLength
  return (tonumber(counts[1]) or 0) + left * (tonumber(counts[2]) or 0)
end

local function retriesAreSpent()
  return ofLastMinute('retries') >= math.max(least, share * ofLastMinute('used'))
end

-- How many wait for a slot, and how many requests are under way, as all processes said last.
local function gauges()
  local waiting, inFlight = 0, 0
  local said = redis.call('HGETALL', KEYS[5])
  for i = 1, #said, 2 do
    local w, f, at = said[i + 1]:match('^(%d+)|(%d+)|(%d+)$')
    local age = now - (tonumber(at) or 0)
    if age > gaugeKept then redis.call('HDEL', KEYS[5], said[i])
    elseif age <= gaugeFresh then waiting, inFlight = waiting + tonumber(w), inFlight + tonumber(f) end
  end
  return waiting, inFlight
end

local function gauge(process, waiting, inFlight)
  redis.call('HSET', KEYS[5], class .. '|' .. process, string.format('%d|%d|%d', waiting, inFlight, now))
  redis.call('PEXPIRE', KEYS[5], 3600000)
  local all = gauges()
  local most = tonumber(redis.call('HGET', KEYS[4], field('waiting'))) or 0
  if all > most then count('waiting', all - most) end
end
`;
