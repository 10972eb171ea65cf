import type { Lag, LagMotion } from '../../kinds/lag/fact.ts';

/** What is known of one partition's consumption, over a window. */
export interface Flow {
  readonly lag: number | undefined;
  /** Messages per second that the lag grows (+) or shrinks (-). */
  readonly growth: number | undefined;
  /** Messages per second that are committed. */
  readonly consumed: number | undefined;
  readonly members: number | undefined;
  readonly windowMs: number;
}

/** A lag that grows by less than this share of what is consumed is as good as steady. */
const toleratedShare = 0.01;

/**
 * How a lag moves: stopped without members, stalled without progress (both only with lag), else by its growth, where
 * less than a hundredth of what is consumed, or than one message in the window, is steady. Unknown without a window.
 */
export const motionOf = ({ lag, growth, consumed, members, windowMs }: Flow): LagMotion => {
  if (lag === undefined) return 'unknown';
  if (lag === 0) return 'steady';
  if (members === 0) return 'stopped';
  if (growth === undefined || consumed === undefined) return 'unknown';
  if (consumed <= 0) return 'stalled';
  const tolerated = Math.max(toleratedShare * consumed, 1000 / windowMs);
  if (Math.abs(growth) <= tolerated) return 'steady';
  return growth > 0 ? 'falling-behind' : 'gaining';
};

/** Growth, motion and, for a lag that shrinks, the seconds until it is gone. */
export const flowFields = (flow: Flow): Pick<Lag, 'motion' | 'rate' | 'etaSeconds'> => {
  const motion = motionOf(flow);
  const { lag, growth } = flow;
  const eta = motion === 'gaining' && lag !== undefined && growth !== undefined ? lag / -growth : undefined;
  return {
    motion,
    ...(growth === undefined ? {} : { rate: growth }),
    ...(eta === undefined ? {} : { etaSeconds: Math.round(eta) }),
  };
};
