import type { Millis } from '../../domain/fault.ts';
import type { Guard } from '../../domain/guard.ts';
import { isNamed, type Looked, type Subject } from './looked.ts';
import { isQuiet, quietEnd, weekText } from './week.ts';

/** A time that keeps a run from acting, while it lasts. */
interface Halt {
  /** 'frozen until 2027-01-07 00:00 UTC: holidays' */
  readonly words: string;
  readonly except: readonly string[];
  readonly mayBreak: boolean;
}

/** '2027-01-07 00:00 UTC' */
const momentText = (wall: Millis): string =>
  `${new Date(wall).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const freezesAt = ({ freezes = [] }: Guard, wall: Millis): readonly Halt[] =>
  freezes
    .filter(({ from, to }) => from <= wall && wall < to)
    .map((one) => ({ ...one, words: `frozen until ${momentText(one.to)}: ${one.why}` }));

const quietAt = ({ quiet = [] }: Guard, wall: Millis): readonly Halt[] =>
  quiet
    .filter((hours) => isQuiet(hours, wall))
    .map((hours) => {
      const end = quietEnd(hours, wall);
      const until = end === undefined ? '' : ` until ${weekText(end, hours.zone)}`;
      return { ...hours, words: `quiet hours${until}: ${hours.why}` };
    });

const looked = (what: 'freeze' | 'quiet', halts: readonly Halt[], subject: Subject): Looked => {
  const passes = (why: string): Looked => ({ check: { what, ok: true, why }, does: 'passes' });
  const holding = halts.filter(({ except }) => !isNamed(subject.runbook, except));
  const words = holding.map((halt) => halt.words).join('; ');
  if (halts.length === 0) return passes(what === 'freeze' ? 'no freeze now' : 'no quiet hours now');
  if (holding.length === 0)
    return passes(`${halts.map((halt) => halt.words).join('; ')}; this runbook may run all the same`);
  const firm = holding.filter(({ mayBreak }) => !mayBreak);
  if (firm.length > 0) {
    const why = `${firm.map((halt) => halt.words).join('; ')}; no reason breaks it`;
    return { check: { what, ok: false, why, remedy: 'wait for its end' }, does: 'forbids' };
  }
  if (subject.override !== undefined)
    return { check: { what, ok: true, why: `${words}; broken: ${subject.override}` }, does: 'asks' };
  const remedy = 'wait for its end, or say why it cannot wait (--override "reason")';
  return { check: { what, ok: false, why: words, remedy }, does: 'forbids' };
};

/** Freezes and quiet hours at a wall-clock moment. Nothing where the profile has none, or where a run only reads. */
export const haltChecks = (subject: Subject, guard: Guard, wall: Millis): readonly Looked[] => {
  if (subject.danger === 'read') return [];
  return [
    ...(guard.freezes === undefined ? [] : [looked('freeze', freezesAt(guard, wall), subject)]),
    ...(guard.quiet === undefined ? [] : [looked('quiet', quietAt(guard, wall), subject)]),
  ];
};
