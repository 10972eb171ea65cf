import { stripControls } from '../../domain/text/controls.ts';
import type { GlobalOptions } from '../command/global-options.ts';

/**
 * Parses the most frequent command lines, `opsdeck` and `opsdeck --env ENV`; returns undefined for every other. The full
 * parser takes longer to load than the first frame should wait.
 */
export const plainCockpit = (
  argv: readonly string[],
  noColor: string | undefined,
): GlobalOptions | undefined => {
  const [option, env = '', ...more] = argv.map(stripControls);
  const named = option === '--env' && env !== '' && !env.startsWith('-') && more.length === 0;
  if (option !== undefined && !named) return undefined;
  return {
    ...(named ? { env } : {}),
    sets: {},
    color: (noColor ?? '') === '',
    ascii: false,
    share: false,
    debug: false,
  };
};
