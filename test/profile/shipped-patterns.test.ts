import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { matcherOf } from '../../src/domain/regex/matcher.ts';

/** Returns the pattern of a shipped runbook at this path of keys. */
const patternOf = (file: string, runbook: string, ...keys: readonly (string | number)[]): string => {
  const document = parse(readFileSync(`profiles/${file}`, 'utf8')) as
    | { id: string }[]
    | { runbooks: { id: string }[] };
  const start: unknown = ('runbooks' in document ? document.runbooks : document).find(
    ({ id }) => id === runbook,
  );
  return String(keys.reduce((node, key) => (node as Record<string | number, unknown>)[key], start));
};

test('a message counts as posted unless the response reports an error', () => {
  const posted = matcherOf(
    patternOf('eventmesh/runbooks-recovery.yaml', 'notify', 'act', 0, 'with', 'expect', 'text'),
  );
  expect([posted.needsBacktracking, posted.isBounded]).toEqual([false, true]);
  const success = [
    'ok',
    '',
    '<html class="a">posted</html>',
    '{"ok":true}',
    '{"ok": true, "okay": false}',
    '{"status":"ok"}',
    '{"status":"ok","error":false}',
    '{"ok":"false"}',
    '["ok", false]',
    `{"text":"${'false '.repeat(2000)}"}`,
  ];
  expect(success.filter((body) => !posted.test(body))).toEqual([]);
  const refusal = [
    '{"ok":false}',
    '{"ok" :\n false, "error":"x"}',
    '{"error":"invalid_auth","ok":false}',
    '{"text":"ok","ok":false}',
    '{"ok":true,"responses":[{"ok":false}]}',
    `{"text":"${'x'.repeat(60_000)}","ok":false}`,
  ];
  expect(refusal.filter((body) => posted.test(body))).toEqual([]);
});

test('Java options must contain --enable-preview as a whole word', () => {
  const source = patternOf('event-bus/runbooks.yaml', 'java-options', 'params', 'opts', 'pattern');
  const options = matcherOf(`^(?:${source})$`, 'u');
  expect([options.needsBacktracking, options.isBounded]).toEqual([false, true]);
  const valid = [
    '--enable-preview',
    '--enable-preview -Xmx1g',
    '-XX:MaxRAMPercentage=75.0 --enable-preview',
    '-Da=/b,c@d+1%  --enable-preview  -x',
  ];
  expect(valid.filter((text) => !options.test(text))).toEqual([]);
  const invalid = ['', '-Xmx1g', '--enable-previews', 'x--enable-preview', '--enable-preview $(id)'];
  expect(invalid.filter((text) => options.test(text))).toEqual([]);
});
