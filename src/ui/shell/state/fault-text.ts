import type { Fault, FaultKind, Millis } from '../../../domain/base/fault.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { FactsState } from '../../../store/facts.ts';
import { lossOf } from '../../../store/loss-start.ts';
import { helpSeparator } from '../../kit/text/line.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';

interface FaultStyle {
  readonly glyph: GlyphName;
  readonly role: TextRole;
}

/** The marker of a fault: denied and unconfigured have their own, all others are down. */
export const faultStyle = (kind: FaultKind): FaultStyle => {
  if (kind === 'denied') return { glyph: 'denied', role: 'down' };
  if (kind === 'unconfigured') return { glyph: 'off', role: 'stale' };
  return { glyph: 'down', role: 'down' };
};

/** A fault in words: what has failed, and ' · ' with what helps, or ''. */
interface FaultWords {
  readonly what: string;
  readonly help: string;
}

/**
 * The reason of a message, and the request with an address before it ('GET http://…: connection refused'): it is long, so a
 * narrow screen would cut the reason.
 */
const reasonOf = (message: string): { readonly reason: string; readonly request: string } => {
  const end = message.indexOf(': ');
  const request = end < 0 ? '' : message.slice(0, end);
  return request.includes('://')
    ? { reason: message.slice(end + 2), request: ` (${request})` }
    : { reason: message, request: '' };
};

/** Source, reason, duration and request of a fault, and the remedy or the key to retry. `isNamed`: the source is beside it. */
export const faultWords = (
  fault: Fault,
  facts: FactsState,
  now: Millis,
  askKey: string,
  isNamed = false,
): FaultWords => {
  const { reason, request } = reasonOf(fault.message);
  const own = `${fault.source}: `;
  const said = isNamed && reason.startsWith(own) ? reason.slice(own.length) : reason;
  const message = isNamed || said.startsWith(fault.source) ? said : `${own}${said}`;
  const remedy = fault.remedy === undefined ? '' : `${helpSeparator}${fault.remedy}`;
  if (fault.kind === 'unconfigured') return { what: `not configured: ${fault.message}`, help: '' };
  if (fault.kind === 'denied') return { what: `denied: ${message}${request}`, help: remedy };
  const { since, times } = lossOf(fault, facts);
  const often = times > 1 ? `, ${times} times in ${formatAge(now - since)}` : '';
  return {
    what: `${message}${often}${request}`,
    help: remedy === '' ? `${helpSeparator}${askKey} refresh` : remedy,
  };
};

/** 'bus: connection refused, 8 times in 4m · r refresh': source, error, duration, and the key to retry. */
export const faultSentence = (
  fault: Fault,
  facts: FactsState,
  now: Millis,
  askKey: string,
  isNamed = false,
): string => {
  const { what, help } = faultWords(fault, facts, now, askKey, isNamed);
  return `${what}${help}`;
};
