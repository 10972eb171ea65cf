// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { sourceModules } from '../support/source-modules.ts';
import { head, saidOf } from './support/loading.ts';

const api = 'sources: { api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] } }\n';

test('a password in an address is warned of, unless it comes from outside of the profile', async () => {
  const of = (url: string) =>
    saidOf(`${head}sources: { api: { type: probe, url: "${url}", checks: [{ service: api, path: / }] } }\n`);
  expect(await of('http://reader:hunter22@db')).toEqual([
    'p/dev.yaml:5:37: warning: api: the password stands in the address, visible to every reader of the profile. Write ${env:API_URL}, or ${exec:COMMAND} of a password manager',
  ]);
  expect(await of('http://reader@db')).toEqual([]);
  expect((await of('http://db/x?user=a&password=hunter22')).join()).toContain(
    'p/dev.yaml:5:37: warning: api: the password stands in the address, visible to every reader of the profile. Write ${env:API_URL}, or ${exec:COMMAND} of a password manager',
  );
  expect((await of('http://db/x?pageToken=')).join()).not.toContain(
    'p/dev.yaml:5:37: warning: api: the password stands in the address, visible to every reader of the profile. Write ${env:API_URL}, or ${exec:COMMAND} of a password manager',
  );
  expect((await of('http://reader:${env:PASSWORD}@db')).join()).not.toContain('password in the profile');
});

test.each([
  ['production', 1],
  ['dev', 0],
])('in %s, a runbook that acts and does not verify is warned of', async (tier, count) => {
  const runbooks = `runbooks:
  - { id: forgotten, title: A, act: [{ title: B, use: api.post }] }
  - { id: meant, title: A, act: [{ title: B, use: api.post }], verify: none }
  - { id: by-hand, title: A, act: [{ title: B, manual: true }] }
`;
  const said = await saidOf(`${head.replace('tier: dev', `tier: ${tier}`)}${api}${runbooks}`);
  expect(said.filter((line) => line.includes('verify'))).toEqual(
    [
      'p/dev.yaml:7:5: warning: forgotten: verify is missing, so a run cannot show that the action worked. Add checks under verify, or write verify: none if nothing can be checked',
    ].slice(0, count),
  );
});

test.each([
  ['redis', 'redis://cache/3?protocol=3', 'opsdeck does not read protocol in the url. Remove this part'],
  ['redis', 'redis://cache/3#x', 'opsdeck does not read # in the url. Remove this part'],
  [
    'postgres',
    'postgres://db/shop?sslmode=require&target_session_attrs=read-write&pool=5',
    'opsdeck does not read target_session_attrs, pool in the url. Remove these parts. The source type reads host, port, user, password, dbname, sslmode, sslrootcert',
  ],
  ['postgres', 'postgres://db/shop?sslmode=require&host=/tmp', undefined],
  ['redis', 'rediss://app@cache:6379/3', undefined],
])('%s at %s', async (type, url, said) => {
  const diagnostics = await saidOf(`${head}sources: { db: { type: ${type}, url: "${url}" } }\n`, {
    modules: sourceModules,
  });
  expect(diagnostics).toEqual(
    said === undefined ? [] : [`p/dev.yaml:5:${31 + type.length}: warning: db: ${said}`],
  );
});

test('an interval that is a mistaken unit, and an http source that can read nothing, are warned of', async () => {
  const said = async (sources: string) =>
    (await saidOf(`${head}sources:\n${sources}`, { modules: sourceModules })).map((line) =>
      line.replace(/^\S+ warning: /, ''),
    );
  expect(await said('  web: { type: http }\n')).toEqual([
    'web: the source reads nothing without one of url, via and checks. Add checks: [{ service: NAME, url: http://HOST:PORT/PATH }]',
  ]);
  expect(
    await said('  web: { type: http, url: "http://x", checks: [{ service: a, every: 1ms }] }\n'),
  ).toEqual(['web: with every: 1ms opsdeck reads the source 1000 times a second. Write every: 1s or more']);
  expect(await said('  cache: { type: redis, url: "redis://x", every: 0s }\n')).toEqual([
    'cache: with every: 0s opsdeck reads the source without a pause. Write every: 1s or more',
  ]);
  expect(
    await said('  web: { type: http, url: "http://x", checks: [{ service: a, every: 250ms }] }\n'),
  ).toEqual([]);
});
