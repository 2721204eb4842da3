namespace MmiGrains.Grains.Chat.Journal;

/// <summary>What the store does in one piece. Keys: head, list of records, dedupe window. Every key is declared: Garnet locks those alone.</summary>
internal static class JournalScripts
{
    // head, records ... -> 1 made | 0 there, with its head and as many first records | 2 records without a head
    public const string Create =
        """
        local head = redis.call('GET', KEYS[1])
        if head then return {0, head, redis.call('LRANGE', KEYS[2], 0, #ARGV - 2)} end
        if redis.call('EXISTS', KEYS[2]) == 1 or redis.call('EXISTS', KEYS[3]) == 1 then return {2, '', {}} end
        for i = 2, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
        redis.call('SET', KEYS[1], ARGV[1])
        return {1, '', {}}
        """;

    // from, count -> head, number of records, those records, and the window once they reach the end
    public const string Read =
        """
        local head = redis.call('GET', KEYS[1])
        local total = redis.call('LLEN', KEYS[2])
        local last = tonumber(ARGV[1]) + tonumber(ARGV[2]) - 1
        local window = {}
        if total <= last + 1 then window = redis.call('HGETALL', KEYS[3]) end
        return {head or '', total, redis.call('LRANGE', KEYS[2], ARGV[1], last), window}
        """;

    // known head, new head -> 1 taken | 0 changed meanwhile
    public const string Take =
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[2])
        return 1
        """;

    // known head, new head, from, number of records, records ..., [key, entry, keys to forget ...]
    // -> 1 done | 0 not, with head, number of records, and what is stored there
    public const string Commit =
        """
        local head = redis.call('GET', KEYS[1])
        local total = redis.call('LLEN', KEYS[2])
        local from = tonumber(ARGV[3])
        local count = tonumber(ARGV[4])
        if head ~= ARGV[1] or total ~= from then
          return {0, head or '', total, redis.call('LRANGE', KEYS[2], from, from + count - 1)}
        end
        local key = 5 + count
        for i = key + 2, #ARGV do redis.call('HDEL', KEYS[3], ARGV[i]) end
        if key < #ARGV then redis.call('HSET', KEYS[3], ARGV[key], ARGV[key + 1]) end
        for i = 5, 4 + count do redis.call('RPUSH', KEYS[2], ARGV[i]) end
        redis.call('SET', KEYS[1], ARGV[2])
        return {1, '', 0, {}}
        """;

    // tombstone -> 1 deleted now | 0 deleted before | 2 there was none
    public const string Delete =
        """
        local head = redis.call('GET', KEYS[1])
        if head == ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1])
        redis.call('DEL', KEYS[2], KEYS[3])
        if head then return 1 else return 2 end
        """;
}
