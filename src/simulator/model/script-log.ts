import type { Millis } from '../../domain/fault.ts';

/** What a script can find out of a service. */
interface ScriptService {
  readonly name: string;
  readonly version: string;
  readonly running: number;
  readonly wanted: number;
}

/** What a script sees when it writes. */
export interface ScriptView {
  readonly services: readonly ScriptService[];
  /** A whole number from 0 up to `below` that differs from moment to moment. */
  some(what: string, below: number): number;
}

/** A log file that a script of a system's people writes where it is run. */
export interface ScriptLogSpec {
  /** Where it lies; `{date}` is the day: 20260304. */
  readonly file: string;
  /** How often it writes; absent: once, when it was run. */
  readonly everyMs?: Millis;
  /** What it writes, behind the time. */
  lines(view: ScriptView): readonly string[];
}
