import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../src/domain/text/position.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { validateProfiles } from '../../src/profile/validate.ts';
import { now } from './support/loading.ts';
import { memoryFiles } from './support/memory-files.ts';
import { toyModules } from './support/toy-modules.ts';

const profile = (runbook: string): string =>
  `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\nrunbooks:\n${runbook}`;

const draft = profile(`  - id: restart
    title: Restart
    reviewed: false
    act:
      - { id: a1, title: Restart it, manual: true }
      - id: a2
        title: Look at it
        manual: true
        reviewed: false
    verify: none
  - id: other
    act: [{ id: a1, title: Call somewhere, manual: true }]
    verify: none
`);

const optionsOf = (text: string) => ({
  files: memoryFiles({ 'p/dev.yaml': text }),
  modules: toyModules,
  sets: {},
  processEnv: {},
  now,
});

test('validate names each unreviewed part with file and line, as a warning', async () => {
  const diagnostics = await validateProfiles(['p'], optionsOf(draft));
  expect(diagnostics.map(formatDiagnostic)).toEqual([
    'p/dev.yaml:8:15: warning: runbook restart: the draft has not been reviewed. Compare with the origin, then remove reviewed: false',
    'p/dev.yaml:14:19: warning: restart act[1] "Look at it": the draft has not been reviewed. Compare with the origin, then remove reviewed: false',
  ]);
});

test('every step of a draft counts as unreviewed, and the draft is listed with its problem', async () => {
  const { draft: loaded } = await loadProfile('p/dev.yaml', optionsOf(draft));
  const { profile: made } = (await loaded?.finish({ exec: () => Promise.reject(new Error('no')) })) ?? {};
  const [restart, other] = made?.runbooks ?? [];
  expect(restart?.act.map(({ reviewed }) => reviewed)).toEqual([false, false]);
  expect(restart?.problem?.message).toMatch(/^draft, not reviewed: runbook, a1, a2\. /);
  expect(other?.problem).toBeUndefined();
});

test('the mark can only be false', async () => {
  const text = profile('  - { id: r, reviewed: true, act: [{ title: x, manual: true }], verify: none }\n');
  const [diagnostic] = await validateProfiles(['p'], optionsOf(text));
  expect(diagnostic && formatDiagnostic(diagnostic)).toBe(
    'p/dev.yaml:6:24: r reviewed: reviewed can only be false. Remove the line once a person has reviewed the draft',
  );
});
