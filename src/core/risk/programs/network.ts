/** curl, wget and their like: what they send, and where they write. */
import { joinPath } from '../place.ts';
import { overwritten } from '../shell/files.ts';
import { names, readOptions } from '../shell/options.ts';
import { type Call, type Effect, type Judge, type Judged, READ, UNKNOWN } from '../shell/scope.ts';
import { namesProduction } from './rule.ts';

const CURL_VALUES = new Set(
  '-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --data --data-raw --data-binary --data-urlencode --json --request --header --output --form --user --upload-file --cookie --cookie-jar --cert --key --cacert --max-time --connect-timeout --retry --retry-delay --proxy --range --referer --user-agent --write-out --url --resolve --output-dir --config --dump-header --form-string --limit-rate --interface --aws-sigv4 --oauth2-bearer --unix-socket --mail-from --mail-rcpt --quote'.split(
    ' ',
  ),
);
const LOCAL =
  /^(?:https?:\/\/)?(?:localhost|127\.[\d.]+|0\.0\.0\.0|\[::1\]|host\.docker\.internal|[\w-]+\.(?:local|test|localhost))(?::\d+)?(?:\/|$)/i;
/** Reading by POST: searches and queries. */
const QUERIES =
  /\/(?:_search|_count|_msearch|_analyze|graphql|search|query|token|oauth\/token|login|v1\/(?:chat\/)?completions|api\/generate|api\/chat|embeddings)\b/i;

export const NETWORK_PROGRAMS: Readonly<Record<string, Judge>> = {
  curl,
  wget,
  http: httpie,
  https: httpie,
  xh: httpie,
  wget2: wget,
};

/** Source: https://curl.se/docs/manpage.html */
function curl(call: Call): Judged {
  const options = readOptions(call.args, { values: CURL_VALUES });
  const { has, value, operands } = options;
  if (has('--help', '--version', '-V', '--manual')) return { effects: [READ] };
  const urls = [...operands.map((arg) => arg.text), value('--url') ?? ''].filter((url) => url !== '');
  const sends = has(
    '-d',
    '--data',
    '--data-raw',
    '--data-binary',
    '--data-urlencode',
    '--json',
    '-F',
    '--form',
    '--form-string',
    '-T',
    '--upload-file',
    '--mail-rcpt',
    '--quote',
    '-Q',
  );
  const method = (
    value('-X', '--request') ?? (has('-G', '--get') || !sends ? 'GET' : has('-T', '--upload-file') ? 'PUT' : 'POST')
  ).toUpperCase();
  const effects: Effect[] = [...requested(method, urls, call)];
  const mail = has('--mail-rcpt');
  if (mail) effects.push({ class: 'deploy', reason: 'sends mail' });
  const quote = value('-Q', '--quote');
  if (quote !== undefined && /^-?(?:dele|rm|rmd|rename)\b/i.test(quote))
    effects.push({ class: 'irreversible', reason: `deletes on the server: ${quote}` });
  const file = value('-o', '--output');
  if (file !== undefined) {
    effects.push(overwritten({ text: file }, call));
    fetched(file, call);
  } else if (has('-O', '--remote-name', '--remote-name-all')) for (const url of urls) fetched(fileOf(url), call);
  if (has('-K', '--config') && effects.every((effect) => effect.class === 'read'))
    effects.push({ class: 'commit', reason: 'makes a request that a file describes' });
  return { effects: effects.length > 0 ? effects : [READ], output: { from: 'download' } };
}

