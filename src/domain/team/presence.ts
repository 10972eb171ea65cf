import type { Millis } from '../base/fault.ts';

/** A cockpit's report about itself to the others of its team. */
export interface PresenceNote {
  /** The operator, as in the ledger. */
  readonly user: string;
  readonly host: string;
  readonly system: string;
  readonly env: string;
  /** Title of the pane that has the focus: 'LAG'. */
  readonly pane: string;
  /** The arming of this cockpit; absent: it is not armed. */
  readonly armed?: ArmedNote;
}

/** The arming of a cockpit, for the others. It permits nothing to them: arming stays the decision of each operator. */
export interface ArmedNote {
  /** Time until it ends. */
  readonly forMs: Millis;
  readonly reason: string;
}

/** A cockpit that shares the state of a team. */
export interface PresentCockpit extends PresenceNote {
  readonly id: string;
  /** The user of the state database that reported it; the rest is its own statement. */
  readonly role: string;
  /** Time since it was opened, by the clock of the database. */
  readonly openForMs: Millis;
  /** Time since its last report. */
  readonly silentForMs: Millis;
  /** True: its screen shows aliases instead of names. */
  readonly isShared: boolean;
  /** The users who follow its screen through the state database. */
  readonly followers: readonly string[];
  /** True: this cockpit. */
  readonly isSelf: boolean;
}

/** The other cockpits in an environment. */
export const othersIn = (
  present: readonly PresentCockpit[],
  { system, env }: Pick<PresenceNote, 'system' | 'env'>,
): readonly PresentCockpit[] =>
  present.filter(
    (presentCockpit) =>
      !presentCockpit.isSelf && presentCockpit.system === system && presentCockpit.env === env,
  );
