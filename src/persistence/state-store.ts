import { join } from 'node:path';
import type { SharedReadings } from '../domain/facts/shared-reading.ts';
import type { ApprovalRecord } from '../domain/runs/approval.ts';
import { type TargetLocks, targetLocks } from '../platform/files/target-locks.ts';
import { type ChecklistFile, checklistFile } from './checklists/checklist-file.ts';
import { type AcknowledgementFile, acknowledgementFile } from './files/acknowledgement-file.ts';
import { type ResetFile, resetFile } from './files/reset-file.ts';
import { localSharedFiles, type SharedFiles } from './files/shared-files.ts';
import { type IncidentFiles, incidentFiles } from './incidents/incident-files.ts';
import { type Ledger, type LedgerOptions, openLedger } from './ledger/ledger.ts';
import type { TeamScreen } from './team/screen-reader.ts';
import type { FollowableScreen } from './team/screen-server.ts';
import type { TeamPresence } from './team/team-presence.ts';

/** Whether the shared state allows changes now. `break-glass`: it is not available, and the operator has given a reason. */
export type StateAdmission =
  | { readonly is: 'open' | 'break-glass'; readonly why: string }
  | { readonly is: 'refused'; readonly why: string; readonly remedy: string };

/** Screens of cockpits, carried by what they share. */
export interface TeamScreens {
  /** Lets others follow the screen of this cockpit, until it is closed. */
  serve(screen: FollowableScreen): { close(): Promise<void> };
  /** Follows a cockpit by its id. Rejects with an Error when it is not open, or a StateDatabaseError. */
  follow(cockpit: string, user: string): Promise<TeamScreen>;
}

/** State that the processes of an environment share. */
export interface StateStore {
  /** The directory that readers read: `audit.jsonl` and the shared files. */
  readonly dir: string;
  /** Opens the ledger; performs no I/O. */
  openLedger(options?: LedgerOptions): Promise<Ledger>;
  readonly locks: TargetLocks;
  readonly checklists: ChecklistFile;
  readonly incidents: IncidentFiles;
  readonly acknowledgements: AcknowledgementFile;
  readonly resets: ResetFile;
  /** Reads what others have changed. `follows`: goes on in the background until `close`. Never rejects. */
  open(how: { readonly follows: boolean }): Promise<void>;
  /** Reads what others have changed, and returns whether a run may act. Absent: it always may. */
  admission?(): Promise<StateAdmission>;
  /**
   * Reads what others have changed, and the records of a run with the database users that wrote them. Absent: no database has
   * it. Rejects while that is unavailable.
   */
  approvals?(run: string): Promise<readonly ApprovalRecord[]>;
  /** The cockpits that share it. Absent: it is that of this machine. */
  readonly presence?: TeamPresence;
  /** The readings that they share. Absent: this process reads everything itself. */
  readonly readings?: SharedReadings;
  /** The runs in progress on any machine. Absent: those of other machines are not known. Rejects with a StateDatabaseError. */
  runningRuns?(): Promise<ReadonlySet<string>>;
  /** Their screens. Absent: only on this machine. */
  readonly screens?: TeamScreens;
  /** Why the state of other machines is not known; undefined if it is. */
  trouble(): string | undefined;
  /** True once the state of other machines was asked for, whatever the answer. Absent: there is none. */
  isAsked?(): boolean;
  /** The reason to act without the state database (break-glass). Absent: nothing is changed without it. */
  readonly breakGlass?: string;
  /** The message when that is over. */
  readonly recovered?: string;
  close(): Promise<void>;
}

/** The stores over shared files. */
export const createFileStores = (
  files: SharedFiles,
  mask: (text: string, field?: string) => string,
): Pick<StateStore, 'checklists' | 'incidents' | 'acknowledgements' | 'resets'> => ({
  checklists: checklistFile(files.dir, mask, files),
  incidents: incidentFiles(files.dir, mask, files),
  acknowledgements: acknowledgementFile(files.dir, mask, files),
  resets: resetFile(files.dir, files),
});

/** The state of this machine: the files of a state directory. Performs no I/O. */
export const localState = (stateDir: string, mask: (text: string, field?: string) => string): StateStore => ({
  dir: stateDir,
  openLedger: (options) => openLedger(stateDir, options),
  locks: targetLocks(join(stateDir, 'locks')),
  ...createFileStores(localSharedFiles(stateDir), mask),
  open: async () => {},
  trouble: () => undefined,
  close: async () => {},
});
