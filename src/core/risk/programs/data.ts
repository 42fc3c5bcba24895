/** Clients of databases: what their statements do. */

import { isRegenerable, isScratch } from '../place.ts';
import { codeEffects } from '../shell/code.ts';
import { where } from '../shell/files.ts';
import { names, readOptions } from '../shell/options.ts';
import {
  type Call,
  type Effect,
  hidden,
  isKnown,
  type Judge,
  type Judged,
  judged,
  READ,
  UNKNOWN,
} from '../shell/scope.ts';
import { redisEffect, sqlEffect } from '../sql.ts';
import { namesProduction } from './rule.ts';

interface Client {
  readonly source: string;
  /** Options whose value is a statement. */
  readonly statement: string;
  /** Options whose value names a file of statements. */
  readonly file: string;
  readonly values: string;
  /** Operands after this many are statements. */
  readonly operands?: number;
}

const CLIENTS: Readonly<Record<string, Client>> = {
  psql: {
    source: 'https://www.postgresql.org/docs/current/app-psql.html',
    statement: '-c --command',
    file: '-f --file',
    values: '-d -h -p -U -v -o -P -F -R -L -T --dbname --host --port --username --set --variable --output',
  },
  mysql: {
    source: 'https://dev.mysql.com/doc/refman/8.4/en/mysql-command-options.html',
    statement: '-e --execute --init-command',
    file: '',
    values: '-h -P -u -D -S --host --port --user --database --socket',
  },
  mariadb: {
    source: 'https://mariadb.com/kb/en/mariadb-command-line-client/',
    statement: '-e --execute',
    file: '',
    values: '-h -P -u -D -S --host --port --user --database',
  },
  sqlite3: {
    source: 'https://sqlite.org/cli.html',
    statement: '-cmd',
    file: '-init',
    values: '-separator -newline -nullvalue',
    operands: 1,
  },
  duckdb: {
    source: 'https://duckdb.org/docs/stable/clients/cli/arguments',
    statement: '-c -s -cmd',
    file: '-f -init',
    values: '',
    operands: 1,
  },
  sqlcmd: {
    source: 'https://learn.microsoft.com/sql/tools/sqlcmd/sqlcmd-utility',
    statement: '-Q -q',
    file: '-i',
    values: '-S -U -P -d -o -v -s -W',
  },
  cqlsh: {
    source: 'https://cassandra.apache.org/doc/latest/cassandra/managing/tools/cqlsh.html',
    statement: '-e --execute',
    file: '-f --file',
    values: '-u -p -k',
  },
  'clickhouse-client': {
    source: 'https://clickhouse.com/docs/interfaces/cli',
    statement: '-q --query',
    file: '--queries-file',
    values: '-h --host --port -u --user --password -d --database',
  },
  clickhouse: {
    source: 'https://clickhouse.com/docs/operations/utilities/clickhouse-local',
    statement: '-q --query',
    file: '--queries-file',
    values: '-h --host --port -u --user --password -d --database -S -N',
  },
  snowsql: {
    source: 'https://docs.snowflake.com/en/user-guide/snowsql-use',
    statement: '-q --query',
    file: '-f --filename',
    values: '-a -u -d -s -r -w -c',
  },
  cockroach: {
    source: 'https://www.cockroachlabs.com/docs/stable/cockroach-sql',
    statement: '-e --execute',
    file: '-f --file',
    values: '--url --host --certs-dir',
  },
  'cypher-shell': {
    source: 'https://neo4j.com/docs/operations-manual/current/cypher-shell/',
    statement: '',
    file: '-f --file',
    values: '-a -u -p -d --address --username --password --database --format',
    operands: 0,
  },
  trino: {
    source: 'https://trino.io/docs/current/client/cli.html',
    statement: '--execute',
    file: '-f --file',
    values: '--server --catalog --schema --user --output-format',
  },
  beeline: {
    source: 'https://cwiki.apache.org/confluence/display/Hive/HiveServer2+Clients',
    statement: '-e',
    file: '-f -i',
    values: '-u -n -p -d --hiveconf',
  },
  'spark-sql': {
    source: 'https://spark.apache.org/docs/latest/sql-distributed-sql-engine-spark-sql-cli.html',
    statement: '-e',
    file: '-f -i',
    values: '--conf --master --database',
  },
  'impala-shell': {
    source: 'https://impala.apache.org/docs/build/html/topics/impala_shell_options.html',
    statement: '-q --query',
    file: '-f --query_file',
    values: '-i -d -u',
  },
  mongosh: {
    source: 'https://www.mongodb.com/docs/mongodb-shell/reference/options/',
    statement: '--eval',
    file: '-f --file',
    values: '--host --port -u -p --username --password --authenticationDatabase',
  },
  mongo: {
    source: 'https://www.mongodb.com/docs/v4.4/reference/program/mongo/',
    statement: '--eval',
    file: '',
    values: '--host --port -u -p',
  },
  usql: { source: 'https://github.com/xo/usql', statement: '-c --command', file: '-f --file', values: '-o -v -F -R' },
};

