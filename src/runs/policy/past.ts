import type { Commands } from '../../store/commands.ts';

/**
 * Commands allowed in time travel: they change nothing outside, and read, show, or continue what had begun before.
 * All others are refused there, including new ones until they are listed here.
 */
const harmless: ReadonlySet<string> = new Set<keyof Commands>([
  'askNow',
  'read',
  'readHistory',
  'readRuns',
  'showRun',
  'describe',
  'stopDescribing',
  'save',
  'reportPane',
  'logs',
  'quit',
  // A run in progress can be followed, answered and stopped.
  'background',
  'tick',
  'give',
  'loggedIn',
  'cancel',
  'decline',
  'disarm',
  'closeForward',
  // Notes in the ledger about an ended run.
  'note',
]);

/** Commands that leave time travel and return to the present. */
const leaving: ReadonlySet<string> = new Set<keyof Commands>(['openEnvironment']);

/** Decides about a command in time travel. Deny by default. */
export const commandInPast = (command: string): 'allowed' | 'leaves' | 'refused' => {
  if (harmless.has(command)) return 'allowed';
  return leaving.has(command) ? 'leaves' : 'refused';
};

/** Returns true when a key is declared as changing or has a danger, and is therefore disabled during time travel. */
export const isChangingKey = ({
  isChange,
  danger,
}: {
  readonly isChange?: boolean;
  readonly danger?: unknown;
}): boolean => isChange ?? danger !== undefined;
