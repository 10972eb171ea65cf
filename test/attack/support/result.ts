/** Result of one attack, read by scripts/attack.ts. */
export interface AttackResult {
  readonly family: string;
  readonly title: string;
  readonly seed: number;
  readonly tried: number;
  readonly broken: 0 | 1;
  /** Seed, smallest input and error of a broken promise. */
  readonly problem?: string;
}
