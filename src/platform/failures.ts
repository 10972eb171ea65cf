import type { FaultKind } from '../domain/fault.ts';

/** A connection that failed, in the trade's words. Thrown by the platform and its clients, turned into a Fault at the edge of a source. */
export class WireError extends Error {
  readonly kind: FaultKind;
  readonly retryAfterMs: number | undefined;
  /** True: it failed before anything of the call left this process. */
  isUnsent = false;
  constructor(kind: FaultKind, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'WireError';
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The same failure, of a call of which nothing has left. */
export const asUnsent = <E extends WireError>(error: E): E => {
  error.isUnsent = true;
  return error;
};

/** A program that could not be started or was not let run to its end; holds what it had said until then. */
export class ProgramError extends WireError {
  readonly out: string;
  readonly err: string;
  readonly remedy: string | undefined;
  /** Ids of processes of it that go on here, and could not be ended. */
  readonly left: readonly number[];
  /** What became of it where it runs elsewhere, in words. */
  readonly fate: string | undefined;
  constructor(
    kind: FaultKind,
    message: string,
    said: {
      readonly out?: string;
      readonly err?: string;
      readonly remedy?: string;
      readonly left?: readonly number[];
      readonly fate?: string;
    } = {},
  ) {
    super(kind, message);
    this.name = 'ProgramError';
    this.out = said.out ?? '';
    this.err = said.err ?? '';
    this.remedy = said.remedy;
    this.left = said.left ?? [];
    this.fate = said.fate;
  }
}