export function requested(method: string, urls: readonly string[], call: Call): Effect[] {
  const [url = ''] = urls;
  const host = url.replace(/^\w+:\/\//, '').split(/[/?#]/)[0] ?? '';
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return tells(urls, call);
  const local = urls.length > 0 && urls.every((each) => LOCAL.test(each));
  const production = namesProduction([{ text: url }]);
  if (method === 'DELETE') {
    return [
      {
        class: production ? 'deploy' : 'irreversible',
        reason: `deletes ${url || 'something'} on the server`,
        targets: [url],
      },
    ];
  }
  if (/\/_delete_by_query\b|\/(?:delete|destroy|purge|drop|truncate|terminate|reset|wipe)(?:[/?]|$)/i.test(url)) {
    return [{ class: 'irreversible', reason: `deletes at ${url}`, targets: [url] }];
  }
  if (local) return [{ class: 'draft', reason: `sends data to ${host}` }];
  if (production) return [{ class: 'deploy', reason: `sends ${method} to ${host}, in production`, targets: [url] }];
  if (method === 'POST' && QUERIES.test(url)) return [{ class: 'commit', reason: `calls ${host}`, targets: [url] }];
  if (
    /hooks\.slack\.com|discord(?:app)?\.com\/api\/webhooks|api\.(?:twilio|sendgrid|mailgun|stripe|paypal)\.|sendMessage/i.test(
      url,
    )
  ) {
    return [{ class: 'deploy', reason: `sends or pays through ${host}`, targets: [url] }];
  }
  const told = names(call.args).includes('-T') ? 'uploads a file to' : 'sends data to';
  return [{ class: 'commit', reason: `${told} ${host || 'a server'}`, targets: [url] }];
}

/** What isn't known before it runs goes out with the address: it may be a file's text. */
function tells(urls: readonly string[], { args, scope }: Call): Effect[] {
  if (scope.remote) return [];
  const open = urls.find((url) => !LOCAL.test(url));
  if (open === undefined) return [];
  const data = args.find(({ text }, at) => /^--data/.test(args[at - 1]?.text ?? '') && text.includes(UNKNOWN));
  const [, host = '', rest = ''] = /^(?:\w+:\/\/)?([^/?#]*)(.*)$/s.exec(open) ?? [];
  if (data === undefined && (!rest.includes(UNKNOWN) || host.includes(UNKNOWN))) return [];
  return [
    {
      class: 'commit',
      reason: `sends what isn’t known before it runs to ${host.replaceAll(UNKNOWN, '…')}`,
      targets: [host.replaceAll(UNKNOWN, '…')],
    },
  ];
}

const WGET_VALUES = new Set(
  '-O -o -a -P -t -T -w -Q -e -i -B -U -D -A -R -I -X -l -S --output-document --directory-prefix --post-data --post-file --method --body-data --body-file --header --user --password --user-agent --tries --timeout --wait --limit-rate --input-file --execute'.split(
    ' ',
  ),
);

/** Source: https://www.gnu.org/software/wget/manual/wget.html */
function wget(call: Call): Judged {
  const options = readOptions(call.args, { values: WGET_VALUES });
  const method = (
    options.value('--method') ?? (options.has('--post-data', '--post-file') ? 'POST' : 'GET')
  ).toUpperCase();
  const effects = requested(
    method,
    options.operands.map((arg) => arg.text),
    call,
  );
  const file = options.value('-O', '--output-document');
  if (file !== undefined && file !== '-') {
    effects.push(overwritten({ text: file }, call));
    fetched(file, call);
  } else for (const { text } of options.operands) fetched(fileOf(text), call);
  const toPipe = file === '-' || [...options.given.keys()].some((name) => /^-\w*O-$/.test(name));
  if (effects.length === 0)
    effects.push(toPipe || options.has('--spider') ? READ : { class: 'draft', reason: 'downloads into the folder' });
  return { effects, output: { from: 'download' } };
}

/** Source: https://httpie.io/docs/cli */
function httpie(call: Call): Judged {
  const { operands } = readOptions(call.args, {
    values: new Set(['-a', '--auth', '-o', '--output', '-A', '--session', '--timeout']),
  });
  const method =
    /^[A-Z]+$/i.test(operands[0]?.text ?? '') && operands.length > 1
      ? (operands[0]?.text ?? '').toUpperCase()
      : undefined;
  const rest = operands.slice(method === undefined ? 0 : 1);
  const sends = rest.slice(1).some((arg) => /^[\w.-]+:?=(?!=)/.test(arg.text));
  const effects = requested(
    method ?? (sends ? 'POST' : 'GET'),
    rest.slice(0, 1).map((arg) => arg.text),
    call,
  );
  return { effects: effects.length > 0 ? effects : [READ], output: { from: 'download' } };
}

function fetched(file: string, { scope }: Call): void {
  scope.fetched.add(joinPath(scope.cwd, file));
}

/** What a downloader calls the file of this address. */
function fileOf(url: string): string {
  return (
    url
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) || 'index.html'
  );
}
