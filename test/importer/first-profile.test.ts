import { expect, test } from 'vitest';
import { type FirstSource, firstProfile } from '../../src/importer/first-profile.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { memoryFiles } from '../profile/support/memory-files.ts';
import { sourceModules } from '../support/source-modules.ts';

const names = { system: 'shop', env: 'production' };

/** Loads the profile of some sources. Returns its entries as the sources receive them, and the commands that it started. */
const loaded = async (sources: readonly FirstSource[]) => {
  const started: (readonly string[])[] = [];
  const { complaints, draft } = await loadProfile('p/production.yaml', {
    files: memoryFiles({ 'p/production.yaml': firstProfile(names, sources), '/etc/hostname': 'host-77' }),
    modules: sourceModules,
    sets: {},
    processEnv: { PGPASSWORD: 'pg-secret-42', HOME: '/home/ana' },
    now: 0,
  });
  expect(complaints.filter(({ severity }) => severity === 'error')).toEqual([]);
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
