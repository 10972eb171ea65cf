import type { Millis } from '../../domain/base/fault.ts';
import type { Fact } from '../../domain/facts/facts.ts';

/** A person who is on call now, on one level of an escalation policy. */
export interface OnCall extends Fact {
  readonly name: string;
  /** Name of the escalation policy. */
  readonly policy: string;
  /** Position in the escalation, from 1: the level that is called first. */
  readonly escalationLevel: number;
  /** The schedule that puts the person on call; '' when the policy names the person. */
  readonly schedule: string;
  readonly email?: string;
  /** Start and end of the shift; absent: the person is always on call. */
  readonly startsAt?: Millis;
  readonly endsAt?: Millis;
}

declare module '../../domain/facts/facts.ts' {
  interface FactTypes {
    readonly oncalls: OnCall;
  }
}
