import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../store/cockpit.ts';
import type { OpenedEnvironment } from './cockpit-parts.ts';

/** Marks the open environment while the state that several machines share is not known. */
export const showSharedState = (
  cockpit: StoreApi<CockpitState>,
  { state }: Pick<OpenedEnvironment, 'state'>,
): void => {
  const isAway = state?.trouble() !== undefined;
  const { open } = cockpit.getState();
  if (open === undefined || (open.isStateAway === true) === isAway) return;
  const { isStateAway: _, ...rest } = open;
  cockpit.setState({ open: isAway ? { ...rest, isStateAway: true } : rest });
};
