import { defined } from '../domain/base/defined.ts';
import type { Level } from '../domain/facts/level.ts';
import type { Row, Snapshot } from '../domain/facts/snapshot.ts';
import { factKinds, rowName } from '../kinds/registry/registry.ts';
import type { SeverityEvidence } from './suggest-severity.ts';

const isRaised = ({ level, stale }: { readonly level: Level; readonly stale: boolean }): boolean =>
  !stale && (level === 'warn' || level === 'crit');

/** The fresh findings of an environment: firing alerts first, then signals, then rows of every other kind. */
export const severityEvidence = ({ kinds, signals }: Snapshot): readonly SeverityEvidence[] => {
  const alerts = kinds.alerts.rows.filter(isRaised).map(
    ({ fact, level }: Row<'alerts'>): SeverityEvidence => ({
      is: 'alert',
      name: fact.name,
      severity: fact.severity,
      level,
    }),
  );
  const raised = signals.filter(isRaised).map(
    ({ id, title, level, value }): SeverityEvidence => ({
      is: 'signal',
      id,
      title,
      level,
      ...defined({ value }),
    }),
  );
  const rows = factKinds()
    .filter((kind) => kind !== 'alerts')
    .flatMap((kind) =>
      kinds[kind].rows.filter(isRaised).map(
        ({ fact, level }): SeverityEvidence => ({
          is: 'row',
          kind,
          what: `${kind} ${rowName(kind, fact)}`,
          level,
        }),
      ),
    );
  return [...alerts, ...raised, ...rows];
};
