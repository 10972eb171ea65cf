import { expect, test } from 'vitest';
import { inversePatch } from '../../../../src/sources/kubernetes/operations/rollouts/patch.ts';

const before = {
  spec: { minReplicas: 2, maxReplicas: 5, behavior: { scaleDown: { window: 300 } }, list: [1] },
};

test.each([
  { patch: { spec: { minReplicas: 4 } }, back: { spec: { minReplicas: 2 } } },
  { patch: { spec: { paused: true } }, back: { spec: { paused: null } } },
  { patch: { spec: { behavior: null } }, back: { spec: { behavior: { scaleDown: { window: 300 } } } } },
  { patch: { metadata: { labels: { a: 'b' } } }, back: { metadata: null } },
  {
    patch: { spec: { behavior: { scaleDown: { window: 0 } } } },
    back: { spec: { behavior: { scaleDown: { window: 300 } } } },
  },
  { patch: { spec: { list: [2] } }, back: undefined },
  { patch: { spec: { list: null } }, back: undefined },
  { patch: { spec: { $patch: 'replace', minReplicas: 4 } }, back: undefined },
])('the undo of $patch is $back', ({ patch, back }) => {
  expect(inversePatch(patch, before)).toEqual(back);
});
