import type { StoreApi } from 'zustand/vanilla';
import type { ReadText } from '../../../domain/facts/object-description.ts';
import type { Profile } from '../../../domain/profile/profile.ts';
import type { RunbookPages } from '../../../domain/runbooks/runbook-page.ts';
import type { ReadIo, ReadIoOptions } from '../../../doors/io.ts';
import type { PortForwards } from '../../../doors/port-forwards.ts';
import type { AuditCopies } from '../../../persistence/ledger/audit-copies.ts';
import type { LedgerActor } from '../../../persistence/ledger/ledger-record.ts';
import type { StateStore } from '../../../persistence/state-store.ts';
import type { SaveResult } from '../../../platform/files/save-file.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { ApprovalDesk } from '../../../runs/approvals/answer-approval.ts';
import type { ArmingControl } from '../../../runs/context/arming.ts';
import type { Executor } from '../../../runs/context/executor-api.ts';
import type { RunningSimulator } from '../../../simulator/simulator.ts';
import type { CockpitState, EnvironmentRef, UnreadPlace } from '../../../store/cockpit.ts';
import type { DrillTracker } from '../../drills/drill-tracker.ts';
import type { Engine } from '../../engine.ts';

/** Reads runbook pages at the places of a profile. */
export interface RunbookPageReader {
  /** The pages that the places have, and why some are not listed. */
  list(): Promise<{ readonly pages: RunbookPages; readonly warnings: readonly string[] }>;
  /** The page of an address, with its commands. Rejects with a WireError if there is none. */
  read(address: string, signal: AbortSignal): Promise<ReadText>;
  /** Drafts a profile from it, and resolves to the message; rejects with the reason. */
  draft(address: string): Promise<string>;
}

/** An open environment: its engine, its executor, and the other environments of its system. */
export interface OpenedEnvironment {
  readonly profile: Profile;
  /** The file of the profile. */
  readonly file?: string;
  readonly engine: Engine;
  readonly executor: Executor;
  readonly arming: ArmingControl;
  /** The operator, as in the ledger. Absent: unknown. */
  readonly who?: LedgerActor;
  /** Answers requests for approval. Absent: no state database has them. */
  readonly approvals?: ApprovalDesk;
  /** State that its processes share. Absent: the state of this machine. */
  readonly state?: StateStore;
  /** Reports the state of ledger copies, and of the shared state. `recovered`: the message when a trouble is over. */
  readonly copies?: readonly (Pick<AuditCopies, 'trouble'> & { readonly recovered?: string })[];
  /** The open port-forwards; absent: none are kept. */
  readonly portForwards?: Pick<PortForwards, 'list' | 'close' | 'onChange'>;
  readonly simulator?: RunningSimulator;
  /** True: made of what this machine has, without a profile on a disk. It is kept in no history. */
  readonly isDiscovered?: true;
  /** The systems that were found and cannot be read. */
  readonly unreadPlaces?: readonly UnreadPlace[];
  /** Saves it as a profile, and resolves to the message; rejects with the reason. Absent: it has a profile. */
  saveProfile?(): Promise<string>;
  /** Reads the runbook pages that alerts link. Absent: the profile has no place for them. */
  readonly runbookPages?: RunbookPageReader;
  /** Opens the other environments of `across`, for health, signals and alerts only, read at a low rate. */
  openAcross(): Promise<readonly Engine[]>;
  close(): Promise<void>;
}

/** A profile that cannot be opened, with its errors line by line. Nothing was contacted. */
export interface RejectedProfile {
  readonly refused: readonly string[];
  /** True: no system was found on this machine; the lines say what was looked for. */
  readonly isNothingHere?: true;
}

/** The drill of the command line, and what scores drills. */
export interface DrillParts {
  readonly tracker: DrillTracker;
  /**
   * `blind`: its incident is not shown until the end. `seed`: that of a random choice. `opensCard`: the score card opens by
   * itself.
   */
  readonly requested?: {
    readonly incident?: string;
    readonly blind?: boolean;
    readonly seed?: number;
    readonly opensCard?: boolean;
  };
}

/** The dependencies of the cockpit's controller. */
export interface CockpitParts {
  /** False: no notification is configured, so nothing is compared for one. */
  isNotifying(): boolean;
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Clock;
  openIo(options?: ReadIoOptions): ReadIo;
  /** Searches for profiles again. `undefined`: the default. 'several': the picker must ask. */
  choose(
    name: string | undefined,
  ): Promise<{ readonly one: EnvironmentRef } | { readonly several: true } | RejectedProfile>;
  /** `breakGlass`: the reason to act while its state database is unavailable. */
  open(ref: EnvironmentRef, breakGlass?: string): Promise<OpenedEnvironment | RejectedProfile>;
  /** Called after the open environment has changed. */
  switched(opened: OpenedEnvironment | undefined, across: readonly Engine[]): void;
  /** Writes a new file to the directory in which the cockpit was started. */
  save(name: string, text: string | Iterable<string>): Promise<SaveResult>;
  /** The state of this machine. */
  readonly state: StateStore;
  /** Absent: drills are not scored. */
  readonly drills?: DrillParts;
  quit(): void;
}
