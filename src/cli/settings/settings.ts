import { defaultSettings } from '../../domain/settings.ts';
import { refuse } from '../../profile/complaints.ts';
import type { Context } from '../context.ts';
import { type ParsedSettings, parseSettings } from './parse.ts';

/** The user's settings file, as far as it can be understood; nothing set when there is none. */
export const readSettings = async ({
  files,
  settingsFile,
}: Pick<Context, 'files' | 'settingsFile'>): Promise<ParsedSettings> => {
  try {
    const text = await files.read(settingsFile);
    return { ...parseSettings(text ?? '', settingsFile), ...(text === undefined ? { absent: true } : {}) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const todo = /^E(ACCES|PERM)\b/.test(why)
      ? 'correct its permissions'
      : 'put a file of settings in its place';
    const position = { file: settingsFile, line: 1, col: 1 };
    return {
      settings: defaultSettings,
      wantedKeys: [],
      complaints: [refuse(position, `this file cannot be read: ${why}`, todo)],
      systemUnclear: true,
    };
  }
};
