import { describe, expect, test } from 'vitest';
import { judgeExpectation } from '../../src/expressions/expect.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import { sessions } from '../../src/kinds/sessions/kind.ts';
import { LineSplitter, maxLineBytes } from '../../src/logs/reading/line-splitter.ts';
import { clipped, oneLine } from '../../src/platform/masking/sanitize.ts';
import { secretMasker } from '../../src/platform/masking/secrets.ts';
import { toFault } from '../../src/platform/network/to-fault.ts';
import { createOutputSplitter } from '../../src/platform/processes/program-output.ts';
import { parseJson } from '../../src/sources/kit/values/json.ts';
import { longTest } from '../support/layer.ts';

/** All substrings of four characters: none of them may appear. */
const pieces = (secret: string): readonly string[] =>
  Array.from({ length: secret.length - 3 }, (_, index) => secret.slice(index, index + 4));

const known = 'q7/Zr+9x!Kv#2m=WpB5';
secretMasker.add(known);
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b2UifQ.QwErTyUiOpAsDfGh';
const secrets = [known, jwt, `ghp_${'a1B2'.repeat(9)}`, 'correct horse battery'];
secretMasker.add('correct horse battery');

/** Texts with the secret at every position around the cut. */
const texts = (secret: string, max: number): readonly string[] =>
  Array.from(
    { length: max },
    (_, lead) => `${'. '.repeat(max).slice(0, lead)}${secret} and more ${'- '.repeat(max)}`,
  );

const session: DbSession = {
  source: 'pg',
  at: 0,
  database: 'shop',
  pid: 101,
  user: 'billing',
  state: 'active',
  durationMs: 1000,
  waiting: '',
  blockedBy: [],
  query: '',
};

const expectNone = (text: string, ...of: readonly string[]): void => {
  for (const piece of of.flatMap(pieces)) expect(text).not.toContain(piece);
};

describe('a text is masked before it is cut: no position of the cut leaves part of a secret', () => {
  longTest.each(secrets)('%s', (secret) => {
    for (const max of [20, 60])
      for (const text of texts(secret, max))
        for (const cut of [oneLine(text, max), clipped(text, max)]) expectNone(cut, secret);
  });

  test('a secret interrupted by an escape sequence or a folded line feed', () => {
    for (const text of [`a q7/Zr+9x\u001b[0m!Kv#2m=WpB5 b`, 'a q7/Zr+9x!Kv\u200e#2m=WpB5 b'])
      expect(oneLine(text)).toBe('a …masked b');
    secretMasker.add('first line\nsecond line');
    expect(oneLine('a first line\nsecond line b')).toBe('a …masked b');
  });

  longTest('in a fault, in a JSON parse error, in the text of a choice', () => {
    for (const secret of secrets)
      for (let lead = 330; lead < 400; lead++) {
        const fault = toFault('api', 'GET /', new Error(`${'. '.repeat(200).slice(0, lead)}${secret}`), 0);
        expectNone(fault.message, secret);
      }
    for (const raw of [`{"a": ${known}}`, `{"a": "${known}", ${known}`, `{"a": "${jwt}" ${jwt}`]) {
      const parsed = parseJson(raw);
      expectNone(JSON.stringify(parsed), known, jwt);
    }
    for (let lead = 0; lead < 70; lead++) {
      const query = `${'x, '.repeat(30).slice(0, lead)} ${jwt}`;
      const words = sessions.choice?.({ ...session, query }, 'pid') ?? '';
      expect(words).not.toBe('');
      expectNone(words, jwt);
    }
  });

  longTest('in the reason of a failed expectation', () => {
    for (const secret of secrets)
      for (let lead = 60; lead < 121; lead++) {
        const response = { json: { a: `${'. '.repeat(60).slice(0, lead)}${secret} ${'- '.repeat(60)}` } };
        const { why } = judgeExpectation({ json: { a: 'x' } }, response, undefined, secretMasker.outgoing);
        expectNone(why, secret);
      }
  });

  longTest('in an endless line: every chunk is masked, and no chunk splits a token', () => {
    for (let lead = 16 * 1024 - 60; lead < 16 * 1024 + 4; lead++) {
      const lines: string[] = [];
      const cutter = createOutputSplitter((line) => lines.push(secretMasker.outgoing(line)));
      cutter.push(Buffer.from(`${'. '.repeat(lead).slice(0, lead)}${jwt} ${'- '.repeat(40)}\n`));
      cutter.end();
      expectNone(lines.join('\n'), jwt);
    }
  });

  longTest('in a log line of more than 1 MiB', () => {
    const long = `${'. '.repeat(maxLineBytes / 2 - 10)}${known}${jwt} ${'- '.repeat(40)}\n`;
    for (let more = 0; more < 70; more++) {
      const [line = ''] = new LineSplitter().push(Buffer.from(`${'x'.repeat(more)} ${long}`));
      expectNone(secretMasker.outgoing(line.slice(-200)), known, jwt);
    }
  });
});
