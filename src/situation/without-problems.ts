import { pluralize } from '../domain/text/count-text.ts';
import { joinKnown, signalName, signalValue } from './facts.ts';
import type { SituationInput } from './finding.ts';
import type { CollectedFindings } from './findings.ts';
import { situationPartsOf } from './parts.ts';
import { unreadParts } from './unread.ts';

/** A situation without a warning or a critical finding. */
interface Said {
  readonly headline: string;
  readonly fact: string;
  readonly isLoading?: true;
}

const okRows = ({ ok }: CollectedFindings): number => [...ok.values()].reduce((sum, count) => sum + count, 0);

/** 'no alerts firing', '1 alert firing, rated OK': only where every source of alerts has answered, and none is a problem. */
const alertsText = ({ snapshot }: SituationInput): string | undefined => {
  const { isProvided, faults, waiting, rows } = snapshot.kinds.alerts;
  if (!isProvided || faults.length > 0 || waiting > 0 || rows.some(({ level }) => level !== 'ok'))
    return undefined;
  const held = rows.filter(({ fact }) => fact.state === 'silenced' || fact.state === 'inhibited').length;
  const active = rows.length - held;
  const firing = active === 0 ? 'no alerts firing' : `${pluralize(active, 'alert')} firing, rated OK`;
  return `${firing}${held === 0 ? '' : ` (${held} silenced or inhibited)`}`;
};

const countOf = (
  { ok }: CollectedFindings,
  kind: string,
  noun: string,
  state: string,
): string | undefined => {
  const count = ok.get(kind) ?? 0;
  return count === 0 ? undefined : `${pluralize(count, noun)} ${state}`;
};

/** A kind, the noun of its rows and their state that is OK. */
type CountedKind = readonly [kind: string, noun: string, state: string];

const servicesUp: CountedKind = ['health', 'service', 'up'];

/** The other kinds whose rows that are OK are counted beside a problem, in this order. */
const countedBeside: readonly CountedKind[] = [
  ['signals', 'signal', 'OK'],
  ['workloads', 'workload', 'OK'],
  ['breakers', 'breaker', 'closed'],
  ['pools', 'pool', 'OK'],
  ['nodes', 'node', 'OK'],
];

/** Rows that are OK beside the problems. */
export interface OkBeside {
  /** '9 services up' where no service has a problem; absent otherwise, and without a problem. */
  readonly servicesUp?: string;
  /** Other rows that a problem has not reached: '49 signals OK', 'no alerts firing'; [] without a problem. */
  readonly otherwiseOk: readonly string[];
}

/** Returns what is OK beside the problems, services apart where none of them has a problem. */
export const okBeside = (input: SituationInput, collected: CollectedFindings): OkBeside => {
  const areServicesUp = collected.findings.every(({ kind }) => kind !== servicesUp[0]);
  const services = countOf(collected, ...servicesUp);
  const counts = countedBeside.flatMap((words) => countOf(collected, ...words) ?? []);
  const alerts = alertsText(input);
  const others = alerts === undefined ? counts : [...counts, alerts];
  if (services === undefined) return { otherwiseOk: others };
  return areServicesUp
    ? { servicesUp: services, otherwiseOk: others }
    : { otherwiseOk: [services, ...others] };
};

/** Parts of the system that a sentence names; the others are counted. */
const mostUnread = 2;

/** 'no source reads orders-group or psp', 'no source reads a, b or 3 more'; undefined: everything that is declared is read. */
const unreadText = (input: SituationInput): string | undefined => {
  const parts = unreadParts(input);
  if (parts.length === 0) return undefined;
  const more = parts.length - mostUnread;
  const named = more > 0 ? `${parts.slice(0, mostUnread).join(', ')} or ${more} more` : parts.join(' or ');
  return `no source reads ${named}`;
};

/** Everything that is read is known and OK; nothing else is said to be. */
export const allClear = (input: SituationInput, collected: CollectedFindings): Said => {
  const [first] = collected.pending;
  const rows = okRows(collected);
  const unread = unreadText(input);
  const counts = joinKnown([
    `${pluralize(rows, 'row')} OK`,
    countOf(collected, ...servicesUp),
    countOf(collected, 'breakers', 'breaker', 'closed'),
    alertsText(input),
    collected.absent === 0 ? undefined : `${pluralize(collected.absent, 'signal')} without data (expected)`,
  ]);
  if (first !== undefined) {
    const more = collected.pending.length - 1;
    return {
      headline: `No problem yet, but ${signalName(first, first.labels)} is beyond the limit`,
      fact: joinKnown([
        signalValue(first),
        more === 0 ? undefined : `${pluralize(more, 'other signal')} too`,
        counts,
        unread,
      ]),
    };
  }
  if (rows === 0) return { headline: 'Nothing is checked', fact: 'no row has a limit or a health check' };
  return unread === undefined
    ? { headline: 'All clear', fact: counts }
    : { headline: 'All clear in everything that is read', fact: joinKnown([unread, counts], '; ') };
};

/** No problem is known, but not everything is known either: what is missing, and the number of rows that are OK. */
export const notKnown = (collected: CollectedFindings): Said => {
  const { findings, hiddenRows, waiting } = collected;
  const rows = okRows(collected);
  const missing = [
    ...situationPartsOf(findings).map(({ text }) => text),
    ...(hiddenRows === 0 ? [] : [`${pluralize(hiddenRows, 'row')} unknown`]),
    ...(waiting === 0 ? [] : [`${pluralize(waiting, 'feed')} not answered yet`]),
  ];
  const isLoading = findings.length === 0 && hiddenRows === 0 && waiting > 0;
  const headline = rows === 0 ? 'Nothing is known' : 'Some states are unknown';
  const known = rows === 0 ? 'opsdeck knows no row that is OK' : `${pluralize(rows, 'row')} OK`;
  return {
    ...(isLoading ? { headline: 'Loading', isLoading } : { headline }),
    fact: joinKnown([missing.join(', '), rows === 0 && missing.length > 0 ? undefined : known], '; '),
  };
};
