import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createAnonymizer } from '../../../src/domain/mask/anonymize.ts';
import { createMaskSession } from '../../../src/domain/mask/mask-session.ts';
import { redactSecretForms } from '../../../src/domain/mask/mask-text.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { openTraceFile } from '../../../src/platform/files/trace-file.ts';
import { createSecretMasker } from '../../../src/platform/masking/secrets.ts';
import { createOutputSink } from '../../../src/platform/terminal/sink.ts';
import { createRunRecorder } from '../../../src/runs/records/recorder.ts';
import type { RenderContext } from '../../../src/ui/shell/contract/render-context.ts';
import { maskForExport } from '../../../src/ui/shell/output/clipboard.ts';
import { createPenProvider } from '../../../src/ui/shell/pen/pen-provider.ts';
import { tempDir } from '../../persistence/ledger/entries.ts';
import { longTest } from '../../support/layer.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { ordinaryLines } from './support/ordinary-lines.ts';
import { leaks, secretShapes } from './support/secret-shapes.ts';
import { harmlessLines } from './support/written-shapes.ts';

const masker = createSecretMasker();
const sink = createOutputSink(masker);
const pen = createPenProvider({ ascii: false, secrets: masker })(false, () => ({ words: [], facts: [] }));

/** The shapes whose secret is in an output. */
const leaked = (exit: (text: string) => string): readonly string[] =>
  secretShapes.filter((shape) => leaks.test(exit(shape)));

/** The shapes whose secret is in what an exit wrote about all of them. */
const leakedLines = (written: string): readonly string[] =>
  written.split('\n').filter((line) => leaks.test(line));

test('each shape holds a secret, and there are at least 120 of them', () => {
  expect(secretShapes.length).toBeGreaterThanOrEqual(120);
  expect(secretShapes.filter((shape) => !leaks.test(shape.replaceAll('\u200b', '')))).toEqual([]);
});

test('a shape is masked among other lines as it is alone', () => {
  expect(leaked((shape) => sink.text(`cannot read:\n${shape}\nthe next line\n`))).toEqual([]);
});

describe('no shape of a secret leaves by', () => {
  longTest('the ledger', async () => {
    await using dir = await tempDir();
    const ledger = await openLedger(dir.path);
    const who = { user: 'ada', host: 'vm-1', pid: 1 };
    const shown: unknown[] = [];
    const parts = { ledger, clock: manualClock(), who, system: 'demo', env: 'dev', mask: masker.outgoing };
    const recorder = createRunRecorder('r1', parts, (event) => shown.push(event));
    for (const text of secretShapes) await recorder.note({ event: 'output', step: 'a1', text });
    const written = await readFile(join(dir.path, 'audit.jsonl'), 'utf8');
    expect(written.split('\n').filter((line) => line.includes('"output"'))).toHaveLength(secretShapes.length);
    expect(leakedLines(written)).toEqual([]);
    expect(leakedLines(shown.map((event) => JSON.stringify(event)).join('\n'))).toEqual([]);
  });

  test('the trace', async () => {
    await using dir = await tempDir();
    const path = join(dir.path, 'trace.jsonl');
    const failed = (why: string): void => expect.fail(why);
    const file = await openTraceFile(path, { line: (event) => sink.json(event), now: () => 0, failed });
    for (const command of secretShapes)
      file.emit({ what: 'start', trace: 1, version: '1', node: 'v24', os: 'linux', pid: 1, command });
    await file.close();
    const written = await readFile(path, 'utf8');
    expect(written.trimEnd().split('\n')).toHaveLength(secretShapes.length);
    expect(leakedLines(written)).toEqual([]);
  });

  test('an output, as text and as JSON', () => {
    expect(leaked(sink.text)).toEqual([]);
    expect(leaked(sink.row)).toEqual([]);
    expect(leaked((text) => sink.json({ detail: [text] }))).toEqual([]);
  });

  test('the clipboard', () => {
    expect(leaked((text) => maskForExport({ pen } as RenderContext, text))).toEqual([]);
  });

  test('a report', () => {
    expect(leaked((text) => sink.painted(sink.tree({ note: text }).note))).toEqual([]);
  });

  test('the screen', () => {
    expect(leaked((text) => pen.run(text).text)).toEqual([]);
    expect(leaked((text) => pen.wrap(text, 30).join(''))).toEqual([]);
  });

  longTest('a shared screen, or an anonymized export', () => {
    const { mask } = createMaskSession();
    expect(leaked(mask)).toEqual([]);
    expect(leaked(createAnonymizer())).toEqual([]);
  });
});

