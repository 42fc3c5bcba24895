/** What a statement to a database does. Sources: https://www.postgresql.org/docs/current/sql-commands.html and its like. */
import type { Effect } from './shell/scope.ts';

const DESTROYS: readonly (readonly [RegExp, string])[] = [
  [
    /\bdrop\s+(?:database|schema|table|view|materialized\s+view|index|column|user|role|tablespace|type|sequence|function|trigger|keyspace|collection|constraint|extension|owned)\b/i,
    'drops',
  ],
  [/(?:^|[;\n])\s*drop\s+(?:[\w-]+\s+){1,4}/i, 'drops'],
  [
    /\bcreate\s+or\s+replace\s+(?:transient\s+|temporary\s+)?(?:table|database|schema|stage|dictionary)\b/i,
    'replaces a table',
  ],
  [/\binsert\s+overwrite\b/i, 'overwrites rows'],
  // Cypher: https://neo4j.com/docs/cypher-manual/current/clauses/delete/
  [/\bmatch\b[^;]{0,2000}\b(?:delete\s+\w|remove\s+\w+[.:])/i, 'deletes nodes'],
  [/\btruncate\b(?!\s*\()/i, 'empties a table'],
  [/\bdelete\s+from\b/i, 'deletes rows'],
  [/\bupdate\s+[\w."`[\]]+\s+set\b/i, 'overwrites rows'],
  [/\balter\s+table\b[^;]{0,200}\bdrop\b/i, 'drops a column'],
  // ClickHouse's mutations: https://clickhouse.com/docs/sql-reference/statements/alter
  [
    /\balter\s+table\s+[\w."`]+\s+(?:on\s+cluster\s+\S+\s+)?(?:delete|update|clear|detach)\b/i,
    'overwrites or deletes rows',
  ],
  [/\breplace\s+into\b|\bmerge\s+(?:into\s+)?[\w."`[\]]+\s+(?:as\s+)?(?:\w+\s+)?using\b/i, 'overwrites rows'],
  [/\bvacuum\s+full\b|\breset\s+master\b|\bpurge\s+(?:binary|master)\b/i, 'deletes what can’t be brought back'],
  [/\balter\s+(?:user|role)\b[^;]{0,200}\bpassword\b|\bset\s+password\b/i, 'changes a password'],
  [/\b(?:pg_terminate_backend|kill\s+\d+)\b/i, 'ends connections'],
];
const RUNS =
  /\bcopy\b[^;]{0,300}\b(?:to|from)\s+program\b|\\!|\bxp_cmdshell\b|\bsystem\s+\w|\binto\s+(?:out|dump)file\b|\blo_export\b/i;
const WRITES =
  /\b(?:insert|create|alter|grant|revoke|comment|reindex|vacuum|analyze|call|exec|execute|do|copy|load|lock|set|rename|refresh|cluster|attach|import|upsert)\b/i;
const MONGO =
  /\.(?:drop(?:Database|Index(?:es)?|User|Role)?|deleteMany|deleteOne|remove|findOneAndDelete|findAndModify|bulkWrite|replaceOne|updateMany|updateOne|update|renameCollection|shutdownServer)\s*\(/;
const REDIS =
  /^\s*(?:flushall|flushdb|del|unlink|getdel|shutdown|debug|config\s+set|rename|restore|migrate|spop|lpop|rpop|blpop|brpop|zrem\w*|hdel|srem|lrem|ltrim|xdel|xtrim|script\s+flush|cluster\s+reset|cluster\s+failover|replicaof|slaveof|acl\s+deluser|function\s+flush|swapdb|expire|pexpire|set|mset|getset|hset|persist)\b/i;

/** A longer text isn't read, and told so. */
const MAX_CHARS = 40_000;

/** Undefined: nothing in it writes. */
export function sqlEffect(text: string): Effect | undefined {
  if (text.length > MAX_CHARS) return { class: 'irreversible', reason: 'sends more to a database than can be read' };
  const plain = withoutLiterals(text);
  if (RUNS.test(plain)) return { class: 'irreversible', reason: 'makes the database run a program or write files' };
  for (const [pattern, what] of DESTROYS) {
    const found = pattern.exec(plain);
    if (!found) continue;
    const name =
      what === 'drops'
        ? `drops ${plain
            .slice(found.index)
            .split(/\s+/)
            .slice(1, 5)
            .join(' ')
            .replace(/[;"'].*$/, '')}`
        : what;
    return { class: 'irreversible', reason: `${name} in a database` };
  }
  if (MONGO.test(plain))
    return {
      class: 'irreversible',
      reason: `changes or deletes documents with ${MONGO.exec(plain)?.[0].slice(1, -1)}`,
    };
  if (WRITES.test(plain) && !/^\s*(?:select|show|explain|describe|with|table|values|\\)/i.test(plain)) {
    return { class: 'commit', reason: 'writes to a database' };
  }
  return undefined;
}

/** Redis commands, as words. */
export function redisEffect(words: readonly string[]): Effect | undefined {
  const text = words.join(' ').slice(0, MAX_CHARS);
  // A script: https://redis.io/docs/latest/develop/programmability/eval-intro/
  if (/^\s*(?:eval|fcall)/i.test(text))
    for (const [, command] of text.matchAll(/redis\.p?call\(\s*['"](\w+)['"]/gi)) {
      const inner = redisEffect([command ?? '']);
      if (inner?.class === 'irreversible') return inner;
    }
  const found = REDIS.exec(text)?.[0].trim();
  if (found === undefined)
    return /^\s*(?:set|mset|hset|lpush|rpush|sadd|zadd|incr|append|publish|eval)/i.test(text)
      ? { class: 'commit', reason: 'writes to a database' }
      : undefined;
  if (/^(?:set|mset|hset|expire|pexpire|persist|getset)$/i.test(found))
    return { class: 'commit', reason: 'overwrites keys of a database' };
  return {
    class: 'irreversible',
    reason: `${/^flush/i.test(found) ? 'deletes every key' : `runs ${found.toUpperCase()}`} in a database`,
  };
}

/** Comments and the insides of string literals aren't statements. */
function withoutLiterals(text: string): string {
  return text.replace(/--[^\n]*|\/\*[\s\S]{0,5000}?\*\/|'(?:[^']|''){0,5000}'/g, ' ');
}
