import { expect, test } from 'vitest';
import type { ParamSpec, Runbook } from '../../../src/domain/runbooks/runbook.ts';
import { defaultAnswers, offeredNumber } from '../../../src/runs/reads/default-answers.ts';
import { breaker, snapshotWith } from '../../support/made-facts.ts';

const withParams = (params: readonly ParamSpec[], verify: Runbook['verify'] = []): Runbook => ({
  id: 'r',
  title: 'r',
  covers: [],
  params,
  diagnose: [],
  act: [],
  verify,
  position: { file: 'test.yaml', line: 1, col: 1 },
});

const snapshot = snapshotWith({
  breakers: [breaker('broker', { state: 'open' }), breaker('psp', { state: 'closed' })],
});

test('a runbook without parameters has one set of answers', () =>
  expect(defaultAnswers(withParams([]), snapshot)).toEqual([{}]));

test('defaults are taken, and each recommended choice is a set', () => {
  const params: readonly ParamSpec[] = [
    { name: 'name', type: 'choice', from: 'breakers.name' },
    { name: 'to', type: 'string', default: 'closed' },
  ];
  // The closed one is healthy while the other one is critical.
  expect(defaultAnswers(withParams(params), snapshot)).toEqual([{ name: 'broker', to: 'closed' }]);
});

test('a number is one more than the present one, within its limit; without both it is not known', () => {
  const int: ParamSpec = { name: 'n', type: 'int', min: 1, max: 5 };
  const { max: _, ...endless } = int;
  expect(defaultAnswers(withParams([int]), snapshot)).toEqual([{ n: 5 }]);
  expect(defaultAnswers(withParams([endless]), snapshot)).toEqual([]);
});

test('what only a person knows, and more targets than are tried, have no answers', () => {
  expect(defaultAnswers(withParams([{ name: 'why', type: 'string' }]), snapshot)).toEqual([]);
  const many: ParamSpec = { name: 'pod', type: 'choice', of: ['a', 'b', 'c', 'd'] };
  expect(defaultAnswers(withParams([many]), snapshot)).toEqual([]);
});

test('the field offers the number of the runbook, or one more where there are as many already', () => {
  const spec: ParamSpec = { name: 'n', type: 'int', min: 1, max: 6, recommended: 3 };
  const offered = (present: string | undefined, of: ParamSpec = spec, act: Runbook['act'] = []) =>
    offeredNumber(
      of,
      { ...withParams([of]), act },
      present === undefined ? { is: 'loading' } : { is: 'known', text: present },
    );
  expect([undefined, '2', '3', '5', '6'].map((present) => offered(present))).toEqual([3, 3, 4, 6, undefined]);
  // Without a recommendation fewer may be wanted, unless the step only raises.
  const { recommended: _, ...plain } = spec;
  const scale = {
    id: 'a1',
    title: 'Scale',
    use: 'k8s.scale',
    with: { replicas: `${'$'}{param.n}`, only: 'up' },
  };
  expect(offered('2', plain)).toBeUndefined();
  expect(offered('2', plain, [scale])).toBe(3);
});
