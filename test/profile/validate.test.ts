// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { findProfiles } from '../../src/profile/catalog/profile-catalog.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { asRefused, validateProfiles } from '../../src/profile/validate.ts';
import { now } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';
import { toyModules } from './support/toy-modules.ts';

const files = memoryFiles({
  'p/base.yaml': 'opsdeck: 1\nsystem: shop\ntitel: x\n',
  'p/dev.yaml': 'env: dev\ntier: dev\nextends: base.yaml\n',
  'p/live.yaml': 'env: live\ntier: production\nextends: base.yaml\nlinks: [{ title: a, url: "${env:L}" }]\n',
  'p/broken.yaml': 'a: "\n',
  'q/fine.yaml': 'opsdeck: 1\nsystem: bank\nenv: dev\ntier: dev\nlinks: []\n',
});
const options = { files, modules: toyModules, sets: {}, processEnv: {}, now };

const said = [
  'p/base.yaml:3:1: unknown key "titel". Did you mean "title"?',
  'p/broken.yaml:2:1: a quote is opened and never closed. Close the quote before the value ends',
  'p/live.yaml:4:26: warning: ${env:L} has no value: opsdeck ignores link a. Set the environment variable L',
];

test('validates every environment of a catalogue; reports each diagnostic once, by file and line', async () => {
  const diagnostics = await validateProfiles(await findProfiles(['p', 'q'], files), options);
  expect(diagnostics.map(formatDiagnostic)).toEqual(said);
});

test('validates directories and single files', async () => {
  const of = async (...paths: readonly string[]) =>
    (await validateProfiles(paths, options)).map(formatDiagnostic);
  expect(await of('p')).toEqual(said);
  expect(await of('q/fine.yaml')).toEqual([]);
  expect(await of('p/dev.yaml', 'p/live.yaml')).toEqual([said[0], said[2]]);
  expect(await of('p/base.yaml')).toEqual([]);
  expect(await of('nowhere')).toEqual(['nowhere:1:1: no such file: nowhere. Correct the path']);
});

test('validates an environment without a usable name as well, in a directory as by its path', async () => {
  const rest = 'tier: devv\ntitel: x\n';
  const broken = {
    'b/missing.yaml': `opsdeck: 1\nenv: dev\n${rest}`,
    'b/number.yaml': `opsdeck: 1\nsystem: 5\nenv: dev\n${rest}`,
    'b/list.yaml': `opsdeck: 1\nsystem: shop\nenv: [dev]\n${rest}`,
    'b/empty.yaml': `opsdeck: 1\nsystem: shop\nenv:\n${rest}`,
    'b/reference.yaml': `opsdeck: 1\nsystem: "\${env:S}"\nenv: dev\n${rest}`,
  };
  const own = { ...options, files: memoryFiles(broken) };
  const found = (await validateProfiles(['b'], own)).map(formatDiagnostic);
  expect(found.filter((line) => !/devv|titel/.test(line))).toEqual([
    'b/empty.yaml:1:1: env is missing. Write env: …',
    'b/list.yaml:3:6: env: expected text, found a list. Write one value instead of a list or a map',
    'b/missing.yaml:1:1: system is missing. Write system: …',
    'b/number.yaml:2:9: system 5 is not a valid name. Start with a letter, then letters, digits, - and _',
    'b/reference.yaml:2:9: system cannot be a reference. Write the value itself',
  ]);
  expect(found).toHaveLength(15);
  const alone = (await validateProfiles(Object.keys(broken), own)).map(formatDiagnostic);
  expect(alone).toEqual(found);
});

test('a directory without a profile is an error that says so', async () => {
  const dirs = { ...memoryFiles({ 'd/readme.txt': 'x' }), isDirectory: async (path: string) => path === 'e' };
  const of = async (path: string) =>
    (await validateProfiles([path], { ...options, files: dirs })).map(formatDiagnostic);
  const text =
    'this directory contains no profile: there is no .yaml file. Name another directory, or write a profile with';
  expect(await of('d')).toEqual([`d:1:1: ${text} opsdeck init`]);
  expect(await of('e')).toEqual([`e:1:1: ${text} opsdeck init`]);
  expect(await of('f')).toEqual(['f:1:1: no such file: f. Correct the path']);
});

test('of an untrusted file, variables that are not set and unchecked references to files are warnings', async () => {
  const sources =
    'links: [{ title: a, url: "${env:A}" }, { title: b, url: "${file:b}" }, { title: c, url: "${exec:c}" }]\n';
  const texts = {
    'u/base.yaml': `opsdeck: 1\nsystem: shop\n${sources}`,
    'u/dev.yaml':
      'env: dev\ntier: dev\nextends: base.yaml\ncontacts: [{ id: c, name: C, reach: "${env:C}" }]\n',
    'u/live.yaml': 'env: live\ntier: dev\nextends: base.yaml\n',
    'u/plain.yaml': 'opsdeck: 1\nsystem: shop\nenv: plain\ntier: dev\nlinks: []\n',
    'u/b': 'never-read',
  };
  const read: string[] = [];
  const inner = memoryFiles(texts);
  const files = {
    ...inner,
    read: (path: string) => {
      read.push(path);
      return inner.read(path);
    },
  };
  const lines = async (isTrusted: boolean, path: string, processEnv = {}) =>
    (await validateProfiles([path], { ...options, files, processEnv, isTrusted: async () => isTrusted })).map(
      formatDiagnostic,
    );
  const unchecked =
    'u/base.yaml:3:57: warning: references to files, such as ${file:b}, are not checked: this file is not trusted. Review the file, then run opsdeck trust with the directory';
  expect(await lines(false, 'u', { A: 'a', C: 'c' })).toEqual([unchecked]);
  expect(await lines(false, 'u', { A: 'a' })).toEqual([
    unchecked,
    expect.stringMatching(/^u\/dev\.yaml:4:37: warning: .*\$\{env:C\} has no value/),
  ]);
  expect(read).not.toContain('u/b');
  expect(await lines(false, 'u/plain.yaml')).toEqual([]);
  expect((await lines(true, 'u')).join('\n')).not.toContain('not trusted');
  expect((await lines(true, 'u')).join('\n')).toContain('${env:A} has no value');
});

