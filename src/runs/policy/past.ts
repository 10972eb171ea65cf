import type { Commands } from '../../store/commands.ts';

/**
 * The commands that change nothing outside and may be given while an earlier moment is on the screen: they read, show, or
 * go on with what had begun before. Every other command is refused there, and so is a new one until it is named here.
 */
const harmless: ReadonlySet<string> = new Set<keyof Commands>([
  'askNow',
  'read',
  'readRuns',
  'showRun',
  'describe',
  'stopDescribing',
  'save',
  'logs',
  'quit',
  // A change that had begun can be followed, answered for, and stopped.
  'background',
  'tick',
  'give',
  'loggedIn',
  'cancel',
  'decline',
  'disarm',
  // Words in the ledger about a run that has ended.
  'note',
]);

/** Commands that leave the earlier moment: the present is on the screen when they have been given. */
const leaving: ReadonlySet<string> = new Set<keyof Commands>(['openEnvironment']);

/** What becomes of a command while an earlier moment is on the screen. Deny by default. */
export const commandInPast = (command: string): 'allowed' | 'leaves' | 'refused' => {
  if (harmless.has(command)) return 'allowed';
  return leaving.has(command) ? 'leaves' : 'refused';
};

/** Whether a key may be used while an earlier moment is on the screen: one that acts, or has a danger, may not. */
export const isKeyAllowedInPast = ({
  isChange,
  danger,
}: {
  readonly isChange?: boolean;
  readonly danger?: unknown;
}): boolean => isChange ?? danger !== undefined;
