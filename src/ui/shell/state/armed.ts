import type { RenderContext } from '../contract/render-context.ts';

/** True while changes are allowed for a limited time. The shown past cannot be changed, so it is never armed. */
export const isArmed = ({ cockpit, past }: Pick<RenderContext, 'cockpit' | 'past'>): boolean =>
  past === undefined && cockpit.arming.armedUntil !== undefined;
