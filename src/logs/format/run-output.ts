import type { LogScope } from './stream.ts';

/** The source of what runs say, beside those of the profile: an id that no profile can give. */
export const runsSource = 'opsdeck/runs';

/** The lines of one run: what its steps printed, and how it went on. */
export const runOutput = (run: string): LogScope => ({
  title: 'output',
  of: [{ source: runsSource, of: run }],
});
