import { expect, test } from 'vitest';
import { loadProfile } from '../../src/profile/load.ts';

/** Loads a profile with this `audit:` section. */
const read = async (section: string) => {
  const text = `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\n${section}\n`;
  const files = { read: async () => text, list: async () => [] };
  const { draft, diagnostics } = await loadProfile('dev.yaml', {
    files,
    modules: [],
    sets: {},
    processEnv: { TOKEN: 't0ken-of-the-collector' },
    now: 0,
  });
  const finished = await draft?.finish({ exec: async () => '' });
  const all = [...diagnostics, ...(finished?.diagnostics ?? [])].map(
    ({ severity, what, todo }) => `${severity}: ${what}; ${todo}`,
  );
  return { copies: finished?.profile.auditCopies, secrets: finished?.secrets ?? [], all };
};

const one = (line: string): string => `audit: { copy: ${line} }`;

test.each([
  ['{ syslog: "udp://127.0.0.1:514" }', { is: 'syslog', host: '127.0.0.1', port: 514, over: 'udp' }],
  ['{ syslog: "tcp://logs.internal" }', { is: 'syslog', host: 'logs.internal', port: 514, over: 'tcp' }],
  ['{ syslog: "tcp://[::1]:6514" }', { is: 'syslog', host: '::1', port: 6514, over: 'tcp' }],
  ['{ http: "https://audit/in" }', { is: 'http', url: 'https://audit/in' }],
])('parses an audit target: %s', async (line, made) => {
  expect(await read(one(line))).toMatchObject({ copies: [made], all: [] });
});

test('accepts a list of targets. The token is a secret', async () => {
  const list = '[{ syslog: "udp://a" }, { http: "http://b/", bearer: "${env:TOKEN}" }]';
  const { copies, secrets, all } = await read(one(list));
  expect(copies?.map(({ is }) => is)).toEqual(['syslog', 'http']);
  expect({ secrets, all }).toEqual({ secrets: ['t0ken-of-the-collector'], all: [] });
});

test('disables a target whose token has no value, and reports it', async () => {
  const { copies, all } = await read(one('{ http: "http://b/", bearer: "${env:NONE}" }'));
  expect(copies).toBeUndefined();
  expect(all.join('\n')).toMatch(/^warning: .*NONE.*opsdeck copies no records of the ledger to this target/);
});

test.each([
  ['{ syslog: "logs:514" }'],
  ['{ syslog: "tls://logs:6514" }'],
  ['{ http: "ftp://logs" }'],
  ['{ mail: "ops@example.com" }'],
])('rejects %s', async (line) => {
  const { copies, all } = await read(one(line));
  expect(copies).toBeUndefined();
  expect(all.join('\n')).toMatch(/^error: audit\.copy/);
});
