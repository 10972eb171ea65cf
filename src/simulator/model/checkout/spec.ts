import type { Millis } from '../../../domain/fault.ts';

/** The source of a system as it lies on the machine of whoever builds and deploys it. */
export interface CheckoutSpec {
  /** The service that is built of it. */
  readonly service: string;
  /** What HEAD builds. */
  readonly version: string;
  readonly crates: readonly string[];
  /** Test targets of `tests/`, each with its tests. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
  /** Unit tests. */
  readonly unitTests: readonly string[];
  /** Subjects of the newest commits, newest first; 'release X' has the tag vX. */
  readonly commits: readonly string[];
  /** Days since each secret of the repository was changed last. */
  readonly secrets: Readonly<Record<string, number>>;
  /** What it depends on. */
  readonly dependencies: readonly DependencyLock[];
}

/** A dependency as the lock file has it, and the newest that may be taken. */
interface DependencyLock {
  readonly name: string;
  readonly locked: string;
  readonly newest: string;
}

/** What rustc complains of. */
export interface CompileError {
  readonly crate: string;
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line of the source. */
  readonly source: string;
}

/** A vulnerability that is known of versions below `patched`. */
export interface Advisory {
  readonly id: string;
  readonly title: string;
  readonly date: string;
  readonly crate: string;
  /** The version that the lock file is taken back to. */
  readonly version: string;
  readonly patched: string;
}

/** What an incident does to a checkout. */
export interface CheckoutIncidentSpec {
  /** A mistake in the code: only who mends the code ends it. */
  readonly compileError?: CompileError;
  /** What was built is of another compiler, until it is thrown away. */
  readonly staleCache?: true;
  /** A test that fails, as 'target::name'. */
  readonly failingTest?: string;
  /** A dependency with a known vulnerability, until it is updated. */
  readonly advisory?: Advisory;
  /** Secrets of the repository that are older than they may be, and when they are changed: so long after the incident begins. */
  readonly secretsDue?: { readonly days: number; readonly changedMs: Millis };
  /** A secret stands in a file that is committed: where. */
  readonly secretIn?: string;
  /** An `unsafe` without its SAFETY comment: where. */
  readonly unsafeAt?: string;
  /** The code or the test is fixed so long after it broke. */
  readonly fixedAfterMs?: Millis;
  /** The file of a tracked change that is not committed. */
  readonly uncommitted?: string;
}
