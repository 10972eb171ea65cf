import type { Millis } from '../../domain/base/fault.ts';
import type { HttpAnswer } from './http-messages.ts';

/**
 * Returns the age of an answer that a cache on the way had stored; undefined for one that was made for the request. Source: RFC 9111, section
 * 5.1.
 */
export const storedAge = ({ headers }: Pick<HttpAnswer, 'headers'>): Millis | undefined => {
  const written = /^\d{1,10}$/.exec(headers.age?.trim() ?? '')?.[0];
  const seconds = Number(written ?? 0);
  return seconds > 0 ? seconds * 1000 : undefined;
};