test('warns about each pattern that needs backtracking', async () => {
  const views =
    'logs: { views: [{ name: a, include: ["(a+)\\\\1=", "a.*b"] }, { name: b, exclude: "(?<!x)b" }] }\n';
  const runbook =
    'runbooks:\n  - id: r\n    title: R\n    when: \'some alert name matches /(?=x)\\w+\\w+=/i\'\n    params: [{ id: p, title: P, pattern: "(?!x)\\\\p{L}+" }]\n    diagnose: []\n';
  const only = memoryFiles({
    'p/dev.yaml': `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\n${views}${runbook}`,
  });
  const diagnostics = await validateProfiles(['p'], { ...options, files: only });
  const lines = diagnostics.map(formatDiagnostic).filter((line) => line.includes('backtracking'));
  expect(lines).toEqual([
    'p/dev.yaml:5:38: warning: /(a+)\\1=/ needs backtracking, and is abandoned when too slow. Avoid look-around and backreferences',
    'p/dev.yaml:5:81: warning: /(?<!x)b/ needs backtracking. Avoid look-around and backreferences',
    'p/dev.yaml:9:11: warning: /(?=x)\\w+\\w+=/ needs backtracking, and is abandoned when too slow. Avoid look-around and backreferences',
    'p/dev.yaml:10:42: warning: /(?!x)\\p{L}+/ needs backtracking. Avoid look-around and backreferences',
  ]);
});

test('reports an expression that is nested too deeply with its position, and the others as well', async () => {
  const runbook = (id: string, when: string): string =>
    `  - { id: ${id}, title: R, when: '${when}', act: [{ id: a, title: T, manual: true }] }\n`;
  const deep = `${'('.repeat(4000)}x > 1${')'.repeat(4000)}`;
  const text = `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\nrunbooks:\n${runbook('r1', deep)}${runbook('r2', 'x >')}`;
  const diagnostics = await validateProfiles(['p'], {
    ...options,
    files: memoryFiles({ 'p/dev.yaml': text }),
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(formatDiagnostic);
  expect(errors).toEqual([
    expect.stringMatching(/^p\/dev\.yaml:6:\d+: .*the expression has more than 100 nested brackets and not/),
    expect.stringMatching(/^p\/dev\.yaml:7:\d+: /),
  ]);
});

test('a profile that declares nothing is named', async () => {
  const own = {
    ...options,
    files: memoryFiles({ 'n.yaml': 'opsdeck: 1\nsystem: bank\nenv: dev\ntier: dev\n' }),
  };
  expect((await validateProfiles(['n.yaml'], own)).map(formatDiagnostic)).toEqual([
    'n.yaml:1:1: warning: the profile declares no sources, so opsdeck reads nothing. Add a source under sources',
  ]);
});

test('many files end in bounded time: each file that is left is named, with what to do', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [
      `m/e${n}.yaml`,
      `opsdeck: 1\nsystem: shop\nenv: e${n}\ntier: dev\nextends: base.yaml\n`,
    ]),
  );
  const own = memoryFiles({ ...many, 'm/base.yaml': 'titel: x\n' });
  let reads = 0;
  const read = (path: string): Promise<string | undefined> => {
    reads += 1;
    return own.read(path);
  };
  // The clock is looked at before and after each read.
  let elapsed = 0;
  const takingTime = (): number => {
    elapsed += 40;
    return elapsed;
  };
  const slow = { ...options, files: { ...own, read }, elapsed: takingTime };
  const diagnostics = (await validateProfiles(['m'], slow)).map(formatDiagnostic);
  expect(reads).toBeLessThan(760);
  expect(diagnostics).toContain(
    'm/e299.yaml:1:1: cannot read m/e299.yaml: not read in time: the files before it took longer than 1m. Validate fewer files at once, or name the files to validate',
  );
  expect(diagnostics).toContain('m/base.yaml:1:1: unknown key "titel". Did you mean "title"?');
});

test('validate refuses what an environment opens with: a password in an address, acting in production without a proof', async () => {
  const profile = `opsdeck: 1
system: shop
env: live
tier: production
sources: { api: { type: probe, url: "http://app:hunter22@db", checks: [{ service: api, path: / }] } }
runbooks: [{ id: again, title: Again, act: [{ title: Post, use: api.request, with: { method: POST, path: /again }, danger: safe }] }]
`;
  const own = { ...options, files: memoryFiles({ 'r/live.yaml': profile }) };
  const found = (await validateProfiles(['r/live.yaml'], own))
    .map(asRefused)
    .map(({ severity, what }) => [severity, what]);
  expect(found).toContainEqual([
    'error',
    'api: the password stands in the address, visible to every reader of the profile',
  ]);
  expect(found).toContainEqual([
    'error',
    'again: verify is missing, so a run cannot show that the action worked',
  ]);
  const opened = await loadProfile('r/live.yaml', own);
  expect(opened.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});
