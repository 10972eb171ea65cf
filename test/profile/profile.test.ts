// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { finish, head } from './support/loading.ts';

const source = 'sources:\n  bus: { type: probe, url: "http://x", checks: [{ service: bus, path: / }] }\n';

test('a minimal profile gets defaults for everything else', async () => {
  const { profile, secrets, said } = await finish(head);
  expect({ profile, secrets, said }).toEqual({
    profile: {
      system: 'shop',
      env: 'dev',
      title: 'shop dev',
      tier: 'dev',
      file: 'p/dev.yaml',
      across: ['dev'],
      sources: [],
      signals: [],
      limits: {},
      logViews: [],
      runbooks: [],
      contacts: [],
      links: [],
      guard: { readOnly: false, armMs: 900_000, cancelWindowMs: 5000, typed: 'destructive' },
      settingPositions: { tier: { file: 'p/dev.yaml', line: 4, col: 1 } },
    },
    secrets: [],
    said: [],
  });
});

test('across defaults to every environment of the system, ordered up to production', async () => {
  const of = (system: string, env: string, tier: string) =>
    `opsdeck: 1\nsystem: ${system}\nenv: ${env}\ntier: ${tier}\n`;
  const files = {
    'p/live.yaml': of('shop', 'live', 'production'),
    'p/here.yaml': of('shop', 'here', 'local'),
    'p/other.yaml': of('other', 'far', 'dev'),
  };
  const { profile } = await finish(head, { files, dirs: ['p'] });
  expect(profile.across).toEqual(['here', 'dev', 'live']);
});

test.each([
  [
    'a single clear belongs to warn if there is a warn',
    'warn: ">5", crit: ">9", clear: "<3"',
    {
      warn: { op: '>', value: 5 },
      crit: { op: '>', value: 9 },
      clear: { warn: { op: '<', value: 3 } },
    },
  ],
  [
    'a single clear belongs to crit if there is no warn',
    'crit: ">9", clear: "<3"',
    {
      crit: { op: '>', value: 9 },
      clear: { crit: { op: '<', value: 3 } },
    },
  ],
  [
    'clear per level',
    'warn: ">5", crit: ">9", clear: { warn: "<3", crit: "<7" }',
    {
      warn: { op: '>', value: 5 },
      crit: { op: '>', value: 9 },
      clear: { warn: { op: '<', value: 3 }, crit: { op: '<', value: 7 } },
    },
  ],
  [
    'for, noData and stale',
    'crit: "!= closed", for: 1m, noData: crit, stale: 90s',
    {
      crit: { op: '!=', value: 'closed' },
      forMs: 60_000,
      noData: 'crit',
      staleMs: 90_000,
    },
  ],
])('%s', async (_, bounds, threshold) => {
  const text = `${head}${source}signals: [{ id: s, source: bus, read: { latency: bus }, ${bounds} }]\n`;
  const { profile } = await finish(text);
  // The positions of the bounds themselves, for explanations of a level.
  const positionOf = (key: 'warn' | 'crit') => {
    const index = text.split('\n')[6]?.indexOf(`${key}: "`) ?? -1;
    return index === -1 ? {} : { [key]: { file: 'p/dev.yaml', line: 7, col: index + `${key}: `.length + 1 } };
  };
  expect(profile.signals).toEqual([
    {
      id: 's',
      title: 's',
      source: 'bus',
      read: { latency: 'bus' },
      unit: '',
      threshold,
      covers: [],
      position: { file: 'p/dev.yaml', line: 7, col: 11 },
      limitPositions: { ...positionOf('warn'), ...positionOf('crit') },
    },
  ]);
});

test('the keys of limits have positions', async () => {
  const { profile } = await finish(`${head}${source}limits:\n  lag:\n    warn: ">=10"\n    stalled: crit\n`);
  expect(profile.limitPositions).toMatchObject({ 'lag.warn': { line: 9 }, 'lag.stalled': { line: 10 } });
});

longTest('a runbook gets default ids, titles and deadlines', async () => {
  const text = `${head}${source}runbooks:
  - id: r
    params: { name: { type: choice, of: [a, b] }, n: { type: int, min: 1, default: 2 } }
    diagnose: [{ use: bus.health }, { that: "all(breakers | state = closed)" }]
    act: [{ use: bus.request, with: { method: GET, path: "/\${param.name}" } }, { id: a1, title: Tell, manual: true }]
    verify: [{ that: "all(breakers | state = closed)" }, { that: "all(health | status = up)", within: 2m, for: 5s }]
`;
  const { profile } = await finish(text);
  expect(profile.runbooks).toEqual([
    {
      id: 'r',
      title: 'r',
      covers: [],
      params: [
        { name: 'name', type: 'choice', of: ['a', 'b'] },
        { name: 'n', type: 'int', min: 1, default: 2 },
      ],
      diagnose: [
        { id: 'd1', title: 'bus.health', use: 'bus.health', covers: [] },
        {
          id: 'd2',
          title: 'all(breakers | state = closed)',
          that: 'all(breakers | state = closed)',
          covers: [],
        },
      ],
      act: [
        {
          id: 'a2',
          title: 'bus.request',
          use: 'bus.request',
          with: { method: 'GET', path: '/${param.name}' },
          covers: [],
        },
        { id: 'a1', title: 'Tell', manual: true, covers: [] },
      ],
      verify: [
        {
          id: 'v1',
          title: 'all(breakers | state = closed)',
          that: 'all(breakers | state = closed)',
          withinMs: 60_000,
          forMs: 0,
          covers: [],
        },
        {
          id: 'v2',
          title: 'all(health | status = up)',
          that: 'all(health | status = up)',
          withinMs: 120_000,
          forMs: 5000,
          covers: [],
        },
      ],
      position: { file: 'p/dev.yaml', line: 8, col: 5 },
    },
  ]);
});