export const DATA_CLIENTS: Readonly<Record<string, Judge>> = {
  ...Object.fromEntries(
    Object.entries({ ...CLIENTS, presto: CLIENTS.trino, hive: CLIENTS.beeline })
      .flatMap(([name, client]) => (client ? [[name, client] as const] : []))
      .map(([name, client]) => [name, (call: Call) => statements(call, client)]),
  ),
  'redis-cli': redis,
  'valkey-cli': redis,
  keydb: redis,
};

function statements(call: Call, client: Client): Judged {
  const { scope, world, stdin } = call;
  const words = (text: string) => text.split(' ').filter((each) => each !== '');
  const options = readOptions(call.args, {
    values: new Set([...words(client.statement), ...words(client.file), ...words(client.values)]),
    longDash: call.name === 'sqlite3' || call.name === 'duckdb',
  });
  if (options.has('--version', '--help', '-V', '-l', '--list')) return judged(READ);
  const texts = words(client.statement).flatMap((name) => options.given.get(name) ?? []);
  // Of an option that is given twice only the last is kept: all that look like one are read.
  for (const [index, arg] of call.args.entries())
    if (words(client.statement).includes(arg.text)) texts.push(call.args[index + 1]?.text ?? '');
  if (client.operands !== undefined) texts.push(...options.operands.slice(client.operands).map((arg) => arg.text));
  if (stdin?.text !== undefined) texts.push(stdin.text);
  const production = namesProduction(call.args);
  const effects: Effect[] = [];
  const push = (effect: Effect) =>
    effects.push(
      production && effect.class !== 'read'
        ? { ...effect, class: 'deploy', reason: `${effect.reason}, in production` }
        : effect,
    );
  for (const file of words(client.file).flatMap((name) => options.given.get(name) ?? [])) {
    const answer =
      scope.remote || file.includes(UNKNOWN)
        ? undefined
        : world.ask({ kind: 'script', path: file, ...where(scope, world) });
    if (answer?.kind === 'text' && answer.text !== undefined) texts.push(answer.text);
    else push({ class: 'commit', reason: `runs the statements of ${file}`, targets: [file] });
  }
  const scratch =
    call.name === 'sqlite3' &&
    options.operands[0] !== undefined &&
    (options.operands[0].text === ':memory:' ||
      /^\/tmp\//.test(options.operands[0].text) ||
      isScratch(options.operands[0].text) ||
      isRegenerable(options.operands[0].text));
  for (const text of texts) {
    const shell = /^\s*(?:\\!|\.shell|\.system)\s+(.+)$/m.exec(text)?.[1];
    if (shell !== undefined) world.runText(shell, scope);
    const effect = sqlEffect(text);
    if (effect && !scratch) push(effect);
    if (text.includes(UNKNOWN) && !effect && /^\s*\uFFFC/.test(text))
      push(hidden('sends a statement that isn’t known before it runs'));
    if (call.name.startsWith('mongo')) for (const each of codeEffects(text, 'javascript', call)) push(each);
  }
  if (texts.length === 0 && effects.length === 0) {
    if (stdin) push({ class: 'commit', reason: 'sends statements to a database that aren’t known before it runs' });
    else if (call.name === 'mongosh' || call.name === 'mongo') {
      const script = options.operands.find((arg) => /\.js$/.test(arg.text));
      if (script) push({ class: 'commit', reason: `runs ${names([script])[0]} on a database` });
    }
  }
  return {
    effects: effects.length > 0 ? effects : [{ class: 'read', reason: 'reads a database' }],
    output: { from: 'program' },
  };
}

/** Source: https://redis.io/docs/latest/develop/tools/cli/ */
function redis(call: Call): Judged {
  const { operands, has } = readOptions(call.args, {
    values: new Set([
      '-h',
      '-p',
      '-a',
      '-u',
      '-n',
      '-r',
      '-i',
      '-s',
      '--user',
      '--pass',
      '--cacert',
      '--cert',
      '--key',
      '--rdb',
      '-x',
      '--pattern',
    ]),
    stopAtOperand: true,
  });
  const lines =
    operands.length > 0
      ? [operands.filter(isKnown).map((arg) => arg.text)]
      : (call.stdin?.text ?? '').split('\n').map((line) => line.trim().split(/\s+/));
  const found = lines.flatMap((line) => redisEffect(line) ?? []);
  if (has('--pipe', '--eval') && found.length === 0) return judged({ class: 'commit', reason: 'writes to a database' });
  if (call.stdin && call.stdin.text === undefined && operands.length === 0)
    return judged({ class: 'commit', reason: 'sends commands to a database that aren’t known before it runs' });
  const production = namesProduction(call.args);
  return judged(
    ...(found.length > 0
      ? found.map((effect): Effect => (production ? { ...effect, class: 'deploy' } : effect))
      : [READ]),
  );
}
