import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../src/domain/text/position.ts';
import { findProfiles } from '../../../src/profile/catalog/profile-catalog.ts';
import { entryIds, readCoverageFile } from '../../../src/profile/document/coverage-file.ts';
import { readProfileTree } from '../../../src/profile/document/read.ts';
import { validateProfiles } from '../../../src/profile/validate.ts';
import { now } from '../support/loading.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { toyModules } from '../support/toy-modules.ts';

const base = `opsdeck: 1
system: shop
sources: { api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] } }
signals: [{ id: api.ms, source: api, read: { latency: api }, crit: ">5", covers: [R1] }]
logs: { views: [{ name: errors, include: x }] }
contacts: [{ name: On call, role: first, reach: "#ops" }]
runbooks:
  - id: restart
    title: Restart
    diagnose: [{ title: Look, that: api.ms > 1 }]
    act: [{ title: By hand, manual: true }, { id: a1, title: Again, manual: true }]
    verify: [{ id: fast, that: api.ms < 1 }]
`;
const filesWith = (coverage?: string) =>
  memoryFiles({
    'p/base.yaml': base,
    'p/dev.yaml': 'env: dev\ntier: dev\nextends: base.yaml\n',
    'p/live.yaml':
      'env: live\ntier: dev\nextends: base.yaml\nsignals: [{ id: live.ms, source: api, read: { latency: api } }]\n',
    ...(coverage === undefined ? {} : { 'p/coverage.yaml': coverage }),
  });

const validated = async (coverage: string, path = 'p'): Promise<readonly string[]> => {
  const options = { files: filesWith(coverage), modules: toyModules, sets: {}, processEnv: {}, now };
  return (await validateProfiles([path], options)).map(formatDiagnostic);
};

const idsOf = async (
  env: string,
  coverage?: string,
): Promise<Readonly<Record<string, readonly string[]>>> => {
  const files = filesWith(coverage);
  const { tree } = await readProfileTree(`p/${env}.yaml`, files);
  if (tree === undefined) throw new Error('the profile is broken');
  return Object.fromEntries(entryIds({ env, tree }, await readCoverageFile('p', files)));
};

const coverage = `signals.api.ms: [R2, R3]
logs.views.errors: [R4]
"contacts.On call": [CT1]
runbooks.restart: [I1]
runbooks.restart.diagnose.d1: [I1-D1]
runbooks.restart.act.a2: [I1-A1]
runbooks.restart.act.a1: [I1-A2]
runbooks.restart.verify.fast: [I1-V1]
environments:
  live: { signals.live.ms: [R7], runbooks.restart.verify.fast: [I1-V2] }
`;

test('adds the ids of the file to those of covers:, per entry; a step without an id is addressed by its index', async () => {
  const both = {
    'signals.api.ms': ['R1', 'R2', 'R3'],
    'logs.views.errors': ['R4'],
    'contacts.On call': ['CT1'],
    'runbooks.restart': ['I1'],
    'runbooks.restart.diagnose.d1': ['I1-D1'],
    'runbooks.restart.act.a2': ['I1-A1'],
    'runbooks.restart.act.a1': ['I1-A2'],
  };
  expect(await idsOf('dev', coverage)).toEqual({ ...both, 'runbooks.restart.verify.fast': ['I1-V1'] });
  expect(await idsOf('live', coverage)).toEqual({
    ...both,
    'signals.live.ms': ['R7'],
    'runbooks.restart.verify.fast': ['I1-V1', 'I1-V2'],
  });
  expect(await idsOf('dev')).toEqual({ 'signals.api.ms': ['R1'] });
});

test('accepts a file of known paths, and does not list it as an environment', async () => {
  expect(await validated(coverage)).toEqual([]);
  expect(await validated(coverage, 'p/coverage.yaml')).toEqual([]);
  const { entries } = await findProfiles(['p'], filesWith(coverage));
  expect(entries.map(({ env }) => env)).toEqual(['dev', 'live']);
});

test.each([
  [
    'an unknown path',
    'runbooks.restrat.verify.fast: [R1]\n',
    'p/coverage.yaml:1:1: no entry here has the path "runbooks.restrat.verify.fast". Did you mean "runbooks.restart.verify.fast"?',
  ],
  [
    'an unknown step',
    'runbooks.restart: [I1]\nrunbooks.restart.verify.fats: [R1]\n',
    'p/coverage.yaml:2:1: no entry here has the path "runbooks.restart.verify.fats". Did you mean "runbooks.restart.verify.fast"?',
  ],
  [
    'an unknown section',
    'signal.api.ms: [R2]\n',
    'p/coverage.yaml:1:1: no entry here has the path "signal.api.ms". Did you mean "signals.api.ms"?',
  ],
  [
    'an invalid id',
    'signals.api.ms: [R2, not an id]\n',
    'p/coverage.yaml:1:22: signals.api.ms: "not an id" is not a requirement id. Use capitals, digits and -: S1-I3-D2',
  ],
  [
    'a duplicate id',
    'signals.api.ms: [R2, R3, R2]\n',
    'p/coverage.yaml:1:26: signals.api.ms: duplicate R2 (first at p/coverage.yaml:1:18). Remove one of them',
  ],
  [
    'an id that covers: of the entry already has',
    'signals.api.ms: [R1]\n',
    'p/coverage.yaml:1:18: signals.api.ms: duplicate R1: also in covers of the entry. Remove one of them',
  ],
  [
    'an id for all environments and again for one',
    'signals.api.ms: [R2]\nenvironments:\n  dev: { signals.api.ms: [R2] }\n',
    'p/coverage.yaml:3:27: signals.api.ms: duplicate R2 (first at p/coverage.yaml:1:18). Remove one of them',
  ],
  [
    'a duplicate entry',
    'signals.api.ms: [R2]\nsignals.api.ms: [R3]\n',
    'p/coverage.yaml:2:1: duplicate key. Keep one of them',
  ],
  [
    'an entry of another environment',
    'environments: { dev: { signals.live.ms: [R7] } }\n',
    'p/coverage.yaml:1:24: no entry of dev has the path "signals.live.ms". Valid: api.ms',
  ],
  [
    'an unknown environment',
    'environments: { lvie: { signals.api.ms: [R7] } }\n',
    'p/coverage.yaml:1:17: no environment is called "lvie". Did you mean "live"?',
  ],
  [
    'text instead of a list',
    'signals.api.ms: R2\n',
    'p/coverage.yaml:1:17: signals.api.ms: expected a list, found text. Write a list: [S1-I3-D2]',
  ],
  [
    'a list instead of a map',
    '- R2\n',
    'p/coverage.yaml:1:1: expected a map of entries, found a list. Write signals.ID: [REQUIREMENT]',
  ],
  [
    'broken YAML',
    'signals.api.ms: [R2\n',
    'p/coverage.yaml:2:1: a bracket is opened and never closed. Add a closing ]',
  ],
])('rejects %s with its position', async (_, text, said) => {
  expect(await validated(text)).toEqual([said]);
});
