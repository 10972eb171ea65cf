import type { Engine } from '../engine/engine.ts';
import { appendLines } from '../platform/files/append-lines.ts';
import type { Context } from './context.ts';

/**
 * Where OPSDECK_TOUCHED names a file: adds a line of JSON for every entry of the profile that was really used, with the
 * requirement rows that it serves. `npm run coverage:runbooks` reads them.
 */
export const tellTouched = async (
  { processEnv }: Pick<Context, 'processEnv'>,
  { profile, touched }: Pick<Engine, 'profile' | 'touched'>,
): Promise<void> => {
  const { OPSDECK_TOUCHED: path } = processEnv;
  if (path === undefined || path === '') return;
  const env = `${profile.system}/${profile.env}`;
  await appendLines(
    path,
    touched.all().map((touch) => JSON.stringify({ env, ...touch })),
  );
};
