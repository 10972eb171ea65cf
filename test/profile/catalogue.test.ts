// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { chooseProfile, findProfiles } from '../../src/profile/catalog/profile-catalog.ts';
import { longTest } from '../support/layer.ts';
import { memoryFiles } from './support/memory-files.ts';

const profile = (system: string, env: string, tier: string, more = ''): string =>
  `opsdeck: 1\nsystem: ${system}\nenv: ${env}\ntier: ${tier}\n${more}`;

const find = async (dirs: readonly string[], texts: Readonly<Record<string, string | Error>>) => {
  const catalogue = await findProfiles(dirs, memoryFiles(texts));
  return {
    ...catalogue,
    names: catalogue.entries.map(({ system, env, file }) => `${system}/${env} ${file}`),
    said: catalogue.diagnostics.map(formatDiagnostic),
  };
};

test('finds an environment that is written as JSON', async () => {
  const { names, said } = await find(['p'], {
    'p/live.yaml': JSON.stringify({ opsdeck: 1, system: 'shop', env: 'live', tier: 'production' }),
    'p/base.yaml': JSON.stringify({ opsdeck: 1, system: 'shop', vars: { key: '${env:KEY}' } }),
  });
  expect(said).toEqual([]);
  expect(names).toEqual(['shop/live p/live.yaml']);
});

test.each([
  ['a byte order mark', '\uFEFFenv: a\nsystem: s\n'],
  [
    'a directive, comments and the start of the document',
    '%YAML 1.2\n# env\n--- # of env\n\nsystem: s\nenv: a\n',
  ],
  ['carriage returns', 'system: s\r\n\r\nenv: a\r\n'],
  ['every key indented', '  system: s\n  env: a\n'],
  ['quoted keys', '"system": s\n\'env\' : a\n'],
  ['a key with a tag', 'system: s\n!!str env: a\n'],
  ['a key with an anchor', 'system: s\n&key env: a\n'],
  ['a key with a question mark', 'system: s\n? env\n: a\n'],
  ['an anchor before the map', '&all\nsystem: s\nenv: a\n'],
  ['braces', '{ system: s,\n    env: a }\n'],
  ['braces after the start of the document', '--- { system: s, env: a }\n'],
])('finds an environment with %s', async (_, text) => {
  const { names, said } = await find(['p'], { 'p/a.yaml': text });
  expect([names, said]).toEqual([['s/a p/a.yaml'], []]);
});

test.each([
  'runbooks:\n  - { id: a, env: [b }\n',
  '- id: a\n  env: [b\n',
  'opsdeck: 1\nvars:\n  env: [b\n',
  '# env: a\n',
])('a base or a runbook is not parsed at the start: %j', async (text) => {
  expect(await find(['p'], { 'p/a.yaml': text })).toMatchObject({ names: [], said: [] });
});

longTest('a file with a million spaces hides no other', async () => {
  const spaces = ' '.repeat(1_000_000);
  const { names } = await find(['p'], {
    'p/a.yaml': `${spaces}system: s\n${spaces}env: a\n`,
    'p/b.yaml': `env:${spaces}!\nsystem: s\n`,
    'p/c.yaml': profile('s', 'c', 'dev'),
  });
  expect(names).toEqual(expect.arrayContaining(['s/a p/a.yaml', 's/c p/c.yaml']));
});

test('finds environments in every directory; ignores bases, runbooks and other files', async () => {
  const { entries, said, defaultSystem } = await find(['near', 'absent'], {
    'near/config.yaml': 'system: shop\n',
    'near/shop/base.yaml': 'opsdeck: 1\nsystem: shop\ntitle: The shop\ntier: staging\n',
    'near/shop/qa.yaml': 'env: qa\nextends: base.yaml\n',
    'near/shop/live.yaml': profile('shop', 'live', 'production', 'title: "Shop in ${region}"\n'),
    'near/shop/runbooks/all.yaml': '- id: r\n',
    'near/profile.schema.json': '{}',
    'near/README.md': '# not a profile',
  });
  expect(said).toEqual([]);
  expect(defaultSystem).toBe('shop');
  expect(entries).toEqual([
    {
      system: 'shop',
      env: 'qa',
      title: 'The shop',
      tier: 'staging',
      file: 'near/shop/qa.yaml',
      dir: 'near',
    },
    {
      system: 'shop',
      env: 'live',
      title: 'shop live',
      tier: 'production',
      file: 'near/shop/live.yaml',
      dir: 'near',
    },
  ]);
});

