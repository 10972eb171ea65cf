import type { Millis } from '../../../domain/base/fault.ts';

/** The source checkout of a system on the machine that builds and deploys it. */
export interface CheckoutSpec {
  /** The service built from it. */
  readonly service: string;
  /** The version at HEAD. */
  readonly version: string;
  readonly crates: readonly string[];
  /** Test targets of `tests/`, each with its tests. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
  /** Unit tests. */
  readonly unitTests: readonly string[];
  /** Subjects of the newest commits, newest first; 'release X' has the tag vX. */
  readonly commits: readonly string[];
  /** Days since each repository secret was last rotated. */
  readonly secrets: Readonly<Record<string, number>>;
  /** Dependencies. */
  readonly dependencies: readonly DependencyLock[];
}

/** A dependency with its locked version and the newest allowed one. */
interface DependencyLock {
  readonly name: string;
  readonly locked: string;
  readonly newest: string;
}

/** A rustc error. */
export interface CompileError {
  readonly crate: string;
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The source line. */
  readonly source: string;
}

/** A known vulnerability of versions below `patched`. */
export interface Advisory {
  readonly id: string;
  readonly title: string;
  readonly date: string;
  readonly crate: string;
  /** The version to which the incident sets the lock file back. */
  readonly version: string;
  readonly patched: string;
}

/** Effects of an incident on a checkout. */
export interface CheckoutIncidentSpec {
  /** A code error, which only a code change fixes. */
  readonly compileError?: CompileError;
  /** Artifacts are from another compiler version until they are removed. */
  readonly staleCache?: true;
  /** A failing test, as 'target::name'. */
  readonly failingTest?: string;
  /** A dependency with a known vulnerability, until it is updated. */
  readonly advisory?: Advisory;
  /** Repository secrets past their maximum age, and the time after the start of the incident at which they are rotated. */
  readonly secretsDue?: { readonly days: number; readonly changedMs: Millis };
  /** Location of a secret in a committed file. */
  readonly secretIn?: string;
  /** Location of an `unsafe` without a SAFETY comment. */
  readonly unsafeAt?: string;
  /** Time after which the code or test is fixed. */
  readonly fixedAfterMs?: Millis;
  /** The file of an uncommitted change to a tracked file. */
  readonly uncommitted?: string;
}
