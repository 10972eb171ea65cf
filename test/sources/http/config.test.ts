import { expect, test } from 'vitest';
import { httpConfig, httpReadProblem, httpReads } from '../../../src/sources/http/config.ts';
import { http } from '../../../src/sources/http/index.ts';

const url = 'http://h';
const wrong: readonly (readonly [string, unknown, string, string])[] = [
  [
    'a check without an address',
    { checks: [{ service: 'a', path: '/x' }] },
    'checks.0',
    'check "a" has no address: set url on the source or on the check',
  ],
  [
    'two checks with the same name',
    { url, checks: [{ service: 'a' }, { service: 'a' }] },
    'checks.1',
    'two checks have the id "a". Set a different id for one of them',
  ],
  [
    'two methods in one check',
    { url, checks: [{ service: 'a', path: '/', tcp: 'h:1' }] },
    'checks.0',
    'a check needs an address: set exactly one of path, url, tcp and tls',
  ],
  [
    'an invalid port',
    { url, checks: [{ service: 'a', tcp: 'h:99999' }] },
    'checks.0.tcp',
    '"h:99999" is not an address: use host:port',
  ],
  ['an invalid address', { url: 'h:80' }, 'url', '"h:80" is not an http URL. Write http://h:80'],
  ['a time without a unit', { url, timeout: 3 }, 'timeout', '3 needs a unit. Write 3s'],
  [
    'identity without an address',
    { identity: { path: '/' } },
    'identity',
    'identity needs an address to request: set url of the source',
  ],
];
test.each(wrong)('%s is refused at its position', (_, config, path, message) => {
  const issues = httpConfig.safeParse(config).error?.issues ?? [];
  expect(issues.map((issue) => [issue.path.join('.'), issue.message])).toEqual([[path, message]]);
});

test('an unknown key is refused', () => {
  const issues = httpConfig.safeParse({ url, check: [] }).error?.issues;
  expect(issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['check'] }]);
});

test('timeouts have defaults, addresses may be IPv6', () => {
  const config = httpConfig.parse({ url, checks: [{ service: 'a', tcp: '[::1]:443' }] });
  expect(config).toMatchObject({ every: 5000, timeout: 3000 });
  expect(config.checks[0]?.tcp).toEqual({ host: '::1', port: 443, text: '[::1]:443' });
});

const config = httpConfig.parse({
  url,
  checks: [
    { service: 'api', id: 'live', path: '/live' },
    { service: 'queue', tcp: 'h:1' },
    { service: 'cert', tls: 'h:443' },
  ],
});
const reads: readonly (readonly [Readonly<Record<string, unknown>>, string | undefined])[] = [
  [{ latency: 'live' }, undefined],
  [{ latency: 'api' }, undefined],
  [{ latency: 'h:1' }, undefined],
  [{ failures: 'queue' }, undefined],
  [{ tls: 'cert' }, undefined],
  [{ latency: 'gone' }, 'there is no check "gone". Available: live, queue, cert'],
  [{ status: 'queue' }, '"queue" is not an HTTP check, so the signal cannot read its status'],
  [{ json: 'cert', path: 'a' }, '"cert" is not an HTTP check, so the signal cannot read its json'],
  [{ tls: 'live' }, '"live" is not a TLS check. Add the check { service, tls: host:port }'],
];
test.each(reads)('a signal may read %j: %j', (read, problem) => {
  expect(httpReadProblem(httpReads.parse(read), config)).toBe(problem);
});

test.each([{}, { latency: 'a', status: 'a' }, { json: 'a' }, { json: 'a', path: 'b..c' }, { memory: true }])(
  'a signal may not read %j',
  (read) => expect(httpReads.safeParse(read).success).toBe(false),
);

test('a disabled source still reports which rows it would provide', () => {
  const checks = [
    { service: 'a', id: 'live' },
    { service: 'a', id: 'ready' },
    { service: 'b', path: '/', every: '5s' },
  ];
  const gives = (config: unknown) => http.gives?.(config);
  expect(gives(httpConfig.parse({ url, every: '9s', checks }))).toEqual({
    kinds: ['health'],
    expects: [
      { service: 'a', instance: 'live' },
      { service: 'a', instance: 'ready' },
      { service: 'b', instance: '' },
    ],
  });
  expect(gives(httpConfig.parse({ url })), 'one that checks nothing').toEqual({ kinds: [], expects: [] });
  expect(gives(undefined), 'without a config its rows are unknown').toEqual({ kinds: ['health'] });
});
