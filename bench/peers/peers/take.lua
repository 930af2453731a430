-- One unit, or none: what a good engineer would write by hand. KEYS: a pool's free units, its orders; ARGV: the buyer.
if tonumber(redis.call('get', KEYS[1])) <= 0 then return 0 end
redis.call('decr', KEYS[1])
redis.call('hset', KEYS[2], redis.call('hlen', KEYS[2]) + 1, ARGV[1])
return 1
