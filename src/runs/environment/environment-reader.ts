import type { Fault } from '../../domain/base/fault.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { ActStep, ParamValues } from '../../domain/runbooks/runbook.ts';
import type { Trace } from '../../domain/runs/trace.ts';
import type { ReadIoOptions } from '../../doors/io.ts';
import type { Feed, Source } from '../../sources/kit/contract/source.ts';
import type { FactsStore } from '../../store/facts-store.ts';

/** The open environment as runs use it: its profile, its facts and fresh reads. The engine implements it. */
export interface EnvironmentReader {
  readonly profile: Profile;
  readonly facts: FactsStore;
  /** Receives the events of this environment; undefined without `--trace`. */
  readonly trace?: Trace | undefined;
  /** Open sources, including tunneled ones. */
  readonly sources: ReadonlyMap<string, Source>;
  /** The current feeds; those of a tunneled source come and go with its endpoints. */
  readonly feeds: readonly Feed[];
  /**
   * Resolves when the endpoints of tunneled sources have been looked up, or the signal aborts. Without an id: all.
   */
  reach(signal: AbortSignal, sourceId?: string): Promise<void>;
  /** The parameters of a step with the run's values, as its operation takes them. Throws PlanError. */
  bind(step: Pick<ActStep, 'use' | 'with'>, values: ParamValues): NonNullable<ActStep['with']>;
  /** The route to a source, or through which its programs run; undefined: direct, on this machine. */
  routeTo(sourceId: string): ReadIoOptions | undefined;
  /**
   * Fresh reads that begin after this call. They are in the store when it resolves; resolves early when the signal
   * aborts.
   */
  readNow(feedIds: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Reads every feed in this process from now on, until `end` is called. `ready` resolves when each reading that was taken
   * from another process has been replaced, or could not be read. Never rejects.
   */
  readAlone(): { readonly ready: Promise<void>; end(): void };
  /** Confirms the identity now. A fault when it is a different system, or when it could not be determined. */
  confirmIdentity(sourceId: string, signal: AbortSignal): Promise<Fault | undefined>;
  snapshot(): Snapshot;
}
