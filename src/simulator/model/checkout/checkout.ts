import type { Millis } from '../../../domain/fault.ts';
import type { Part, Surroundings } from '../part.ts';
import type { CheckoutSpec, CheckoutTrouble } from './spec.ts';

/** The checkout of an environment's operator: what it builds, what is locked, and what was reported of it. */
export class Checkout implements Part<CheckoutTrouble> {
  readonly spec: CheckoutSpec;
  readonly env: Surroundings;
  trouble: CheckoutTrouble = {};
  /** Version of each dependency. */
  readonly #locked = new Map<string, string>();
  /** False: the lock file says something older. */
  isLockWritten = false;
  /** What `target/release` holds; absent: nothing was built. */
  built: string | undefined;
  /** True: what was built before the world began is gone. */
  isCleaned = false;
  /** Notes of HEAD, by their ref. */
  readonly notes = new Map<string, string>();
  /** Commits made here since the world began. */
  committed = 0;
  #struckAt: Millis = 0;
  /** When the metrics report was written last; model time. */
  reportedAt: Millis;
  /** Builds that the report tells of. */
  builds = 10;

  constructor(spec: CheckoutSpec, env: Surroundings) {
    this.spec = spec;
    this.env = env;
    this.reportedAt = env.now - 6 * 3_600_000;
    this.#lockAll();
  }

  tick(now: Millis): void {
    const { mendedMs, secretsDue } = this.trouble;
    if (mendedMs !== undefined && now >= this.#struckAt + mendedMs) {
      this.trouble = {};
      this.committed += 1;
    }
    if (secretsDue !== undefined && now >= this.#struckAt + secretsDue.changedMs) this.trouble = {};
  }

  /** Days since each secret of the repository was changed. */
  get secretDays(): Readonly<Record<string, number>> {
    const { secretsDue } = this.trouble;
    const { secrets } = this.spec;
    if (secretsDue === undefined) return secrets;
    return Object.fromEntries(Object.keys(secrets).map((name) => [name, secretsDue.days]));
  }

  strike(trouble: CheckoutTrouble): void {
    this.trouble = trouble;
    this.#struckAt = this.env.now;
    const { advisory } = trouble;
    if (advisory !== undefined) this.lock([[advisory.crate, advisory.version]]);
  }

  get isBroken(): boolean {
    const { compileError, staleCache, failingTest, secretsDue, secretIn, unsafeAt, uncommitted } =
      this.trouble;
    const code = compileError ?? staleCache ?? failingTest ?? secretIn ?? unsafeAt ?? uncommitted;
    return (code ?? secretsDue ?? this.vulnerable) !== undefined;
  }

  heal(): void {
    this.trouble = {};
    this.#lockAll();
  }

  get locked(): ReadonlyMap<string, string> {
    return this.#locked;
  }

  /** Puts versions into the lock file. */
  lock(versions: readonly (readonly [string, string])[]): void {
    for (const [name, version] of versions) this.#locked.set(name, version);
    this.isLockWritten = false;
  }

  /** What somebody has written into the lock file by hand. */
  lockFound(versions: readonly (readonly [string, string])[]): void {
    for (const [name, version] of versions) if (this.#locked.has(name)) this.#locked.set(name, version);
  }

  /** The known vulnerability of what is locked. */
  get vulnerable(): CheckoutTrouble['advisory'] {
    const { advisory } = this.trouble;
    return advisory !== undefined && this.#locked.get(advisory.crate) === advisory.version
      ? advisory
      : undefined;
  }

  /** `cargo clean`. */
  clean(): void {
    const { staleCache: _, ...rest } = this.trouble;
    this.trouble = rest;
    this.built = undefined;
    this.isCleaned = true;
  }

  #lockAll(): void {
    this.lock(this.spec.dependencies.map(({ name, locked }) => [name, locked]));
  }
}
