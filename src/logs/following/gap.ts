import type { Millis } from '../../domain/fault.ts';
import { clockText, count } from '../../domain/format.ts';

/** A place where lines may be missing, before it is known where it ends. */
export interface OpenGap {
  /** Why, in the tail's words; absent: it was cut off, and cannot tell what it said meanwhile. */
  readonly why?: string;
  /** False: only if something comes behind it. */
  readonly isSure: boolean;
  /** How long, where the tail says it. */
  readonly ms?: Millis;
  /** What was told before it was written then; wall clock. */
  readonly from?: Millis;
}

/** '00:12', '1:02:03': how long something was. */
const spanText = (ms: Millis): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`;
};

/** 'gap 00:12: billing-1 was cut off, back 10:14:41'. `back`: when the first line behind it was written; wall clock. */
export const gapText = (label: string, gap: OpenGap, back: Millis | undefined): string => {
  const ms = gap.ms ?? (gap.from === undefined || back === undefined ? undefined : back - gap.from);
  const what = gap.why === undefined ? `${label} was cut off` : `${label}: ${gap.why}`;
  const until = gap.why === undefined && back !== undefined ? `, back ${clockText(back)}` : '';
  return `gap${ms === undefined ? '' : ` ${spanText(ms)}`}: ${what}${until}`;
};

/** '1,204 dropped: billing-1'. */
export const droppedText = (label: string, dropped: number): string => `${count(dropped)} dropped: ${label}`;
