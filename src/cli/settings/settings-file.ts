import { defaultSettings } from '../../domain/profile/settings.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { errorAt } from '../../profile/document/diagnostics.ts';
import type { CommandContext } from '../command/context.ts';
import type { ParsedSettings } from './settings-text.ts';

/** Reads the user's settings file. Returns defaults when it does not exist. */
export const readSettings = async ({
  files,
  settingsFile,
}: Pick<CommandContext, 'files' | 'settingsFile'>): Promise<ParsedSettings> => {
  try {
    const text = await files.read(settingsFile);
    if (text === undefined)
      return {
        settings: defaultSettings,
        requestedKeys: [],
        diagnostics: [],
        systemUnclear: false,
        absent: true,
      };
    const { parseSettings } = await import('./settings-text.ts');
    return parseSettings(text, settingsFile);
  } catch (error) {
    const why = errorMessage(error);
    const todo = /^E(ACCES|PERM)\b/.test(why)
      ? 'make the file readable for your user'
      : 'replace this path by a file, or remove the path';
    const position = { file: settingsFile, line: 1, col: 1 };
    return {
      settings: defaultSettings,
      requestedKeys: [],
      diagnostics: [errorAt(position, `cannot read settings: ${why}`, todo)],
      systemUnclear: true,
    };
  }
};
