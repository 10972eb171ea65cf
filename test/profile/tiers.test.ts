import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { findProfiles } from '../../src/profile/catalog/profile-catalog.ts';
import { validateProfiles } from '../../src/profile/validate.ts';
import { sourceModules } from '../support/source-modules.ts';
import { now } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';

const profile = (env: string, tier: string, sources: string, more = ''): string =>
  `opsdeck: 1\nsystem: shop\nenv: ${env}\ntier: ${tier}\nsources:\n  one: ${sources}\n${more}`;

const validated = async (texts: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const files = memoryFiles(texts);
  const options = { files, modules: sourceModules, sets: {}, processEnv: { DB: 'db' }, now };
  return (await validateProfiles(await findProfiles(['p'], files), options)).map(formatDiagnostic);
};

const pg = (url: string, more = ''): string => `{ type: postgres, url: "${url}"${more} }`;
const k8s = (more: string): string => `{ type: kubernetes${more} }`;

test.each([
  [
    'a database',
    pg('postgres://a:secret@DB.example.com/shop'),
    pg('postgresql://b@db.example.com:5432/shop?sslmode=require'),
  ],
  ['a database in its own key', pg('postgres://db', ', database: shop'), pg('postgres://db:5432/shop')],
  ['a namespace', k8s(', context: prod, namespace: shop'), k8s(', context: prod, namespaces: [a, shop]')],
  ['all namespaces', k8s(', context: prod, namespaces: ["*"]'), k8s(', context: prod, namespace: shop')],
  ['the current context', k8s(''), k8s('')],
  ['an address', '{ type: http, url: "http://api:80/" }', '{ type: http, url: "http://api" }'],
  [
    'the local machine',
    '{ type: http, url: "http://127.0.0.1:81" }',
    '{ type: http, url: "http://localhost:81" }',
  ],
  ['a broker', '{ type: kafka, brokers: ["K:9092", "l:9092"] }', '{ type: kafka, brokers: ["k:9092"] }'],
  ['a host', '{ type: host, ssh: ["a@10.0.0.1"] }', '{ type: host, ssh: ["b@10.0.0.1", "c"] }'],
])('warns about %s in two tiers, whatever the user and the spelling', async (_, low, high) => {
  const said = await validated({
    'p/live.yaml': profile('live', 'production', high),
    'p/dev.yaml': profile('dev', 'dev', low),
  });
  expect(said.filter((line) => !line.includes('the password stands in the address'))).toEqual([
    expect.stringMatching(
      /^p\/dev\.yaml:6:3: warning: source one of shop\/dev \(dev\) is .*, and shop\/live \(production\) uses it as one, p\/live\.yaml:6:3. Correct an address/,
    ),
  ]);
  expect(said.join()).not.toContain('secret');
});

test.each([
  ['another database', pg('postgres://db/dev'), pg('postgres://db/shop')],
  ['another namespace', k8s(', context: prod, namespace: dev'), k8s(', context: prod, namespace: shop')],
  ['another context', k8s(', context: dev, namespace: shop'), k8s(', context: prod, namespace: shop')],
  ['another port', '{ type: http, url: "http://api:81" }', '{ type: http, url: "http://api" }'],
  ['an external address', pg('postgres://${env:DB}/shop'), pg('postgres://${env:DB}/shop')],
  ['a read-only source', '{ type: prometheus, url: "http://p" }', '{ type: prometheus, url: "http://p" }'],
  [
    'a source with its own tier',
    '{ type: http, url: "http://a" }',
    '{ type: http, tier: dev, url: "http://a" }',
  ],
])('does not warn about %s', async (_, low, high) => {
  const said = await validated({
    'p/live.yaml': profile('live', 'production', high),
    'p/dev.yaml': profile('dev', 'dev', low),
  });
  expect(said).toEqual([]);
});

test('does not warn about the same tier twice, or about the simulator', async () => {
  const sources = '{ type: http, url: "http://api" }';
  expect(
    await validated({
      'p/a.yaml': profile('a', 'dev', sources),
      'p/b.yaml': profile('b', 'dev', sources),
      'p/c.yaml': profile('c', 'production', sources, 'world: { system: demo }\n'),
    }),
  ).toEqual([]);
});

test('rejects a source with a stricter tier than its environment', async () => {
  const sources = '{ type: http, tier: production, url: "http://api" }';
  expect(await validated({ 'p/dev.yaml': profile('dev', 'dev', sources) })).toEqual([
    'p/dev.yaml:6:3: source one leads to tier production, but this environment has the gates of tier dev. Move the source to an environment of tier production',
  ]);
});

test.each([
  ['production', 'dev', 2],
  ['staging', 'local', 2],
  ['dev', 'production', 0],
  ['dev', 'dev', 0],
])('a base of tier %s below tier %s gives %d diagnostics', async (base, tier, diagnostics) => {
  const said = await validated({
    'p/base.yaml': `tier: ${base}\n`,
    'p/middle.yaml': 'extends: base.yaml\n',
    'p/a.yaml': `opsdeck: 1\nsystem: shop\nenv: a\ntier: ${tier}\nextends: middle.yaml\nlinks: []\n`,
    'p/b.yaml': `opsdeck: 1\nsystem: shop\nenv: b\ntier: ${tier}\nextends: base.yaml\nlinks: []\n`,
  });
  expect(said).toHaveLength(diagnostics);
  for (const line of said)
    expect(line).toMatch(
      /^p\/[ab]\.yaml:4:7: tier \w+ is lower than tier \w+ of p\/base\.yaml, which this file extends. Write tier: \w+, or move/,
    );
});

test('a nearer file can add to the guard of a farther one, but not weaken it', async () => {
  const sources = '{ type: http, url: "http://api" }';
  const files = memoryFiles({
    'near/live.yaml': profile('live', 'dev', sources),
    'near/dev.yaml': profile('dev', 'production', sources),
    'far/live.yaml': profile('live', 'production', sources),
    'far/dev.yaml': profile('dev', 'dev', sources),
  });
  const { entries, diagnostics } = await findProfiles(['near', 'far'], files);
  expect(diagnostics.map(formatDiagnostic)).toEqual([
    'near/live.yaml:1:1: shop/live has tier dev here, but tier production in far/live.yaml, which this file overrides. Write tier: production, or use another env or system',
  ]);
  expect(entries.map(({ env, tier, file, conflicts = [] }) => [env, tier, file, conflicts.length])).toEqual([
    ['dev', 'production', 'near/dev.yaml', 0],
    ['live', 'production', 'near/live.yaml', 1],
  ]);
});
