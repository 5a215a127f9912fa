"""What happens inside of Redis: each script is one step, between which other fronts and workers take their turns.

The stream's entries are frames. An id is the number of a frame's last record and the bytes of all frames until then, so
what the journal takes is known without adding it up. The state beside the stream is a hash:

    id       a name of this journal, by which one that was emptied or exchanged is told from the one that was opened
    last     number of the newest record
    total    bytes of all frames ever
    trimmed  number of the newest record that has been trimmed
    freed    bytes of all frames that have been trimmed
    store    a name of the store that gets the records
"""

from __future__ import annotations

from typing import Final

STATE: Final = """
local function text(number) return string.format('%.0f', number) end
local function state(...)
  local found = redis.call('HMGET', KEYS[2], ...)
  for place, value in ipairs(found) do found[place] = value or '0' end
  return found
end
"""

OPEN: Final = (
    STATE
    + """
-- KEYS: stream, state. ARGV: a new name, the number above which records get theirs.
redis.call('HSETNX', KEYS[2], 'id', ARGV[1])
local found = state('id', 'last')
if tonumber(found[2]) < tonumber(ARGV[2]) then
  if redis.call('XLEN', KEYS[1]) > 0 then return 'behind ' .. found[2] end
  redis.call('HSET', KEYS[2], 'last', ARGV[2], 'trimmed', ARGV[2])
end
return found[1]
"""
)
"""Answers with the journal's name, or `behind` and its newest record."""

APPEND: Final = (
    STATE
    + """
-- KEYS: stream, state, what the writer has done last. Dynamic: the keys of batches, which begin with ARGV[6].
-- ARGV: name, group, cap, seconds a writer and a key are remembered, prefix; of each batch: records, bytes, key,
-- checksum, two parts of its frame.
local found = state('id', 'last', 'total', 'freed')
if found[1] ~= ARGV[1] then return 'other' end
local done = redis.call('HMGET', KEYS[3], 'group', 'answers')
-- Also a group of before, on a connection that was given up, may come to be read only now.
if tonumber(done[1] or '0') >= tonumber(ARGV[2]) then return done[2] end
local last, total, freed = tonumber(found[2]), tonumber(found[3]), tonumber(found[4])
local answers = {}
for place = 7, #ARGV, 6 do
  local count, bytes, key, sum = tonumber(ARGV[place]), tonumber(ARGV[place + 1]), ARGV[place + 2], ARGV[place + 3]
  local known = key ~= '' and redis.call('GET', ARGV[6] .. key)
  if known then
    local first, before = known:match('(%d+) (%d+)')
    answers[#answers + 1] = before == sum and '-' .. first or 'reuse'
  elseif total - freed + bytes > tonumber(ARGV[3]) then
    answers[#answers + 1] = 'full'
  else
    local first = text(last + 1)
    last, total = last + count, total + bytes
    redis.call('XADD', KEYS[1], text(last) .. '-' .. text(total), 'h', ARGV[place + 4], 'p', ARGV[place + 5])
    if key ~= '' then redis.call('SET', ARGV[6] .. key, first .. ' ' .. sum, 'EX', ARGV[5]) end
    answers[#answers + 1] = first
  end
end
local answer = table.concat(answers, ' ')
redis.call('HSET', KEYS[2], 'last', text(last), 'total', text(total))
redis.call('HSET', KEYS[3], 'group', ARGV[2], 'answers', answer)
redis.call('EXPIRE', KEYS[3], ARGV[4])
return answer
"""
)
"""Answers for each batch with the number of its first record, negative if its key was known; `reuse` if other records
came under its key; `full`. `other` if the journal is another one."""

TRIM: Final = (
    "#!lua flags=allow-oom\n"
    + STATE
    + """
-- KEYS: stream, state. ARGV: name, the last record that may go, the one behind it.
local found = state('id', 'last', 'trimmed')
if found[1] ~= ARGV[1] then return 'other' end
local newest = redis.call('XREVRANGE', KEYS[1], ARGV[2], '-', 'COUNT', 1)[1]
if newest then redis.call('HSET', KEYS[2], 'freed', newest[1]:match('-(%d+)')) end
redis.call('XTRIM', KEYS[1], 'MINID', '=', ARGV[3])
local upto = math.min(tonumber(ARGV[2]), tonumber(found[2]))
if upto > tonumber(found[3]) then redis.call('HSET', KEYS[2], 'trimmed', text(upto)) end
return 'trimmed'
"""
)
"""A full memory must not keep a journal from being trimmed."""
