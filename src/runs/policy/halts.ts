import type { Millis } from '../../domain/fault.ts';
import type { Guard } from '../../domain/guard.ts';
import { changes } from './danger.ts';
import { isNamed, type RuledRun, type Ruling } from './ruling.ts';
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

const rulingOn = (what: 'freeze' | 'quiet', halts: readonly Halt[], run: RuledRun): Ruling => {
  const passes = (why: string): Ruling => ({ check: { what, ok: true, why }, does: 'passes' });
  const holding = halts.filter(({ except }) => !isNamed(run.runbook, except));
  const words = holding.map((halt) => halt.words).join('; ');
  if (halts.length === 0) return passes(what === 'freeze' ? 'no freeze now' : 'no quiet hours now');
  if (holding.length === 0)
    return passes(`${halts.map((halt) => halt.words).join('; ')}; this runbook may run all the same`);
  const firm = holding.filter(({ mayBreak }) => !mayBreak);
  if (firm.length > 0) {
    const why = `${firm.map((halt) => halt.words).join('; ')}; no reason breaks it`;
    return { check: { what, ok: false, why, remedy: 'wait for its end' }, does: 'forbids' };
  }
  if (run.override !== undefined)
    return { check: { what, ok: true, why: `${words}; broken: ${run.override}` }, does: 'asks' };
  const remedy = 'wait for its end, or say why it cannot wait (--override "reason")';
  return { check: { what, ok: false, why: words, remedy }, does: 'forbids' };
};

/** Freezes and quiet hours at a wall-clock moment. Nothing where the profile has none, or where a run only reads. */
export const haltChecks = (run: RuledRun, guard: Guard, wall: Millis): readonly Ruling[] => {
  if (!changes(run.danger)) return [];
  return [
    ...(guard.freezes === undefined ? [] : [rulingOn('freeze', freezesAt(guard, wall), run)]),
    ...(guard.quiet === undefined ? [] : [rulingOn('quiet', quietAt(guard, wall), run)]),
  ];
};
