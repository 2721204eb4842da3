namespace MmiGrains.Grains.Chat.Journal;

/// <summary>
/// What the store does in one piece. Keys: head, list of records, dedupe window. Every key is declared: Garnet locks those alone. And Garnet
/// killed in the middle of a script keeps the commands before: so the order in each is such that any beginning of it is either nothing yet,
/// with a tail that <see cref="JournalReader"/> knows as such, or done.
/// </summary>
internal static class JournalScripts
{
    // head, whether records without a head may go, records ...
    // -> 1 made | 0 there, with its head and as many first records | 2 no head, with the records there are
    public const string Create =
        """
        local head = redis.call('GET', KEYS[1])
        local there = redis.call('LRANGE', KEYS[2], 0, #ARGV - 3)
        if head then return {0, head, there} end
        if redis.call('EXISTS', KEYS[3]) == 1 then return {2, '', {}} end
        if #there > 0 and ARGV[2] ~= '1' then return {2, '', there} end
        redis.call('DEL', KEYS[2])
        for i = 3, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
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
        return {head, total, redis.call('LRANGE', KEYS[2], ARGV[1], last), window}
        """;

    // known head, new head, number of records, keys to forget ... -> 1 taken | 0 changed meanwhile
    public const string Take =
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
        redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[3]) - 1)
        redis.call('SET', KEYS[1], ARGV[2])
        for i = 4, #ARGV do redis.call('HDEL', KEYS[3], ARGV[i]) end
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
          return {0, head, total, redis.call('LRANGE', KEYS[2], from, from + count - 1)}
        end
        local key = 5 + count
        if key < #ARGV then redis.call('HSET', KEYS[3], ARGV[key], ARGV[key + 1]) end
        for i = 5, 4 + count do redis.call('RPUSH', KEYS[2], ARGV[i]) end
        redis.call('SET', KEYS[1], ARGV[2])
        for i = key + 2, #ARGV do redis.call('HDEL', KEYS[3], ARGV[i]) end
        return {1, '', 0, {}}
        """;

    // tombstone, milliseconds that it stays or 0 -> 1 deleted now | 0 deleted before | 2 there was none
    public const string Delete =
        """
        local head = redis.call('GET', KEYS[1])
        redis.call('SET', KEYS[1], ARGV[1])
        redis.call('DEL', KEYS[2], KEYS[3])
        if ARGV[2] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        if head == ARGV[1] then return 0 end
        if head then return 1 else return 2 end
        """;
}
