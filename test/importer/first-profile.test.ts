import { expect, test } from 'vitest';
import { type FirstSource, firstProfile } from '../../src/importer/first-profile.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { memoryFiles } from '../profile/support/memory-files.ts';
import { sourceModules } from '../support/source-modules.ts';

const names = { system: 'shop', env: 'production' };

/** Loads the profile of some sources. Returns its entries as the sources receive them, and the commands that it started. */
const loaded = async (sources: readonly FirstSource[]) => {
  const started: (readonly string[])[] = [];
  const { diagnostics, draft } = await loadProfile('p/production.yaml', {
    files: memoryFiles({ 'p/production.yaml': firstProfile(names, sources), '/etc/hostname': 'host-77' }),
    modules: sourceModules,
    sets: {},
    processEnv: { PGPASSWORD: 'pg-secret-42', HOME: '/home/ana' },
    now: 0,
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const exec = (argv: readonly string[]) => {
    started.push(argv);
    return Promise.resolve('output');
  };
  const { profile } = (await draft?.finish({ exec })) ?? {};
  return { started, entries: profile?.sources.map(({ config }) => config) };
};

const kubernetes = (context: string, from = 'kubeconfig'): FirstSource => ({
  id: 'k8s',
  entry: { type: 'kubernetes', context },
  from,
});

test.each([
  'a${exec:touch /tmp/file}',
  '${file:/etc/hostname}',
  '${env:HOME}',
  '${world.url}',
  '$${exec:id}',
  '${exec:id',
  '${param.x} ${each}',
  'a: b # c',
  '"} }, x: { y: "',
  'a\nvars: { b: c }',
  'true',
  'a\u2028vars: { b: c }',
])('the found text %j is data', async (text) => {
  const { started, entries } = await loaded([kubernetes(text)]);
  expect(started).toEqual([]);
  expect(entries).toEqual([expect.objectContaining({ context: text })]);
});

test.each(['$\u001b[m{exec:id}', '$\u0085{exec:id}', '$\u202e{exec:id}'])(
  'control characters in %j do not hide a reference',
  async (text) => {
    const { started, entries } = await loaded([kubernetes(text)]);
    expect(started).toEqual([]);
    expect(entries).toEqual([expect.objectContaining({ context: '${exec:id}' })]);
  },
);

test('texts of a list are data, too', async () => {
  const text = firstProfile(names, [
    { id: 'kafka', entry: { type: 'kafka', brokers: ['${exec:id}'] }, from: '' },
  ]);
  expect(text).toContain('brokers: ["$${exec:id}"]');
});

test('a reference to a variable is resolved', async () => {
  const url = 'postgres://db/${file:/etc/hostname}';
  const entry = { type: 'postgres', url, password: { variable: 'PGPASSWORD' } };
  const { entries } = await loaded([{ id: 'db', entry, from: '' }]);
  expect(entries).toEqual([expect.objectContaining({ url, password: 'pg-secret-42' })]);
});

test.each(['\n', '\r', '\u2028', '\u0085', '\u001b[2J\n'])('a comment does not end at %j', (end) => {
  const text = firstProfile(names, [kubernetes('a', `a${end}vars: { b: "\${exec:id}" }`)]);
  expect(text).toMatch(/^ {2}# a.?vars: \{ b: "\$\{exec:id\}" \}$/m);
  expect(text).not.toMatch(/[\u001b\u0085\u2028\r]/);
});

/** The profile after the edit that its own comment describes: its lines instead of the last two of the permissions. */
const edited = (text: string): string => {
  const proposed = text
    .split('\n')
    .flatMap((line) => /^# {3}((?:guard|authority):.*)$/.exec(line)?.[1] ?? []);
  return text.replace(/^guard: .*\nauthority: .*$/m, proposed.join('\n')).replace('who: ACCOUNT', 'who: ana');
};

test.each([
  ['dev', 'dev'],
  ['Development', 'dev'],
  ['local', 'local'],
  ['qa', 'staging'],
  ['production', 'production'],
  ['live', 'production'],
  ['here', 'production'],
])(
  '%s is of tier %s, permits nothing, and permits to restart and scale after the one edit that it describes',
  async (env, tier) => {
    const text = firstProfile({ system: 'shop', env }, [kubernetes('a')]);
    const read = async (content: string) => {
      const { diagnostics, draft } = await loadProfile('p/x.yaml', {
        files: memoryFiles({ 'p/x.yaml': content }),
        ...{ modules: sourceModules, sets: {}, processEnv: {}, now: 0 },
      });
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      const { profile } = (await draft?.finish({ exec: () => Promise.resolve('') })) ?? {};
      return profile;
    };
    expect(await read(text)).toMatchObject({
      tier,
      guard: { actions: [] },
      authority: [{ who: ['*'], may: 'read' }],
    });
    const open = await read(edited(text));
    expect(open).toMatchObject({ tier, guard: { actions: ['restart', 'scale'] } });
    expect(open?.authority?.map(({ may }) => may) ?? []).toEqual(
      tier === 'production' ? ['disruptive', 'read'] : [],
    );
  },
);
