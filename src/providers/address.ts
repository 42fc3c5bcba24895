/** The URL's parts, or undefined where it isn't one. A missing scheme is read as http. */
export function parseUrl(text: string): URL | undefined {
  const trimmed = text.trim();
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  return URL.canParse(full) ? new URL(full) : undefined;
}

/** The URL as it may be shown: without user, password, query and trailing slash. */
export function displayUrl(text: string): string {
  const url = parseUrl(text);
  return url ? `${url.protocol}//${url.host}${url.pathname}`.replace(/\/+$/, '') : 'its address';
}

const OWN_HOSTS = /^(localhost|.*\.localhost|.*\.local|host\.docker\.internal)$/;
const OWN_IPV4 = /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0$)/;
/** Loopback, unique local (fc00::/7), link-local (fe80::/10), and IPv4 addresses inside IPv6. */
const OWN_IPV6 = /^(::1?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/;

/** This machine's or network's own address: loopback, private or `*.local`. */
export function isOwnAddress(text: string): boolean {
  const host = parseUrl(text)?.hostname.toLowerCase() ?? '';
  const bare = host.replace(/^\[|\]$/g, '');
  const isIpv4 = /^\d+\.\d+\.\d+\.\d+$/.test(bare);
  return isIpv4 ? OWN_IPV4.test(bare) : bare.includes(':') ? OWN_IPV6.test(bare) : OWN_HOSTS.test(bare);
}

/** Hosts whose price lists are known, by the end of the host's name. */
const VENDORS: readonly (readonly [host: string, provider: string, label: string])[] = [
  ['api.openai.com', 'openai', 'OpenAI'],
  ['openrouter.ai', 'openrouter', 'OpenRouter'],
  ['api.anthropic.com', 'anthropic', 'Anthropic'],
  ['api.mistral.ai', 'mistral', 'Mistral'],
  ['api.groq.com', 'groq', 'Groq'],
  ['api.deepseek.com', 'deepseek', 'DeepSeek'],
  ['api.x.ai', 'x-ai', 'xAI'],
  ['api.together.xyz', 'together', 'Together AI'],
  ['api.together.ai', 'together', 'Together AI'],
  ['api.fireworks.ai', 'fireworks', 'Fireworks'],
  ['api.cerebras.ai', 'cerebras', 'Cerebras'],
  ['api.moonshot.ai', 'moonshotai', 'Moonshot AI'],
  ['generativelanguage.googleapis.com', 'google', 'Google'],
  ['openai.azure.com', 'azure', 'Azure OpenAI'],
];

/** Whose price list applies, and a name for people; undefined: not known. */
export function vendorOf(text: string): { readonly provider: string; readonly label: string } | undefined {
  const host = parseUrl(text)?.hostname.toLowerCase() ?? '';
  const [, provider, label] = VENDORS.find(([end]) => host === end || host.endsWith(`.${end}`)) ?? [];
  return provider !== undefined && label !== undefined ? { provider, label } : undefined;
}

function withoutTail(url: URL): string {
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** The base of an OpenAI-compatible API: ends in its version (`/v1` where the address names none), without slash. */
export function openAiBase(text: string): string {
  const url = parseUrl(text);
  if (url === undefined) return text;
  const base = withoutTail(url).replace(/\/(chat\/completions|completions|models|responses)$/, '');
  return /\/v\d+[a-z\d]*(\/|$)/.test(base) ? base : `${base}/v1`;
}

/** The base of the Messages API: what stands before `/v1/messages`. */
export function anthropicBase(text: string): string {
  const url = parseUrl(text);
  return url
    ? withoutTail(url)
        .replace(/\/messages$/, '')
        .replace(/\/v1$/, '')
    : text;
}

/** The root of an Ollama server: what stands before `/api/chat`; its OpenAI-compatible address is understood too. */
export function ollamaBase(text: string): string {
  const url = parseUrl(text);
  return url ? withoutTail(url).replace(/\/(v1|api)(\/.*)?$/, '') : text;
}

const OLLAMA_PORT = '11434';

/**
 * The URL that an OLLAMA_HOST means to a client, read as Ollama reads it: `host`, `host:port`, `:port`, `http://…`,
 * `https://…` (whose ports are then 80 and 443). An address to listen on everywhere is this machine.
 */
export function ollamaUrl(ollamaHost: string | undefined): string {
  const value = (ollamaHost ?? '').trim().replace(/^["']|["']$/g, '');
  const scheme = /^(https?):\/\//i.exec(value)?.[1]?.toLowerCase();
  const hosted = value === 'ollama.com' || value.startsWith('ollama.com/');
  const rest = scheme ? value.slice(scheme.length + 3) : value;
  const slash = rest.indexOf('/');
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? '' : rest.slice(slash).replace(/\/+$/, '');
  const { host, port } = splitAuthority(authority);
  const wellKnown = scheme === 'https' || hosted ? '443' : scheme === 'http' ? '80' : OLLAMA_PORT;
  const usable = /^\d+$/.test(port) && Number(port) <= 65_535 ? port : wellKnown;
  const url = `${scheme ?? (hosted ? 'https' : 'http')}://${clientHost(host)}:${usable}${path}`;
  return URL.canParse(url) ? withoutTail(new URL(url)) : `http://127.0.0.1:${OLLAMA_PORT}`;
}

/** `host`, `host:port`, `[ipv6]:port`, and an IPv6 address alone. */
function splitAuthority(authority: string): { readonly host: string; readonly port: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(authority);
  if (bracketed) return { host: bracketed[1] ?? '', port: bracketed[2] ?? '' };
  const pieces = authority.split(':');
  return pieces.length > 2 ? { host: authority, port: '' } : { host: pieces[0] ?? '', port: pieces[1] ?? '' };
}

function clientHost(host: string): string {
  if (host === '' || host === '0.0.0.0') return '127.0.0.1';
  if (host === '::' || host === '::0') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
