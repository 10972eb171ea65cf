import { durationText } from './duration.ts';
import type { Millis } from './fault.ts';
import type { SeverityModel } from './severity.ts';

/** One rung of the ladder of people: who is called after whom. Who may do what is another ladder (`Rung`). */
export interface EscalationRung {
  readonly id: string;
  readonly title: string;
  /** The id of whom to call; absent: the profile names nobody. */
  readonly contact?: string;
  /** How soon they answer; '' where nothing is said. */
  readonly respond: string;
  /** What they may decide, in words. */
  readonly authority: string;
  /** When it is their turn, in words. */
  readonly when: string;
  /** So long after the rung below was called it is their turn. */
  readonly afterMs?: Millis;
  readonly covers: readonly string[];
}

const bySeverity = (model: SeverityModel | undefined): string =>
  (model?.severities ?? [])
    .filter(({ escalate }) => escalate !== '' && !/^(?:none|never)$/i.test(escalate))
    .map(({ id, escalate }) => `${id} ${/^\d/.test(escalate) ? 'after ' : ''}${escalate}`)
    .join(' · ');

/** When it is a rung's turn: 'first', '30m after On-call engineer', 'P0 immediately · P1 after 30m'; '' where nobody says. */
export const turnOf = (
  ladder: readonly EscalationRung[],
  index: number,
  severity: SeverityModel | undefined,
): string => {
  const rung = ladder[index];
  const below = ladder[index - 1];
  if (rung === undefined) return '';
  if (rung.when !== '') return rung.when;
  if (below === undefined) return 'first';
  return rung.afterMs === undefined
    ? bySeverity(severity)
    : `${durationText(rung.afterMs)} after ${below.title}`;
};

/** What stands where a number or an address is still to be written. */
export const isPlaceholder = (reach: string): boolean =>
  /x{3}/i.test(reach) || /^(?:|not set|tbd|todo|none|n\/a|[?–-]+)$/i.test(reach.trim());
