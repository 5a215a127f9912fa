"""How workers share the records of a journal in Redis; each script is one step, as those of `redis_scripts`.

The records are cut into shares, consecutive ranges of whole frames. A worker holds a share for a while, and again and
again for as long as it lives; a share whose time is over goes to another worker, with the same range. Shares are kept
in a hash until all before them are stored, too: the number of the first record of each to the number of its last one,
its worker, or `done`, and the end of its time, or when its newest record arrived. The state of the journal says also

    shared   number of the last record that is in a share
    bytes    bytes of all frames until then
    cut      when the last share was cut, in ms
    stored   all records up to this number are stored
    arrived  when the newest of them arrived
"""

from __future__ import annotations

from typing import Final

from logtui.store.journal.redis_scripts import STATE

# A full memory must not keep records from being stored. The clock is that of Redis: all workers have the same.
_SHARES: Final = (
    "#!lua flags=allow-oom\n"
    + STATE
    + """
-- KEYS: stream, state, shares. ARGV: name of the journal, worker.
if state('id')[1] ~= ARGV[1] then return {'other'} end
local function now()
  local clock = redis.call('TIME')
  return clock[1] * 1000 + math.floor(clock[2] / 1000)
end
local function share(first)
  local found = redis.call('HGET', KEYS[3], first)
  if found then return found:match('(%d+) (%S+) (%d+)') end
end
local function hold(first, last, ms)
  redis.call('HSET', KEYS[3], first, last .. ' ' .. ARGV[2] .. ' ' .. text(now() + ms))
end
local function answer(first, last)
  local found = state('stored', 'arrived', 'last', 'trimmed')
  local stored = math.max(tonumber(found[1]), tonumber(found[4]))
  return {text(stored), found[2], found[3], first, last}
end
"""
)

TAKE: Final = (
    _SHARES
    + """
-- ARGV: ms to hold it, ms between two shares that are not full, records and bytes of a share.
local first, last
local all = redis.call('HGETALL', KEYS[3])
for place = 1, #all, 2 do
  local upto, worker, ends = share(all[place])
  local is_free = worker == ARGV[2] or (worker ~= 'done' and tonumber(ends) <= now())
  if is_free and (not first or tonumber(all[place]) < tonumber(first)) then first, last = all[place], upto end
end
if not first then
  local found = state('last', 'trimmed', 'freed', 'shared', 'bytes', 'cut')
  for place, value in ipairs(found) do found[place] = tonumber(value) end
  local newest, trimmed, freed, shared, bytes, cut = unpack(found)
  if shared < trimmed then shared, bytes = trimmed, freed end
  local rows = tonumber(ARGV[5])
  if newest <= shared or (newest - shared < rows and now() - cut < tonumber(ARGV[4])) then return answer() end
  first = text(shared + 1)
  local entry
  repeat
    entry = redis.call('XREVRANGE', KEYS[1], text(shared + rows), first, 'COUNT', 1)[1]
    rows = math.floor(rows / 2)
  until not entry or rows < 1 or entry[1]:match('-(%d+)') - bytes <= tonumber(ARGV[6])
  -- One frame may be larger; behind the last frame there may be records that were lost.
  entry = entry or redis.call('XRANGE', KEYS[1], first, '+', 'COUNT', 1)[1]
  last = text(newest)
  if entry then last, bytes = entry[1]:match('(%d+)-(%d+)') end
  redis.call('HSET', KEYS[2], 'shared', last, 'bytes', text(tonumber(bytes)), 'cut', text(now()))
end
hold(first, last, tonumber(ARGV[3]))
return answer(first, last)
"""
)
"""Answers up to where all is stored, when the newest of that arrived, the newest record and, if there is one, the first
and the last record of a share: one that another worker has left, else a new one."""

DONE: Final = (
    _SHARES
    + """
-- ARGV: first record of the share, when its newest record arrived.
local last, worker = share(ARGV[3])
if worker == ARGV[2] then
  redis.call('HSET', KEYS[3], ARGV[3], last .. ' done ' .. ARGV[4])
  local stored, arrived = answer()[1], state('arrived')[1]
  local upto, is_done, newest = share(text(stored + 1))
  while is_done == 'done' do
    redis.call('HDEL', KEYS[3], text(stored + 1))
    stored, arrived = upto, newest
    upto, is_done, newest = share(text(stored + 1))
  end
  redis.call('HSET', KEYS[2], 'stored', stored, 'arrived', arrived)
end
return answer()
"""
)
"""Answers as `TAKE`, without a share. One who lost the share to another worker changes nothing."""

HOLD: Final = (
    _SHARES
    + """
-- ARGV: ms to hold all shares of the worker from now on.
local all = redis.call('HGETALL', KEYS[3])
for place = 1, #all, 2 do
  local last, worker = share(all[place])
  if worker == ARGV[2] then hold(all[place], last, tonumber(ARGV[3])) end
end
return answer()
"""
)
"""Answers as `TAKE`, without a share."""
