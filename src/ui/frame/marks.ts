import type { Role } from '../theme/roles.ts';
import type { View } from '../view.ts';

/** A word about all of the screen that nobody may overlook: EMBEDDED. */
export interface Mark {
  readonly text: string;
  /** Absent: drawn as the environment's name is. */
  readonly role?: Role;
  /** It stands in the last row as well, beside the environment's name. */
  readonly below?: boolean;
}

/** What is to be known of everything on this screen, besides its environment. One line for each. */
export const marksOf = ({ cockpit, ui, past }: View): readonly Mark[] => [
  ...(past === undefined ? [] : [{ text: ' PAST ', role: 'past', below: true } as const]),
  ...(ui.shared ? [{ text: ' SHARED ', role: 'shared', below: true } as const] : []),
  ...(cockpit.open?.embedded === true ? [{ text: 'EMBEDDED' }] : []),
];