test('the nearest directory wins per environment. The default system comes from the first config', async () => {
  const { names, said, defaultSystem } = await find(['near', 'far'], {
    'near/live.yaml': profile('shop', 'live', 'production'),
    'far/config.yaml': 'system: far\n',
    'far/live.yaml': profile('shop', 'live', 'production'),
    'far/dev.yaml': profile('shop', 'dev', 'dev'),
  });
  expect(names).toEqual(['shop/dev far/dev.yaml', 'shop/live near/live.yaml']);
  expect([said, defaultSystem]).toEqual([[], 'far']);
});

test('reports a broken file and keeps the others', async () => {
  const { names, said } = await find(['p'], {
    'p/config.yaml': 'systm: shop\n',
    'p/a.yaml': 'env: "\n',
    'p/b.yaml': 'env: b\nopsdeck: 1\n',
    'p/c.yaml': 'env: c\nsystem: shop\nextends: nope.yaml\n',
    'p/d.yaml': profile('shop', 'd', 'nonsense'),
    'p/e.yaml': profile('shop', 'd', 'dev'),
    'p/f.yaml': new Error('EACCES'),
  });
  expect(names).toEqual(['shop/c p/c.yaml', 'shop/d p/d.yaml']);
  expect([...said].sort()).toEqual([
    'p/a.yaml:2:1: a quote is opened and never closed. Close the quote before the value ends',
    'p/b.yaml:1:1: system is missing. Write system: NAME',
    'p/c.yaml:3:10: no such file: p/nope.yaml. Correct the path',
    'p/config.yaml:1:1: unknown key "systm". Did you mean "system"?',
    'p/e.yaml:1:1: shop/d is already declared in p/d.yaml. Use another env or system in one of them',
    'p/f.yaml:1:1: cannot read p/f.yaml: EACCES. Correct the path or the permissions of the file',
  ]);
});

const two = async () =>
  findProfiles(
    ['p'],
    memoryFiles({
      'p/shop-live.yaml': profile('shop', 'live', 'production'),
      'p/shop-dev.yaml': profile('shop', 'dev', 'dev'),
      'p/bank-live.yaml': profile('bank', 'live', 'production'),
    }),
  );

test.each([
  ['shop/live', undefined, 'shop/live'],
  ['dev', undefined, 'shop/dev'],
  ['live', 'bank', 'bank/live'],
  ['dev', 'bank', 'shop/dev'],
  [undefined, 'bank', 'bank/live'],
])('%s with default system %s resolves to %s', async (wantedRequested, system, name) => {
  const chosen = chooseProfile(await two(), wantedRequested, system);
  expect(chosen.is === 'one' && `${chosen.entry.system}/${chosen.entry.env}`).toBe(name);
});

test.each([
  ['live', undefined, 'live is ambiguous: bank/live, shop/live. Select one with --env SYSTEM/ENV'],
  [
    undefined,
    undefined,
    'several environments: bank/live, shop/dev, shop/live. Select one with --env SYSTEM/ENV',
  ],
  [undefined, 'shop', 'several environments: shop/dev, shop/live. Select one with --env SYSTEM/ENV'],
])('%s with default system %s is ambiguous', async (wantedRequested, system, message) => {
  const chosen = chooseProfile(await two(), wantedRequested, system);
  expect([chosen.is, chosen.is !== 'one' && chosen.message]).toEqual(['several', message]);
});

test.each([
  ['lvie', 'no environment is called "lvie". Did you mean live?'],
  ['shop/lvie', 'no environment is called "shop/lvie". Did you mean shop/live?'],
  ['qa', 'no environment is called "qa". Available: bank/live, shop/dev, shop/live'],
  ['shop', 'shop is a system. Use --env with one of shop/dev, shop/live'],
])('%s is unknown. The error suggests names', async (wantedRequested, message) => {
  expect(chooseProfile(await two(), wantedRequested, undefined)).toEqual({ is: 'none', message });
});

test('points at broken files when no environment was found', async () => {
  const broken = await findProfiles(['p'], memoryFiles({ 'p/a.yaml': 'env: "\n' }));
  expect(chooseProfile(broken, 'live', undefined)).toEqual({
    is: 'none',
    message:
      'no profile in p (1 invalid file: run opsdeck validate). opsdeck init writes one, --profiles DIR names another directory',
  });
});
