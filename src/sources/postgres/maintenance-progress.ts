import type { ActEvent } from '../../domain/runbooks/operation.ts';
import { formatCount, formatPercent } from '../../domain/text/format.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { PostgresClient } from './client.ts';
import { numberColumn, type QueryRow, textColumn } from './parse.ts';
import { taggedSql } from './statements.ts';

const progressEveryMs = 5000;

/** Index builds that run in this database. Source: PostgreSQL docs, Progress Reporting; since version 12. */
const indexProgressSql = taggedSql(
  'indexProgress',
  `
SELECT p.command AS command, c.relname AS name, p.phase AS phase,
  CASE WHEN p.tuples_total > 0 THEN p.tuples_done ELSE p.blocks_done END AS done,
  CASE WHEN p.tuples_total > 0 THEN p.tuples_total ELSE p.blocks_total END AS total,
  p.lockers_total - p.lockers_done AS lockers
FROM pg_stat_progress_create_index p JOIN pg_class c ON c.oid = p.relid
WHERE p.datname = current_database() ORDER BY p.pid LIMIT 1`,
);

/** Vacuums that run in this database, without those of autovacuum. */
const vacuumProgressSql = taggedSql(
  'vacuumProgress',
  `
SELECT 'VACUUM' AS command, c.relname AS name, p.phase AS phase, p.heap_blks_scanned AS done,
  p.heap_blks_total AS total, 0 AS lockers
FROM pg_stat_progress_vacuum p JOIN pg_class c ON c.oid = p.relid
  JOIN pg_stat_activity a ON a.pid = p.pid AND a.backend_type = 'client backend'
WHERE p.datname = current_database() ORDER BY p.pid LIMIT 1`,
);

/** 'CREATE INDEX CONCURRENTLY orders: building index: scanning table 34 %'; with the number of transactions it waits for. */
const progressLine = (row: QueryRow): string => {
  const done = numberColumn(row, 'done') ?? 0;
  const total = numberColumn(row, 'total') ?? 0;
  const lockers = numberColumn(row, 'lockers') ?? 0;
  return [
    `${textColumn(row, 'command')} ${textColumn(row, 'name')}: ${textColumn(row, 'phase')}`,
    ...(total > 0 ? [formatPercent((100 * done) / total)] : []),
    ...(lockers > 0 ? [`(waits for ${formatCount(lockers)} transactions)`] : []),
  ].join(' ');
};

/** The progress of a running statement; '' if none is reported, or this role may not see it. */
const readProgress = async (client: PostgresClient, sql: string, signal: AbortSignal): Promise<string> => {
  try {
    const [row] = (await client.ask(sql, signal)).rows;
    return row === undefined ? '' : progressLine(row);
  } catch {
    // A failed read hides the progress, not the statement.
    return '';
  }
};

/**
 * The events of a sent maintenance statement, and between them its progress, as the server reports it to other
 * sessions.
 */
export async function* withMaintenanceProgress(
  events: AsyncGenerator<ActEvent, unknown>,
  of: 'index' | 'vacuum',
  client: PostgresClient,
  change: Pick<ChangeIo, 'clock'>,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const sql = of === 'index' ? indexProgressSql : vacuumProgressSql;
  let shown = '';
  for (;;) {
    let isOver = false;
    const next = events.next().finally(() => {
      isOver = true;
    });
    // A rejection is thrown where it is awaited below.
    next.catch(() => {});
    while (!isOver && !signal.aborted) {
      const stop = new AbortController();
      const asleep = change.clock
        .sleep(progressEveryMs, AbortSignal.any([signal, stop.signal]))
        .catch(() => {});
      await Promise.race([next.catch(() => {}), asleep]);
      stop.abort();
      if (isOver || signal.aborted) break;
      const progress = await readProgress(client, sql, signal);
      if (!isOver && progress !== '' && progress !== shown) yield { is: 'output', text: progress };
      shown = progress;
    }
    const result = await next;
    if (result.done === true) return;
    yield result.value;
  }
}
