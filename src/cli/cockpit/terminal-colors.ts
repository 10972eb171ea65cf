import type { GlobalOptions } from '../command/global-options.ts';
import type { ProcessEnv } from '../command/process-env.ts';

type Colors = 'none' | '16' | '256' | 'truecolor';

/** Returns the color depth of the terminal, from its environment variables. */
export const colorsOf = (options: Pick<GlobalOptions, 'color'>, env: ProcessEnv): Colors => {
  if (!options.color || env.TERM === 'dumb') return 'none';
  if (/^(truecolor|24bit)$/.test(env.COLORTERM ?? '')) return 'truecolor';
  return /256color/.test(env.TERM ?? '') ? '256' : '16';
};
