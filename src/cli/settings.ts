import { defaultSettings } from '../domain/settings.ts';
import { refuse } from '../profile/complaints.ts';
import type { Context } from './context.ts';
import { type ParsedSettings, parseSettings } from './settings/parse.ts';

/** The user's settings file, as far as it can be understood; nothing set when there is none. */
export const readSettings = async ({
  files,
  settingsFile,
}: Pick<Context, 'files' | 'settingsFile'>): Promise<ParsedSettings> => {
  try {
    return parseSettings((await files.read(settingsFile)) ?? '', settingsFile);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const position = { file: settingsFile, line: 1, col: 1 };
    return {
      settings: defaultSettings,
      wantedKeys: [],
      complaints: [refuse(position, `this file cannot be read: ${why}`, 'correct its permissions')],
      systemUnclear: true,
    };
  }
};
