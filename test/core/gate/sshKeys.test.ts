import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  allowedSigners,
  matchesPatterns,
  publicHalf,
  publicKey,
  signatureNamespace,
} from '../../../src/core/gate/sshKeys.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIHaxGXxh40xaEgQ2odJc7wiFfsCOBGR7bw67tQYFz6EU';

it('lines of an allowed-signers file', () => {
  const found = allowedSigners(`# people
bob@x.test,robert@x.test namespaces="git,marginal-*" ssh-ed25519 ${KEY} bob's key
*@x.test cert-authority,valid-before="20300101" ssh-ed25519 ${KEY}
eve@x.test ssh-ed25519 ${KEY}\r
not a line
ssh-ed25519 ${KEY}
`);
  assert.deepEqual(
    found.map(({ principals, namespaces, authority }) => [principals, namespaces, authority]),
    [
      [['bob@x.test', 'robert@x.test'], ['git', 'marginal-*'], false],
      [['*@x.test'], undefined, true],
      [['eve@x.test'], undefined, false],
    ],
  );
});

it('patterns as OpenSSH reads them', () => {
  assert(matchesPatterns('marginal-gate', ['git', 'marginal-*']));
  assert(matchesPatterns('ada@x.test', ['a?a@x.test']));
  assert(!matchesPatterns('ada@x.test', ['*@x.test', '!ada@x.test']));
  assert(!matchesPatterns('adaxx.test', ['ada.x.test']));
});

it('public keys in files and settings', () => {
  assert.deepEqual(publicKey(`ssh-ed25519 ${KEY} ada@laptop\n`), { type: 'ssh-ed25519', key: KEY });
  assert.deepEqual(publicKey(`key::ssh-ed25519 ${KEY}`), { type: 'ssh-ed25519', key: KEY });
  assert.equal(publicKey(`ssh-rsa ${KEY}`), undefined, 'another type than the key’s own');
  assert.equal(publicKey('~/.ssh/id_ed25519.pub'), undefined);
});

it('nothing makes the readers fail', () => {
  const bytes = fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all).toString('base64'));
  fc.assert(
    fc.property(bytes, (text) => {
      publicKey(`ssh-ed25519 ${text}`);
      publicHalf(`-----BEGIN OPENSSH PRIVATE KEY-----\n${text}\n-----END OPENSSH PRIVATE KEY-----`);
      const magic = Buffer.from('openssh-key-v1\0').toString('base64');
      publicHalf(`-----BEGIN OPENSSH PRIVATE KEY-----\n${magic}${text}\n-----END OPENSSH PRIVATE KEY-----`);
      signatureNamespace(`-----BEGIN SSH SIGNATURE-----\nU1NIU0lH${text}\n-----END SSH SIGNATURE-----`);
      allowedSigners(text);
    }),
  );
});
