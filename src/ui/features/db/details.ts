import { ageText } from '../../../domain/duration.ts';
import type { Note } from '../../../domain/facts.ts';
import { isBlockedByPrepared, isIdleInTransaction } from '../../../kinds/sessions/state.ts';
import { noteBlock } from '../../panes/notes.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { partOf } from './parts.ts';
import type { SessionRow } from './rows.ts';

/** Figures first: a statement is longer than any screen. */
const figuresFirst = ({ title, text }: Note): string => `${text}  ${title}`;
const nameFirst = ({ title, text }: Note): string => `${title}  ${text}`;

const partLines = (view: View, source: string): readonly Line[] => {
  const { name, title } = partOf(view);
  const textOf = name === 'statements' ? figuresFirst : nameFirst;
  return noteBlock(view, `${title} · t shows the next part`, { source, name }, () => true, textOf);
};

/** Who waits for it and for whom it waits, by pid. */
const blockingLines = (view: View, { fact, blocks }: SessionRow): readonly Line[] => {
  const { pen } = view;
  const rows = view.own?.snapshot.kinds.sessions.rows ?? [];
  const waiting = rows.filter(
    (row) => row.fact.source === fact.source && row.fact.blockedBy.includes(fact.pid),
  );
  const direct = waiting.map((row) => row.fact.pid).join(', ');
  const others = blocks > waiting.length ? `, ${blocks - waiting.length} more behind them` : '';
  return [
    ...(fact.waiting === '' ? [] : [[pen.run(`   waits: ${fact.waiting}`, 'warn' as const)]]),
    ...(isBlockedByPrepared(fact.blockedBy)
      ? [
          [
            pen.run(
              '   blocked by a prepared transaction: pg_prepared_xacts lists it, ROLLBACK PREPARED ends it',
              'warn' as const,
            ),
          ],
        ]
      : []),
    ...(waiting.length === 0 ? [] : [[pen.run(`   waited for by ${direct}${others}`, 'warn' as const)]]),
  ];
};

/** What is under the cursor; opened: a part of what its server tells of itself. */
export const sessionDetails = (view: View, row: SessionRow, opened: boolean): readonly Line[] => {
  const { pen, now } = view;
  const { fact } = row;
  const from = fact.client === undefined ? '' : ` from ${fact.client}`;
  const since = fact.startedAt === undefined ? '' : ` · connected ${ageText(now - fact.startedAt)}`;
  const head: Line = [
    pen.run(` ${fact.pid}`, 'bold'),
    pen.run(
      `  ${fact.user}@${fact.database}${from}${since} · ${fact.source}, ${ageText(now - fact.at)} ago`,
      'faint',
    ),
  ];
  const idle: readonly Line[] =
    isIdleInTransaction(fact) && fact.transactionMs !== undefined
      ? [[pen.run(`   does nothing in a transaction that is ${ageText(fact.transactionMs)} old`, row.level)]]
      : [];
  const query: Line = [pen.run(`   ${fact.query === '' ? '(no query)' : fact.query}`)];
  const own = [head, ...blockingLines(view, row), ...idle, query];
  return opened ? [...own, ...partLines(view, fact.source)] : own;
};
