import { describe, expect, test } from 'vitest';
import { maskWordsOf } from '../../src/domain/profile/profile-words.ts';
import { loadProfile } from '../../src/profile/load.ts';

/** Loads a profile with this `audit:` section. */
const read = async (section: string, tier = 'dev') => {
  const text = `opsdeck: 1\nsystem: shop\nenv: dev\ntier: ${tier}\n${section}\n`;
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
  return {
    profile: finished?.profile,
    state: finished?.profile.state,
    secrets: finished?.secrets ?? [],
    all,
  };
};

test.each([
  [
    'postgres://opsdeck@db/opsdeck',
    { url: 'postgres://opsdeck@db/opsdeck', leaseMs: 30_000, readings: 'shared' },
  ],
  [
    '{ url: "postgresql://db:6432/team?sslmode=verify-full", lease: 1m }',
    { url: 'postgresql://db:6432/team?sslmode=verify-full', leaseMs: 60_000, readings: 'shared' },
  ],
  [
    '{ url: "postgres://opsdeck@db/opsdeck", readings: own }',
    { url: 'postgres://opsdeck@db/opsdeck', leaseMs: 30_000, readings: 'own' },
  ],
  [
    '{ url: "postgres://opsdeck@db/opsdeck", readings: all }',
    { url: 'postgres://opsdeck@db/opsdeck', leaseMs: 30_000, readings: 'all' },
  ],
])('parses the state database: %s', async (value, state) => {
  expect(await read(`state: ${value}`)).toMatchObject({ state, all: [] });
});

test('its password is a secret', async () => {
  const { state, secrets, all } = await read(
    'state: { url: "postgres://opsdeck@db/x", password: "${env:TOKEN}" }',
  );
  expect(state).toMatchObject({ password: 't0ken-of-the-collector' });
  expect({ secrets, all }).toEqual({ secrets: ['t0ken-of-the-collector'], all: [] });
});

test('without a value nothing can be changed: it is not the state of the machine', async () => {
  const { state, all } = await read('state: "${env:NONE}"');
  expect(state).toEqual({ problem: expect.stringContaining('NONE') });
  expect(all.join('\n')).toMatch(/^warning: .*NONE.*opsdeck permits no change/);
});

test.each([
  ['mysql://db/opsdeck', /Use postgres:\/\/USER@HOST:PORT\/DATABASE/],
  ['db.internal', /Use postgres:\/\/USER@HOST:PORT\/DATABASE/],
  ['{ url: "postgres://db/x", lease: 1s }', /duration from 3s to 10m/],
  ['{ url: "postgres://db/x", role: owner }', /role/],
  ['{ password: x }', /url/],
  ['{ url: "postgres://db/x", readings: everything }', /readings/],
  ['true', /state/],
])('rejects %s with a hint', async (value, hint) => {
  const { all } = await read(`state: ${value}`);
  expect(all.join('\n')).toMatch(/^error: /);
  expect(all.join('\n')).toMatch(hint);
});

test.each([
  ['guard: { approval: { danger: destructive } }', 'guard.approval'],
  ['guard: { approval: {} }', 'guard.approval'],
])('rejects approvals without a state database: %s', async (section, label) => {
  expect((await read(section)).all).toEqual([
    `error: ${label}: approvals need a state database, but this profile has none; write state: postgres://…, or remove approval`,
  ]);
  expect((await read(`state: postgres://db/x\n${section}`)).all).toEqual([]);
});

describe('approvals in production', () => {
  const database = 'state: postgres://db/x';

  test.each(['{ danger: destructive }', '{}'])(
    'require the database users of the accounts: %s',
    async (rule) => {
      const { all } = await read(`${database}\nguard: { approval: ${rule} }`, 'production');
      expect(all).toEqual([
        'error: guard.approval: tier production requires users. Without users, one person can approve under the name of another; write guard.approval.users: { ACCOUNT: DATABASE_USER, … }, one database user for each person',
      ]);
    },
  );

  test('are valid with users', async () => {
    const guard = 'guard: { approval: { danger: destructive, users: { ana: db_ana, ben: db_ben } } }';
    expect((await read(`${database}\n${guard}`, 'production')).all).toEqual([]);
  });

  test('are invalid when two accounts have one database user', async () => {
    const guard = 'guard: { approval: { danger: destructive, users: { ana: db, ben: db } } }';
    expect((await read(`${database}\n${guard}`, 'production')).all).toEqual([
      'error: guard.approval.users: ana and ben have the same database user; give each person a database user',
    ]);
  });
});

test('the accounts that may approve have aliases in share mode', async () => {
  const sections = (guard: string): string =>
    `state: postgres://db/x\nauthority: [{ id: on-call, who: [benno, "*"], may: destructive }]\n${guard}`;
  const users = async (guard: string): Promise<readonly string[]> => {
    const { profile } = await read(sections(guard));
    if (profile === undefined) throw new Error('no profile');
    return maskWordsOf(profile).names.flatMap(({ text, is }) => (is === 'user' ? [text] : []));
  };
  expect(await users('guard: { approval: { users: { carla: db_carla } } }')).toEqual(['benno', 'carla']);
  expect(await users('')).toEqual([]);
});
