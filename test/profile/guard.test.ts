import { expect, test } from 'vitest';
import { finish, head, saidOf } from './support/loading.ts';

const runbooks =
  'runbooks:\n  - { id: restart, title: Restart, act: [{ title: By hand, manual: true }], verify: none }\n';
const guardOf = async (guard: string) => (await finish(`${head}guard: ${guard}\n${runbooks}`)).profile.guard;

test('parses freezes with their time zones; break defaults to true', async () => {
  const { freezes } = await guardOf(
    '{ freeze: [{ from: 2026-12-20T00:00Z, to: 2026-12-20T02:00+01:00, why: sale, break: false }, { from: 2026-12-24, to: "2026-12-27 08:00Z", why: rest, except: [restart] }] }',
  );
  expect(freezes).toEqual([
    {
      from: Date.UTC(2026, 11, 20),
      to: Date.UTC(2026, 11, 20, 1),
      why: 'sale',
      except: [],
      mayBreak: false,
    },
    {
      from: Date.UTC(2026, 11, 24),
      to: Date.UTC(2026, 11, 27, 8),
      why: 'rest',
      except: ['restart'],
      mayBreak: true,
    },
  ]);
});

test.each<[string, readonly number[]]>([
  ['mon-fri', [1, 2, 3, 4, 5]],
  ['fri-mon', [0, 1, 5, 6]],
  ['sat, Sun', [0, 6]],
  ['[mon, wed-thu]', [1, 3, 4]],
])('parses days %s', async (days, numbers) => {
  const written = days.startsWith('[') ? days : `"${days}"`;
  const { quiet } = await guardOf(
    `{ quiet: [{ days: ${written}, from: "22:00", to: "06:30", zone: Europe/Berlin, why: night }] }`,
  );
  expect(quiet).toEqual([
    {
      days: numbers,
      from: 1320,
      to: 390,
      zone: 'Europe/Berlin',
      why: 'night',
      except: [],
      mayBreak: true,
    },
  ]);
});

test('parses rate, blast and authority', async () => {
  expect(
    await guardOf('{ rate: { acts: 10, per: 10m }, blast: { objects: 5, share: 50, limit: 20 } }'),
  ).toMatchObject({ rate: { acts: 10, perMs: 600_000 }, blast: { objects: 5, share: 50, limit: 20 } });
  const { profile } = await finish(
    `${head}${runbooks}authority:\n  - { id: everybody, who: "*", may: safe, also: [restart] }\n  - { id: lead, title: Team lead, who: [ana, ben], may: destructive }\n`,
  );
  expect(profile.authority).toEqual([
    { id: 'everybody', title: 'everybody', who: ['*'], may: 'safe', also: ['restart'] },
    { id: 'lead', title: 'Team lead', who: ['ana', 'ben'], may: 'destructive', also: [] },
  ]);
});

test('has no guard limits by default', async () => {
  const { profile } = await finish(head);
  expect(Object.keys(profile.guard).sort()).toEqual(['armMs', 'cancelWindowMs', 'readOnly', 'typed']);
  expect(profile).not.toHaveProperty('authority');
});

test('ignores an authority level without a value and keeps the others', async () => {
  const text = `${head}authority:\n  - { id: lead, who: "\${env:LEAD}", may: destructive }\n`;
  expect((await finish(text)).profile.authority).toEqual([]);
  expect((await saidOf(text)).join()).toContain(
    'p/dev.yaml:6:22: warning: ${env:LEAD} has no value: opsdeck ignores authority level lead. Set the environment variable LEAD',
  );
});

test.each<[string, string, readonly string[]]>([
  [
    'a freeze without a zone, an end and a reason',
    '{ freeze: [{ from: "2026-12-20 00:00" }] }',
    [
      'p/dev.yaml:5:19: guard.freeze[0]: to is missing. Write to: …',
      'p/dev.yaml:5:19: guard.freeze[0]: why is missing. Write why: …',
      'p/dev.yaml:5:27: guard.freeze[0].from "2026-12-20 00:00" is not a date and time. Write both with a zone: 2026-12-20T00:00Z',
    ],
  ],
  [
    'a freeze that ends before it starts',
    '{ freeze: [{ from: 2026-12-20, to: 2026-12-19, why: x }] }',
    ['p/dev.yaml:5:43: guard.freeze[0].to: the end is before the start. Write a later time'],
  ],
  [
    'invalid days, zone and times',
    '{ quiet: [{ days: mon-fry, from: "25:00", to: "6", zone: Europe/Berlim, why: x }] }',
    [
      'p/dev.yaml:5:26: guard.quiet[0].days "mon-fry" is not a day of the week. Write mon-fri, or sat, sun',
      'p/dev.yaml:5:41: guard.quiet[0].from "25:00" is not a time of day. Write 22:00',
      'p/dev.yaml:5:54: guard.quiet[0].to "6" is not a time of day. Write 22:00',
      'p/dev.yaml:5:65: guard.quiet[0].zone "Europe/Berlim" is not a time zone. Write Europe/Berlin or UTC',
    ],
  ],
  [
    'an unknown runbook',
    '{ freeze: [{ from: 2026-12-20, to: 2026-12-21, why: x, except: [restrat] }] }',
    ['p/dev.yaml:5:72: guard.freeze[0].except: no runbook is called "restrat". Did you mean "restart"?'],
  ],
])('rejects %s with its position', async (_, guard, said) => {
  expect(await saidOf(`${head}guard: ${guard}\n${runbooks}`)).toEqual(said);
});

test('rejects an invalid authority level, and one with an unknown runbook', async () => {
  expect(
    await saidOf(
      `${head}${runbooks}authority:\n  - { id: a, who: "*", may: everything }\n  - { id: b, who: ana, may: safe, also: [restrat] }\n  - { id: a, who: ana, may: safe }\n`,
    ),
  ).toEqual([
    'p/dev.yaml:8:29: authority level a may "everything" is not a valid value. Write read, safe, disruptive or destructive',
    'p/dev.yaml:9:42: authority b: no runbook is called "restrat". Did you mean "restart"?',
    'p/dev.yaml:10:11: duplicate authority level "a" (first at p/dev.yaml:8:11). Rename or remove one of the two',
  ]);
});