test('a mark is not masked again', () => {
  const once = secretShapes.map((shape) => redactSecretForms(shape));
  expect(once.map((text) => redactSecretForms(text))).toEqual(once);
});

test('of 2,000 ordinary log lines at most 0.5 % are changed', () => {
  const lines = ordinaryLines(2000);
  const changed = lines.filter((line) => redactSecretForms(line) !== line);
  expect(changed.slice(0, 3)).toEqual([]);
  expect(changed.length).toBeLessThanOrEqual(10);
});

test('lines with the words of secrets, and without one, are not changed', () => {
  expect(harmlessLines.filter((line) => redactSecretForms(line) !== line)).toEqual([]);
});

/** Texts that an expression with nested or adjacent repetitions takes long for. */
const adversarial: readonly string[] = [
  'password = "a" -> ',
  "PASSWORD FROM 'a' TO ",
  'user a on a ',
  'user a on >',
  "AES_DECRYPT('a', ",
  "ATTACH 'a' KEY ",
  'PRAGMA key = ',
  'define("KEY", ',
  'createUser a SHA a AES ',
  'tacacs key ',
  'isakmp key a ',
  ']:25 a:',
  'authinfo P:',
  'variable "token" { default ',
  'variable "token" { default = ',
  'token ..... ',
  'token string := ',
  'password: Some(',
  '"password"=> string(1) ',
  'salt salt=',
  'ST-1-',
  'AAAAaaaaaaa:',
  '0123456789abcdef0123456789abcdef0123NRAL',
  'AZDO',
  'gh secret set a -b ',
  'login=login=',
  '(password) values (',
  "(token)values('a','",
  "token in ('",
  'password: string ',
  'password: str = ',
  '\n? password\n: ',
  'password for the a user ',
  'password is generated for ',
  'key provided: ',
  '$6$',
  '{SHA}',
  'SCRAM-SHA-256$1:',
  '//a:b@',
  'auth("a","',
  'vault token lookup ',
  'openssl passwd -a ',
  '\\x61',
  'password',
  'password ',
  '"password" : ',
  'passpass-',
  'token=\\"',
  '\\\\\\"',
  '<password ',
  '&lt;password ',
  '<entry key="password" ',
  'name="password" value=',
  '--password ',
  '-----BEGIN PRIVATE KEY-----',
  'IDENTIFIED WITH x BY ',
  'PASSWORD FOR x = ',
  'curl -u ',
  'mysql -',
  'a:5432:b:c:',
  'AUTH a ',
  'eyJaaaaaa.aaaa.',
  'ghp_',
  'sk-',
  'aaaaaaaaaaaaaa.atlasv1.',
  '0123456789abcdef',
  '//a:',
  'secret: |\n  ',
  '{"token":[',
  '\u200bpass\u200bword',
  'api key ',
  'Authorization: Digest a="',
  'Cookie: a=b; ',
  '\t',
  'passwords:\n- ',
  'passwords:\n  token:\n',
  'password: &a !b ',
  'password\\ ',
  'password=a\\ ',
  'password = ',
  'password | ',
  'password,',
  'password is ',
  'set -gx password ',
  '<name>password</name>',
  '<name>password</name><value>',
  '{"name":"password","type":"a",',
  'kubectl --from-literal=',
  'echo a ',
  'echo a | chpasswd ',
  'vault login -a ',
  'a/bbbb@',
  'ada/bbbb@db:',
  '//aaaaaaaaaaaaaaaa1',
  '"kty""d":"',
  'send "a',
  'send - ',
  'sendline(',
  'password" send ',
  "password: ') ",
  'a * a ',
  'a\t*\t',
  'BUNDLE_A_A',
  'BUNDLE_A__A: "a:',
  'bundle config a.a.',
  'config http-basic.a ',
  'config -a -a ',
  '"github-oauth": {',
  'nmcli password ',
  'rclone config create pass ',
  'cmdkey /pass',
  'neighbor a password ',
  ':{PLAIN}',
  'pam_unix(passwd:',
  'skopeo --creds a:',
];

test.each(adversarial)('a text of many %j takes time in proportion to its length', (part) => {
  const text = part.repeat(Math.ceil(100_000 / part.length));
  const began = performance.now();
  redactSecretForms(text);
  // About 20 ms; an expression with a quadratic run time takes minutes.
  expect(performance.now() - began).toBeLessThan(3000);
});