test('share has words to mask and words to keep; empty by default', async () => {
  const live = 'opsdeck: 1\nsystem: shop\nenv: live\ntier: production\n';
  expect((await finish(live)).profile.share).toBeUndefined();
  expect((await finish(`${live}share: { names: ["Acme & Sons"] }\n`)).profile.share).toEqual({
    names: ['Acme & Sons'],
    allow: [],
  });
});

test('production is read-only until armed; a guard can be stricter', async () => {
  const live = 'opsdeck: 1\nsystem: shop\nenv: live\ntier: production\n';
  expect((await finish(live)).profile.guard.readOnly).toBe(true);
  expect((await finish(`${live}guard: { arm: 5m, cancelWindow: 10s, typed: safe }\n`)).profile.guard).toEqual(
    {
      readOnly: true,
      armMs: 300_000,
      cancelWindowMs: 10_000,
      typed: 'safe',
    },
  );
});

test('keeps log settings as written, and adds defaults outside of views', async () => {
  const sources = 'sources: { k8s: { type: cluster } }\n';
  const plain = await finish(`${head}${sources}logs: { views: [{ name: a }] }\n`);
  expect(plain.profile.logs).toBeUndefined();
  const loaded = await finish(`${head}${sources}logs:
  sources: [k8s]
  levels: { error: "panic:" }
  keep: { bytes: 64MB }
  zone: local
  typeField: 5
  anonymise: { names: [Acme], keep: [shop] }
  views:
    - { name: a, title: A, include: x, ignoreCase: true, level: warn, of: [{ source: k8s, of: deployment/x }], covers: [R1] }
`);
  expect(loaded.profile.logs).toEqual({
    sources: ['k8s'],
    levels: { error: 'panic:' },
    keep: { lines: 1_000_000, bytes: 64 * 1024 * 1024 },
    zone: 'local',
    typeField: 5,
    anonymise: { names: ['Acme'], keep: ['shop'] },
  });
  const of = [{ source: 'k8s', of: 'deployment/x' }];
  expect(loaded.profile.logViews).toEqual([
    {
      name: 'a',
      title: 'A',
      include: ['x'],
      exclude: [],
      ignoreCase: true,
      level: 'warn',
      of,
      covers: ['R1'],
    },
  ]);
});

test('keeps limits, views, contacts and links as written', async () => {
  const text = `${head}limits: { health: { warn: off }, lag: { warn: ">=1000" }, breakers: { disabled: ok }, alerts: { P2: warn } }
logs: { views: [{ name: security, include: "Unauthorized|denied" }, { name: all, exclude: [debug, trace] }] }
contacts: [{ name: Ann, role: lead, reach: "#shop" }, { id: l2, name: Bob }]
links: [{ title: Docs, url: "https://docs.example.com/a b" }]
`;
  const loaded = await finish(text.replace('a b', 'a'));
  expect(loaded.profile).toMatchObject({
    limits: {
      health: { warn: 'off' },
      lag: { warn: '>=1000' },
      breakers: { disabled: 'ok' },
      alerts: { P2: 'warn' },
    },
    logViews: [
      { name: 'security', include: ['Unauthorized|denied'], exclude: [] },
      { name: 'all', include: [], exclude: ['debug', 'trace'] },
    ],
    contacts: [
      { id: 'Ann', name: 'Ann', role: 'lead', reach: '#shop' },
      { id: 'l2', name: 'Bob', role: '', reach: '' },
    ],
    links: [{ id: 'Docs', title: 'Docs', url: 'https://docs.example.com/a' }],
  });
  await expect(finish(text)).rejects.toThrow(
    'p/dev.yaml:8:29: link Docs url "https://docs.example.com/a b" is not a URL. Write https://HOST/PATH',
  );
});

test('a runbook keeps the notes of its steps, and which defaults the profile sets', async () => {
  const { profile, said } = await finish(
    `${head}vars: { topic: orders }
runbooks:
  - id: grow
    params:
      name: { type: string, default: "\${topic}" }
      n: { type: int, default: 3 }
    act:
      - { manual: true, title: Tell the team, notes: "Before \${param.n} partitions." }
`,
  );
  expect(said.filter((line) => line.includes('error'))).toEqual([]);
  expect(profile?.runbooks[0]).toMatchObject({
    params: [
      { name: 'name', default: 'orders', isProfileDefault: true },
      { name: 'n', type: 'int', default: 3 },
    ],
    act: [{ notes: 'Before ${param.n} partitions.' }],
  });
  expect(profile?.runbooks[0]?.params[1]).not.toHaveProperty('isProfileDefault');
});
