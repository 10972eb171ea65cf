// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { formatComplaint } from '../../src/domain/position.ts';
import { findProfiles } from '../../src/profile/profile-catalog.ts';
import { validateProfiles } from '../../src/profile/validate.ts';
import { now } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';
import { toyModules } from './support/toy-modules.ts';

const files = memoryFiles({
  'p/base.yaml': 'opsdeck: 1\nsystem: shop\ntitel: x\n',
  'p/dev.yaml': 'env: dev\ntier: dev\nextends: base.yaml\n',
  'p/live.yaml': 'env: live\ntier: production\nextends: base.yaml\nlinks: [{ title: a, url: "${env:L}" }]\n',
  'p/broken.yaml': 'a: "\n',
  'q/fine.yaml': 'opsdeck: 1\nsystem: bank\nenv: dev\ntier: dev\n',
});
const options = { files, modules: toyModules, sets: {}, processEnv: {}, now };

const said = [
  'p/base.yaml:3:1: unknown key "titel"; did you mean "title"?',
  'p/broken.yaml:2:1: unterminated quote; close it before the end of the value',
  'p/live.yaml:4:26: warning: ${env:L} has no value: link a is ignored; set the environment variable L',
];

test('validates every environment of a catalogue; reports each complaint once, by file and line', async () => {
  const complaints = await validateProfiles(await findProfiles(['p', 'q'], files), options);
  expect(complaints.map(formatComplaint)).toEqual(said);
});

test('validates directories and single files', async () => {
  const of = async (...paths: readonly string[]) =>
    (await validateProfiles(paths, options)).map(formatComplaint);
  expect(await of('p')).toEqual(said);
  expect(await of('q/fine.yaml')).toEqual([]);
  expect(await of('p/dev.yaml', 'p/live.yaml')).toEqual([said[0], said[2]]);
  expect(await of('p/base.yaml')).toEqual([]);
  expect(await of('nowhere')).toEqual(['nowhere:1:1: no such file: nowhere; correct the path']);
});

test('warns about each pattern that needs backtracking', async () => {
  const views =
    'logs: { views: [{ name: a, include: ["(a+)\\\\1=", "a.*b"] }, { name: b, exclude: "(?<!x)b" }] }\n';
  const runbook =
    'runbooks:\n  - id: r\n    title: R\n    when: \'some alert name matches /(?=x)\\w+\\w+=/i\'\n    params: [{ id: p, title: P, pattern: "(?!x)\\\\p{L}+" }]\n    diagnose: []\n';
  const only = memoryFiles({
    'p/dev.yaml': `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\n${views}${runbook}`,
  });
  const complaints = await validateProfiles(['p'], { ...options, files: only });
  const lines = complaints.map(formatComplaint).filter((line) => line.includes('backtracking'));
  expect(lines).toEqual([
    'p/dev.yaml:5:38: warning: /(a+)\\1=/ needs backtracking, and is abandoned where it takes too long; write it without look-around and backreferences',
    'p/dev.yaml:5:81: warning: /(?<!x)b/ needs backtracking; write it without look-around and backreferences',
    'p/dev.yaml:9:11: warning: /(?=x)\\w+\\w+=/ needs backtracking, and is abandoned where it takes too long; write it without look-around and backreferences',
    'p/dev.yaml:10:42: warning: /(?!x)\\p{L}+/ needs backtracking; write it without look-around and backreferences',
  ]);
});

test('reports an expression that is nested too deeply with its position, and the others as well', async () => {
  const runbook = (id: string, when: string): string =>
    `  - { id: ${id}, title: R, when: '${when}', act: [{ id: a, title: T, manual: true }] }\n`;
  const deep = `${'('.repeat(4000)}x > 1${')'.repeat(4000)}`;
  const text = `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\nrunbooks:\n${runbook('r1', deep)}${runbook('r2', 'x >')}`;
  const complaints = await validateProfiles(['p'], {
    ...options,
    files: memoryFiles({ 'p/dev.yaml': text }),
  });
  const errors = complaints.filter(({ severity }) => severity === 'error').map(formatComplaint);
  expect(errors).toEqual([
    expect.stringMatching(/^p\/dev\.yaml:6:\d+: .*more than 100 nested brackets and not/),
    expect.stringMatching(/^p\/dev\.yaml:7:\d+: /),
  ]);
});
