import { expect, test } from 'vitest';
import type { OpenedEnvironment } from '../../../src/engine/cockpit/cockpit-parts.ts';
import { showSharedState } from '../../../src/engine/cockpit/shared-state.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';

test('the open environment is marked while the state database is away', () => {
  const cockpit = createCockpitStore();
  const open = { system: 'shop', env: 'production', title: '', tier: 'production', embedded: false } as const;
  cockpit.setState({ open: { ...open, incidents: [], across: [] } });
  let trouble: string | undefined;
  const opened = { state: { trouble: () => trouble } } as OpenedEnvironment;
  const marked = (): boolean | undefined => {
    showSharedState(cockpit, opened);
    return cockpit.getState().open?.isStateAway;
  };
  expect(marked()).toBeUndefined();
  trouble = 'connection refused';
  expect(marked()).toBe(true);
  trouble = undefined;
  expect(marked()).toBeUndefined();
  // The state of a machine is never away.
  showSharedState(cockpit, {});
  expect(cockpit.getState().open?.isStateAway).toBeUndefined();
});
