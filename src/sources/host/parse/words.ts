import { WireError } from '../../../platform/failures.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import type { Answered } from '../ssh/batch.ts';

/** A command that failed because a file or a directory is not there. */
export const isAbsent = ({ status, err }: Answered): boolean => status !== 0 && /No such file/.test(err);

/**
 * Why a command that ran there gave nothing: `missing` for what is not there (127: POSIX, exit status for commands), `denied`
 * for what this account may not do.
 */
export const commandError = ({ status, out, err }: Answered): WireError => {
  const said = oneLine(err.trim() === '' ? out : err);
  const words = `ended with status ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 127 || /not found|No such file|No files found|not been booted with systemd/i.test(said))
    return new WireError('missing', words);
  if (/permission denied|not permitted|password is required|not allowed|access denied/i.test(said))
    return new WireError('denied', words);
  return new WireError('unreachable', words);
};

/** The output of a command that ended well. Throws WireError. */
export const outOf = (answer: Answered | undefined): string => {
  if (answer === undefined) throw new WireError('malformed', 'no answer');
  if (answer.status !== 0) throw commandError(answer);
  return answer.out;
};

/** Whole numbers only: '[not set]', 'n/a' and UINT64_MAX, systemd's word for "no such thing", are none. */
export const wholeNumber = (text: string | undefined): number | undefined => {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
};

/**
 * A moment as systemd and ps write it in UTC: 'Wed 2026-03-04 10:15:07 UTC', 'Wed Mar  4 10:15:07 2026'. Ms since the
 * epoch; undefined for 'n/a', '' and anything else.
 */
export const momentIn = (text: string): number | undefined => {
  const iso = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC/.exec(text);
  const at = iso === null ? Date.parse(`${text} UTC`) : Date.parse(`${iso[1]}T${iso[2]}Z`);
  return text.trim() === '' || Number.isNaN(at) ? undefined : at;
};
