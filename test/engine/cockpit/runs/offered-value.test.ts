import { expect, test } from 'vitest';
import type { ParamSpec, Runbook } from '../../../../src/domain/runbooks/runbook.ts';
import { nextParamPrompt } from '../../../../src/engine/cockpit/runs/run-prompts.ts';
import type { ReadChoices } from '../../../../src/runs/reads/read-choices.ts';
import { snapshotWith } from '../../../support/made-facts.ts';

const version: ParamSpec = {
  name: 'version',
  type: 'string',
  pattern: '[0-9][0-9A-Za-z.+-]*',
  read: { use: 'gh.releases', value: 'title' },
};

const withParam = (spec: ParamSpec): Runbook => ({
  ...{ id: 'r', title: 'r', covers: [], params: [spec], diagnose: [], act: [], verify: [] },
  position: { file: 'test.yaml', line: 1, col: 1 },
});

/** The value that the field offers, with its description. */
const offered = (known: ReadChoices, spec: ParamSpec = version) => {
  const next = nextParamPrompt(withParam(spec), {}, snapshotWith({}), known);
  if (next.is !== 'asking') throw new Error(next.is);
  const { recommended, about, choices } = next.asking;
  return { recommended, about: about?.[recommended ?? ''], choices };
};

test('a typed value offers the first text of its source that it accepts, or the part that it accepts', () => {
  const choices = ['nightly', 'v0.1.1', 'v0.1.0'];
  expect(offered({ version: { choices, about: { 'v0.1.1': 'by ravi' } } })).toEqual({
    recommended: '0.1.1',
    about: 'by ravi',
    choices: undefined,
  });
  expect(offered({ version: { choices } }, { name: 'version', type: 'string' }).recommended).toBe('nightly');
});

test('without a reading, or without an accepted text, the field is empty and takes any text', () => {
  for (const known of [
    {},
    { version: { problem: 'unavailable: 401' } },
    { version: { choices: ['nightly'] } },
  ])
    expect(offered(known)).toEqual({ recommended: undefined, about: undefined, choices: undefined });
  const typed = nextParamPrompt(withParam(version), { version: '9.9' }, snapshotWith({}), {
    version: { choices: ['v0.1.0'] },
  });
  expect(typed).toMatchObject({ is: 'whole', values: { version: '9.9' } });
});
