/** SSH keys and signatures as far as their owners matter: which key, for which purpose. Checking them is ssh-keygen's work. */

/** A line of an allowed-signers file (ssh-keygen(1), ALLOWED SIGNERS). */
export interface AllowedSigner {
  /** Patterns, as they stand there. */
  readonly principals: readonly string[];
  /** Undefined: signatures for any purpose. */
  readonly namespaces?: readonly string[];
  /** Whoever has a certificate of this key. */
  readonly authority: boolean;
  /** Base64. */
  readonly key: string;
  readonly line: string;
}

const KEY_TYPE = /^(?:sk-)?(?:ssh|ecdsa)-[\w.@-]+$/;

/** Lines that can't be read are passed over: ssh-keygen doesn't count them either. */
export function allowedSigners(text: string): readonly AllowedSigner[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const words = trimmed.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
    const at = words.findIndex((word, index) => index > 0 && KEY_TYPE.test(word));
    const [principals, key] = [words[0], words[at + 1]];
    if (at < 0 || at > 2 || principals === undefined || key === undefined) return [];
    const options = at === 2 ? (words[1] ?? '') : '';
    const [, namespaces] = /(?:^|,)namespaces="([^"]*)"/i.exec(options) ?? [];
    return [
      {
        principals: principals.replaceAll('"', '').split(','),
        ...(namespaces !== undefined && { namespaces: namespaces.split(',') }),
        authority: /(?:^|,)cert-authority(?:,|$)/i.test(options),
        key,
        line: trimmed,
      },
    ];
  });
}

/** A list of patterns as OpenSSH reads it (ssh_config(5), PATTERNS): one with `!` that fits wins over the others. */
export function matchesPatterns(name: string, patterns: readonly string[]): boolean {
  const fits = (pattern: string) =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      's',
    ).test(name);
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && fits(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1)))
  );
}

/** The base64 part of a public key as it stands in a `.pub` file or in a setting. Undefined: it is none. */
export function publicKey(text: string): { readonly type: string; readonly key: string } | undefined {
  const [, type, key] = /(?:^|\s|::)((?:sk-)?(?:ssh|ecdsa)-[\w.@-]+)\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(text) ?? [];
  if (type === undefined || key === undefined) return undefined;
  const bytes = bytesOf(key);
  return bytes && reader(bytes).text() === type ? { type, key } : undefined;
}

/** The public half of an OpenSSH private key, which no passphrase hides. Undefined: another form, or damaged. */
export function publicHalf(privateKey: string): Uint8Array | undefined {
  const [, body] = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(privateKey) ?? [];
  const bytes = body === undefined ? undefined : bytesOf(body.replace(/\s/g, ''));
  const magic = 'openssh-key-v1\0';
  if (!bytes || String.fromCharCode(...bytes.subarray(0, magic.length)) !== magic) return undefined;
  const read = reader(bytes, magic.length);
  // Cipher, key derivation and its options; then how many keys.
  if ([read.bytes(), read.bytes(), read.bytes()].includes(undefined) || read.number() !== 1) return undefined;
  return read.bytes();
}

/** What an armoured signature was made for. Undefined: it is damaged. (PROTOCOL.sshsig) */
export function signatureNamespace(armoured: string): string | undefined {
  const bytes = bytesOf(armoured.replace(/-----[A-Z ]+-----|\s/g, ''));
  if (!bytes || String.fromCharCode(...bytes.subarray(0, 6)) !== 'SSHSIG') return undefined;
  const read = reader(bytes, 6);
  if (read.number() !== 1 || read.bytes() === undefined) return undefined;
  return read.text();
}

export function bytesOf(base64: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    // Not base64 after all: cut off in its middle.
    return undefined;
  }
}

/** Numbers of four bytes, and strings with their length before them (RFC 4251, section 5). */
function reader(all: Uint8Array, start = 0) {
  let at = start;
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
  function number(): number | undefined {
    if (at + 4 > all.length) return undefined;
    at += 4;
    return view.getUint32(at - 4);
  }
  function bytes(): Uint8Array | undefined {
    const length = number();
    if (length === undefined || at + length > all.length) return undefined;
    at += length;
    return all.subarray(at - length, at);
  }
  return {
    number,
    bytes,
    text() {
      const read = bytes();
      return read && String.fromCharCode(...read);
    },
  };
}
