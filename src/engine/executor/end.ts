import type { Ending } from '../../domain/run.ts';

/** How a run ends, and why. */
export interface End {
  readonly ending: Ending;
  readonly why: string;
}
