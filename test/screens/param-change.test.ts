import { expect, test } from 'vitest';
import type { ParamOrigins, ParamSpec } from '../../src/domain/runbooks/runbook.ts';
import type { Proposal } from '../../src/domain/runs/proposal.ts';
import type { RunView } from '../../src/store/cockpit.ts';
import { longTest } from '../support/layer.ts';
import { proposed } from './support/runs.ts';
import { cardOf, rowOf } from './support/screen.ts';
import { armed, closeBreaker, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const specs: readonly ParamSpec[] = [
  { name: 'name', type: 'choice', of: ['mail', 'psp'], default: 'psp', title: 'breaker' },
  { name: 'n', type: 'int', min: 1, max: 5, default: 2, title: 'Replicas' },
];
const origins: ParamOrigins = { name: 'you', n: 'profile' };

/** A planned run with both parameters. */
const planned = (more: Partial<RunView> = {}, typed = false, plan: Partial<Proposal> = {}): RunView => {
  const params = { name: 'psp', n: 2 };
  return {
    ...proposed({ params, ...plan }, { typed }),
    runbook: { ...closeBreaker, params: specs },
    params,
    origins,
    ...more,
  };
};

const open = async (run: RunView, size: readonly [number, number] = [80, 24]): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } } });
};

/** The field of a parameter, or the list of parameters, opened from the preview. */
const asking = (parameterPrompt: NonNullable<RunView['parameterPrompt']>): RunView =>
  planned({ stage: 'params', parameterPrompt });

longTest('the preview shows each parameter with its origin, and p changes one', async () => {
  const user = await open(planned());
  expect(rowOf(cardOf(user), 'params')).toBe('params    name psp (you) · n 2 (profile) · p changes');
  await user.press('p');
  expect(user.given).toEqual([['changeParam']]);
});

longTest('where the name of the target is typed, a chord changes a parameter', async () => {
  const user = await open(planned({}, true));
  expect(rowOf(cardOf(user), 'params')).toContain('ctrl-e changes');
  await user.press('p');
  expect(user.given).toEqual([]);
  await user.press('ctrl-e');
  expect(user.given).toEqual([['changeParam']]);
});

longTest('parameters that need more than one line wrap, and none is hidden', async () => {
  const params = { a: 'x'.repeat(60), b: 'y'.repeat(60), c: 3, d: 4 };
  const run = planned({ params }, false, { params });
  const user = await open(run, [120, 40]);
  const text = cardOf(user).join(' ').replaceAll(/ {2,}/g, ' ');
  expect(text).toContain(`a ${'x'.repeat(60)} · b ${'y'.repeat(60)} · c 3 · d 4 · p changes`);
});

test('an undo, and a run without parameters, have nothing to change', async () => {
  const undo = await open(planned({}, false, { undoes: 'run-0' }));
  expect(undo.rows().join()).not.toContain('p changes');
  await undo.press('p');
  expect(undo.rowWith('p: this run has no parameters, so there is nothing to change')).toBeTruthy();
  expect(undo.given).toEqual([]);
});

test('a refused plan offers the change, too', async () => {
  const run = planned({}, false, {
    refusal: { ending: 'not-applicable', why: 'there is no breaker psp' },
  });
  const user = await open(run);
  expect(rowOf(cardOf(user), 'params')).toContain('p changes');
  await user.press('p');
  expect(user.given).toEqual([['changeParam']]);
});

test('the list of parameters shows their values. enter selects one', async () => {
  const user = await open(
    asking({ name: '', title: 'Parameter to change', choices: ['name', 'n'], picks: true }),
  );
  expect(cardOf(user)).toEqual([
    'RUNBOOK  close-breaker   Close a circuit breaker            1 of 2',
    'Parameter to change:',
    '▸  name  psp (you) · breaker',
    '   n     2 (profile) · Replicas',
    'enter select · esc back',
  ]);
  await user.press('j enter');
  expect(user.given).toEqual([['give', '', 'n']]);
});

test('a field is prefilled with the current value, which can be edited', async () => {
  const user = await open(asking({ name: 'n', title: 'Replicas', value: '2' }));
  expect(cardOf(user)).toEqual([
    'RUNBOOK  close-breaker   Close a circuit breaker',
    'Replicas:',
    '   2_',
    '   now 2 (profile)',
    '   integer, 1 to 5',
    'enter accept · esc back',
  ]);
  await user.press('backspace');
  await user.type('4');
  await user.press('enter');
  expect(user.given).toEqual([['give', 'n', '4']]);
});

test('the cursor of a choice list starts on the current value; marks are the current selection', async () => {
  const user = await open(asking({ name: 'name', title: 'breaker', choices: ['mail', 'psp'], value: 'psp' }));
  expect(user.rowWith('▸  psp')).toBeTruthy();
  await user.press('enter');
  expect(user.given).toEqual([['give', 'name', 'psp']]);
  const many = await open(
    asking({
      name: 'name',
      title: 'breaker',
      choices: ['mail', 'psp', 'stock'],
      several: { min: 1, max: 3 },
      value: ['mail', 'stock'],
    }),
  );
  await many.press('j space enter');
  expect(many.given).toEqual([['give', 'name', ['mail', 'stock', 'psp']]]);
});

test('an invalid value stays in the field, with the reason', async () => {
  const user = await open(
    asking({ name: 'n', title: 'Replicas', value: '9', problem: '9 is more than the maximum 5' }),
  );
  expect(user.rowWith('9 is more than the maximum 5')).toBeTruthy();
  expect(user.rowWith('   9_')).toBeTruthy();
  await user.press('esc');
  expect(user.given).toEqual([['decline']]);
});

longTest('a typed name does not survive a change of a parameter', async () => {
  const user = await open(planned({}, true));
  await user.type('ps');
  expect(user.rowWith('2 of 3')).toBeTruthy();
  await user.happens(() =>
    user.cockpit.setState({ run: { ...asking({ name: 'n', title: 'Replicas', value: '2' }), changes: 1 } }),
  );
  await user.happens(() => user.cockpit.setState({ run: planned({ changes: 1 }, true) }));
  await user.type('p');
  await user.press('enter');
  expect(user.given).toEqual([]);
});

test('before its first question a card says that it reads', async () => {
  const { proposal: _, ...started } = planned({ stage: 'params' });
  const user = await open(started);
  expect(cardOf(user).slice(-2)).toEqual([
    expect.stringContaining('reading what the runbook needs to know'),
    'esc close',
  ]);
});

longTest('the value of a secret parameter is typed as dots', async () => {
  const secret: ParamSpec = { name: 'password', type: 'string', title: 'New password' };
  const run = planned({
    stage: 'params',
    runbook: { ...closeBreaker, params: [secret] },
    parameterPrompt: { name: 'password', title: 'New password' },
  });
  const user = await open(run);
  await user.type('S3cr3t');
  expect(user.rowWith('••••••_')).toBeTruthy();
  expect(user.rows().join('\n')).not.toContain('S3c');
  await user.press('enter');
  expect(user.given).toEqual([['give', 'password', 'S3cr3t']]);
});
