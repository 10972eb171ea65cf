import type { FactKind } from '../../domain/facts/facts.ts';
import type { Row, SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import type { FindingValue } from '../../domain/incidents/incident-status.ts';
import { formatMeasurement } from '../../domain/text/value-text.ts';
import { measuredName } from '../../expressions/compared-values.ts';
import { rowName, shownState, stateWord } from '../../kinds/registry/registry.ts';
import type { IncidentRow } from './incident-rows.ts';

/** The number of values kept: a status is in the ledger, and a card shows fewer. */
const mostKept = 20;

/** The decimals that matter at the size of a value. A share of almost 100 % keeps them all, because its limits are often above 99. */
const rounded = (value: number | string, unit: string): number | string => {
  if (typeof value === 'string' || (unit === '%' && value > 99)) return value;
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value);
  return size >= 1 ? Math.round(value * 10) / 10 : value;
};

const valueText = (row: SignalRow | undefined): string | null =>
  row?.value === undefined || row.stale ? null : formatMeasurement(rounded(row.value, row.unit), row.unit);

const signalValue = (id: string, key: string, before: Snapshot, now: Snapshot): readonly FindingValue[] => {
  const row = now.signals.find((signal) => signal.key === key);
  const first = before.signals.find((signal) => signal.key === key);
  if (first === undefined || first.id !== id) return [];
  const after = valueText(row);
  const level = row === undefined || after === null ? 'unknown' : row.level;
  return [{ object: measuredName(first), before: valueText(first), after, level }];
};

/** A kind whose rows stay: a service is up or down. An alert or a pod is gone when its finding is, which is no state. */
const lasting: FactKind = 'health';

const healthValue = (key: string, before: Snapshot, now: Snapshot): readonly FindingValue[] => {
  const rowIn = (snapshot: Snapshot): Row<typeof lasting> | undefined =>
    snapshot.kinds[lasting].rows.find((row) => row.key === key);
  const textOf = (row: Row<typeof lasting> | undefined): string | null =>
    row === undefined || row.stale ? null : shownState(lasting, stateWord(lasting, row.fact));
  const first = rowIn(before);
  if (first === undefined) return [];
  const row = rowIn(now);
  const after = textOf(row);
  return [
    {
      object: `${lasting} ${rowName(lasting, first.fact)}`,
      before: textOf(first),
      after,
      level: row === undefined || after === null ? 'unknown' : row.level,
    },
  ];
};

/** The key of the row or the signal of a finding. */
const ownKey = (key: string): string => key.slice(key.indexOf(' ') + 1);

/**
 * What the findings of the start showed before the action, and show now: the values of signals, then the states of services. A person
 * who reads an ending asks for these first.
 */
export const findingValues = (
  atStart: readonly IncidentRow[],
  before: Snapshot,
  now: Snapshot,
): readonly FindingValue[] =>
  [
    ...atStart.flatMap(({ of, key }) =>
      'signal' in of ? signalValue(of.signal, ownKey(key), before, now) : [],
    ),
    ...atStart.flatMap(({ of, key }) =>
      'kind' in of && of.kind === lasting ? healthValue(ownKey(key), before, now) : [],
    ),
  ].slice(0, mostKept);
