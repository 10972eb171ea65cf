import { stripControls } from '../../domain/text/controls.ts';
import { displayOptionsOf } from '../command/display-options.ts';
import type { GlobalOptions } from '../command/global-options.ts';
import type { ProcessEnv } from '../command/process-env.ts';

/**
 * Parses the most frequent command lines, `opsdeck` and `opsdeck --env ENV`; returns undefined for every other. The full
 * parser takes longer to load than the first frame should wait.
 */
export const plainCockpit = (argv: readonly string[], env: ProcessEnv): GlobalOptions | undefined => {
  const [option, name = '', ...more] = argv.map(stripControls);
  const named = option === '--env' && name !== '' && !name.startsWith('-') && more.length === 0;
  if (option !== undefined && !named) return undefined;
  return {
    ...(named ? { env: name } : {}),
    sets: {},
    ...displayOptionsOf(env),
    share: false,
    debug: false,
  };
};
