import type { Millis } from '../../domain/fault.ts';
import { levelCode } from '../../domain/log-level.ts';
import type { HeadOptions } from '../format/head.ts';
import { rowKind } from '../format/line.ts';
import type { LogStream } from '../format/stream.ts';
import type { LogEvent, OlderLines } from '../reading/tail.ts';
import type { RowHead } from '../ring/block.ts';
import { gapText } from './gap.ts';
import { createIntake } from './intake.ts';

export type OlderRow = RowHead & { readonly text: string };

/** Lines of the past as rows, oldest first. `at`: for those that do not tell when they were written; wall clock. */
export const olderRows = (
  { index, label }: Pick<LogStream, 'index' | 'label'>,
  { events }: OlderLines,
  wall: (at: Millis) => Millis,
  at: Millis,
  heads: HeadOptions | undefined,
): OlderRow[] => {
  const rows: OlderRow[] = [];
  const put = (bytes: Buffer, begin: number, end: number, head: RowHead): void => {
    rows.push({ ...head, text: bytes.toString('utf8', begin, end) });
  };
  const intake = createIntake(index, { put }, () => at, heads);
  const take = (event: LogEvent): void => {
    if (event.is === 'line')
      intake.line(event.text, event.at === undefined ? undefined : wall(event.at), levelCode(event.level));
    else if (event.is === 'chunk') intake.chunk(Buffer.from(event.bytes));
    else if (event.is === 'gap') {
      const gap = { why: event.why, isSure: true, ...(event.ms === undefined ? {} : { ms: event.ms }) };
      intake.word(rowKind.gap, gapText(label, gap, undefined), intake.latest ?? at);
    }
  };
  for (const event of events) take(event);
  intake.flush();
  return rows;
};
