import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  readRequest,
  readSignature,
  requestInWords,
  requestMessage,
  shownAction,
  shownTargets,
  signedForms,
  type TwoPeopleRequest,
  writeRequest,
} from '../../../src/core/gate/twoPeople.ts';

const request: TwoPeopleRequest = {
  from: 'Ada Lovelace <ada@shop.test>, on laptop',
  agent: 'claude-code',
  repository: 'git@example.test:acme/shop.git',
  action: 'kubectl --context prod apply -f deploy/production.yaml && kubectl rollout status deployment/shop',
  targets: ['cluster prod', 'deploy/production.yaml'],
  digest: 'ab'.repeat(32),
  nonce: '0123456789abcdef'.repeat(2),
  expires: Date.UTC(2026, 10, 26, 18, 0, 0),
};

const anyText = fc.string({ unit: 'binary', maxLength: 300 });
const nasty = fc
  .array(
    fc.constantFrom(
      'rm -rf /',
      '\\',
      '\\u{41}',
      ' ',
      '\n',
      '\t',
      '\r\n',
      '“x”',
      '—',
      '\u202e',
      '\u0301',
      '| ',
      '> ',
      '-----END MARGINAL REQUEST-----',
      'Open until:',
      '\ud800',
      '日本語',
      '😀',
      'a'.repeat(70),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const requests: fc.Arbitrary<TwoPeopleRequest> = fc.record({
  from: fc.oneof(anyText, nasty),
  agent: anyText,
  repository: anyText,
  action: fc.oneof(anyText, nasty),
  targets: fc.array(fc.oneof(anyText, nasty), { maxLength: 4 }),
  digest: hex(64),
  nonce: hex(32),
  expires: fc.integer({ min: 0, max: 4e9 }).map((seconds) => seconds * 1000),
});

describe('a request', () => {
  it('reads as a person would have it', () => {
    assert.equal(
      writeRequest(request),
      `-----BEGIN MARGINAL REQUEST-----
One more person is asked to allow this, once. Version 1.
Asked by:
| Ada Lovelace <ada@shop.test>, on laptop
For the agent:
| claude-code
In the repository:
| git@example.test:acme/shop.git
It would do this:
| kubectl --context prod apply -f deploy/production.yaml && kubectl\\
|  rollout status deployment/shop
It would reach:
| cluster prod
| deploy/production.yaml
SHA-256 of the action:
| abababababababababababababababababababababababababababababababab
Number of the request:
| 0123456789abcdef0123456789abcdef
Open until:
| 2026-11-26T18:00:00Z
-----END MARGINAL REQUEST-----
`,
    );
    assert.deepEqual(readRequest(requestMessage(request)), request);
  });

  it('whatever is in it: its lines are short, nothing in it ends it, and it is read back to the same form', () => {
    fc.assert(
      fc.property(requests, (any) => {
        const text = writeRequest(any);
        assert(text.split('\n').every((line) => line.length <= 72));
        assert.doesNotMatch(text, /(?!\n)\p{C}|\p{M}|\p{Zl}/u);
        const read = readRequest(text);
        assert(read);
        assert.equal(writeRequest(read), text);
        assert.equal(read.action, any.action.toWellFormed().normalize('NFC'));
        assert.equal(text.match(/^-----END/gm)?.length, 1);
      }),
    );
  });

  it('survives mail and chat', () => {
    const mangles: readonly ((text: string) => string)[] = [
      (text) => text.replaceAll('\n', '\r\n'),
      (text) => text.replace(/^/gm, '> '),
      (text) => text.replace(/^/gm, '>> > '),
      (text) => text.replace(/^/gm, '    '),
      (text) => text.replace(/$/gm, '   '),
      (text) => `Hi Bob, could you look at this?\n\n\`\`\`\n${text}\`\`\`\nThanks!`,
      (text) =>
        text
          .replace(/"([^"\n]*)"/g, '“$1”')
          .replaceAll("'", '’')
          .replaceAll('...', '…'),
      (text) => text.replaceAll('-----', '—-—').replace(/--/g, '—'),
      (text) => text.replaceAll('\n', '\n\n'),
      (text) => text.replaceAll(' ', '\u00a0'),
      // Wrapped at 60, as a careless mail program would do it.
      (text) => text.replace(/^(.{40,60}) (.{1,30})$/gm, '$1\n$2'),
      (text) => `\ufeff${text}`,
    ];
    const quoted = { ...request, action: `echo "it's done..." && curl -X POST 'https://example.test' -d "a—b“c”"` };
    for (const each of [request, quoted]) {
      for (const [at, mangle] of mangles.entries()) {
        const read = readRequest(mangle(requestMessage(each)));
        assert(read, `${at}`);
        assert.equal(writeRequest(read), writeRequest(each), `${at}`);
      }
    }
  });

  it('one character changed anywhere in its values: it is no request, or has another form', () => {
    const text = writeRequest(request);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'axZ09/-.'), (at, put) => {
        const changed = `${text.slice(0, at)}${put}${text.slice(at + 1)}`;
        const read = readRequest(changed);
        const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, text.indexOf('\n', at));
        if (!line.startsWith('| ') || text[at] === '\n' || changed === text) return;
        if (read) assert.notEqual(writeRequest(read), text);
      }),
      { numRuns: 500 },
    );
  });

  it('nothing that is pasted makes it fail, and what is no request is none', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nasty), (text) => {
        readRequest(text);
        readRequest(`-----BEGIN MARGINAL REQUEST-----\n${text}\n-----END MARGINAL REQUEST-----`);
        readSignature(text);
      }),
    );
    const text = writeRequest(request);
    for (const damaged of [
      '',
      text.slice(0, -40),
      text.replace('Version 1', 'Version 2'),
      text.replace(/^For the agent:\n.*\n/m, ''),
      text.replace('| 2026-11-26T18:00:00Z', '| tomorrow'),
      text.replace('Open until:', 'Asked by:'),
      text.replace('| claude-code', '| \\x'),
      text.replace('| claude-code', '| \\u{110000}'),
      'x'.repeat(300_000),
    ])
      assert.equal(readRequest(damaged), undefined, damaged.slice(0, 100));
  });

  it('what it is signed as has the line ends of any editor', () => {
    const forms = signedForms(request);
    assert.equal(new Set(forms).size, 4);
    for (const form of forms) assert.deepEqual(readRequest(form), request);
  });

  it('a long action and many targets are cut, and it is said', () => {
    const action = shownAction('x'.repeat(10_000));
    assert.match(action, /4000 more characters are not shown here/);
    assert(action.length < 6200);
    const targets = Array.from({ length: 50 }, (_, at) => `t${at}`);
    assert.deepEqual(shownTargets(targets).slice(-2), ['t39', 'and 10 more']);
    assert.equal(shownAction('short'), 'short');
  });

  it('in plain words, with what can’t be seen made visible', () => {
    const words = requestInWords({ ...request, action: 'deploy \u202elive', targets: [] }, request.expires - 90_000);
    assert.match(
      words,
      /^Ada Lovelace <ada@shop.test>, on laptop asks you to allow this, once:\n\ndeploy ⟨U\+202E⟩live\n/,
    );
    assert.match(words, /It reaches: nothing that it names\./);
    assert.match(words, /open for 2 minutes more/);
  });
});

describe('a pasted signature', () => {
  const armoured = `-----BEGIN SSH SIGNATURE-----\n${'QUJD'.repeat(40)}\n-----END SSH SIGNATURE-----\n`;
  it('is found in quotes, on one line and with typographic dashes', () => {
    const found = readSignature(armoured);
    assert.match(found ?? '', /^-----BEGIN SSH SIGNATURE-----\n[\w+/=\n]+-----END SSH SIGNATURE-----\n$/);
    for (const mangled of [
      armoured.replace(/^/gm, '> '),
      armoured.replaceAll('\n', '\r\n'),
      armoured.replaceAll('\n', ' '),
      armoured.replaceAll('-----', '—--'),
      `Here you are:\n${armoured}\nBob`,
    ])
      assert.equal(readSignature(mangled), found);
  });
  it('is none where there is none', () => {
    assert.equal(readSignature('yes, go ahead'), undefined);
    assert.equal(readSignature(armoured.replace('END', 'FIN')), undefined);
  });
});
