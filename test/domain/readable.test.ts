import { expect, test } from 'vitest';
import { withParamValues, withReadableTitles } from '../../src/domain/runbooks/runbook.ts';

test('replaces parameters by their values and keeps references without a value', () => {
  const values = { name: 'psp', n: 3, pods: ['a', 'b'], each: 'c', odd: '${param.n}' };
  expect(withParamValues('all(breakers[name = "${param.name}"] | state = closed)', values)).toBe(
    'all(breakers[name = "psp"] | state = closed)',
  );
  expect(withParamValues('${param.n} of ${param.pods}, then ${each}', values)).toBe('3 of a, b, then c');
  expect(withParamValues('${param.odd} ${param.none} ${each}', { odd: '${param.n}' })).toBe(
    '${param.n} ${param.none} ${each}',
  );
  expect(withReadableTitles([{ id: 'v1', title: '${param.name} is closed' }], values)).toEqual([
    { id: 'v1', title: 'psp is closed' },
  ]);
});
