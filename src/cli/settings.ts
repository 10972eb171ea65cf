import { parseDocument } from 'yaml';
import type { Context } from './context.ts';
import { UsageError } from './exit-code.ts';

/** What a user sets for all their profiles. */
export interface Settings {
  /** The system that a bare environment name means. */
  readonly system?: string;
}

/** The user's settings file; nothing set when there is none. Rejects with a UsageError when it cannot be understood. */
export const readSettings = async (context: Pick<Context, 'files' | 'settingsFile'>): Promise<Settings> => {
  const { files, settingsFile } = context;
  const text = await files.read(settingsFile);
  if (text === undefined) return {};
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) {
    const place = error.linePos?.[0];
    throw new UsageError(
      `${settingsFile}:${place?.line ?? 1}:${place?.col ?? 1}: ${error.message.split('\n')[0] ?? ''}`,
    );
  }
  const system: unknown = document.get('system');
  if (system === undefined || system === null) return {};
  if (typeof system !== 'string')
    throw new UsageError(`${settingsFile}: system is no name; write system: NAME`);
  return { system };
};
