import type { ExpiredLogin } from '../domain/proposal.ts';
import type { Ending } from '../domain/run.ts';

/** How a run ends, and why. */
export interface End {
  readonly ending: Ending;
  readonly why: string;
  /** It ends because of this; renewed, the read that failed may be tried again. */
  readonly login?: ExpiredLogin;
}
