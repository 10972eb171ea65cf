import { parseDocument } from 'yaml';
import type { Context } from './context.ts';
import { UsageError } from './exit-code.ts';

/** What a user sets for all their profiles. */
export interface Settings {
  /** The system that a bare environment name means. */
  readonly system?: string;
  /** False: signals' values are not kept from one cockpit to the next. */
  readonly history?: boolean;
}

/** YAML 1.2 knows no `off`: it is a word like any other. */
const switches: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ['on', true],
  ['off', false],
  [true, true],
  [false, false],
]);

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
  const of = (key: string): unknown => document.get(key) ?? undefined;
  const [system, history] = [of('system'), of('history')];
  if (system !== undefined && typeof system !== 'string')
    throw new UsageError(`${settingsFile}: system is no name; write system: NAME`);
  const kept = switches.get(history);
  if (history !== undefined && kept === undefined)
    throw new UsageError(`${settingsFile}: history is neither on nor off; write history: off`);
  return { ...(system === undefined ? {} : { system }), ...(kept === undefined ? {} : { history: kept }) };
};
