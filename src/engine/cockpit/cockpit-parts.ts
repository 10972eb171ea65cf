import type { StoreApi } from 'zustand/vanilla';
import type { Profile } from '../../domain/profile.ts';
import type { ReadIo, ReadIoOptions } from '../../doors/io.ts';
import type { AuditCopies } from '../../persistence/ledger/audit-copies.ts';
import type { Clock } from '../../platform/clock.ts';
import type { SaveResult } from '../../platform/files/save-file.ts';
import type { ArmingControl } from '../../runs/admission.ts';
import type { Executor } from '../../runs/door.ts';
import type { RunningSimulator } from '../../simulator/simulator.ts';
import type { CockpitState, EnvironmentRef } from '../../store/cockpit.ts';
import type { Engine } from '../engine.ts';

/** One environment, open: its engine, its one door to the outside, and the other environments of its system. */
export interface OpenedEnvironment {
  readonly profile: Profile;
  /** The file of the profile. */
  readonly file?: string;
  readonly engine: Engine;
  readonly executor: Executor;
  readonly arming: ArmingControl;
  /** What tells how copies of the ledger fare. */
  readonly copies?: readonly Pick<AuditCopies, 'trouble'>[];
  readonly world?: RunningSimulator;
  /** Opens the environments of `across` that are not this one, for health, signals and alerts only, asked slowly. */
  openAcross(): Promise<readonly Engine[]>;
  close(): Promise<void>;
}

/** A profile that cannot be opened: its complaints, line by line. Nothing was contacted. */
export interface RejectedProfile {
  readonly refused: readonly string[];
}

/** What the cockpit's controller is built from. */
export interface CockpitParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: Clock;
  openIo(options?: ReadIoOptions): ReadIo;
  /** Looks the profiles up afresh. `undefined`: the default. 'several': the picker has to ask. */
  choose(
    name: string | undefined,
  ): Promise<{ readonly one: EnvironmentRef } | { readonly several: true } | RejectedProfile>;
  open(ref: EnvironmentRef): Promise<OpenedEnvironment | RejectedProfile>;
  /** Called after the open environment has changed. */
  switched(opened: OpenedEnvironment | undefined, across: readonly Engine[]): void;
  /** Writes a new file where the cockpit was started. */
  save(name: string, text: string | Iterable<string>): Promise<SaveResult>;
  /** Where the ledger is. */
  readonly stateDir: string;
  quit(): void;
}
