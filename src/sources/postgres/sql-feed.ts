import type { SqlAnswer } from '../../clients/postgres/sql.ts';
import type { Sample } from '../../domain/facts.ts';
import { WireError } from '../../platform/failures.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { numberIn } from '../table.ts';
import type { PostgresClient } from './client.ts';
import type { SqlRead } from './config.ts';
import { questionFeed } from './feed.ts';
import type { Row } from './parse.ts';
import { sqlSignals } from './reads.ts';
import { own } from './statements.ts';

/** More series than that are no signal. */
const maxSeries = 500;

/** A feed per statement of the profile, with a sample for every signal that reads it. */
export const sqlFeeds = (client: PostgresClient, signals: readonly WantedSignal[]): readonly Feed[] =>
  sqlSignals(signals).map((wanted) => {
    const [first] = wanted;
    const { sql = '', params = [] } = first?.read ?? {};
    return questionFeed(client, {
      name: 'sql',
      of: first?.id ?? '',
      kind: 'samples',
      signals: wanted.map(({ id }) => id),
      read: async (signal) => {
        const answer = await client.ask(own(sql), signal, { values: params, maxRows: maxSeries });
        const stamp = { source: client.source, at: client.now() };
        const brought = wanted.map(({ id, read }) => {
          try {
            return {
              samples: seriesOf(answer, read).map((one): Sample => ({ ...stamp, signal: id, ...one })),
            };
          } catch (error) {
            return { samples: [], fault: client.fault(`sql:${id}`, error) };
          }
        });
        return {
          items: brought.flatMap(({ samples }) => samples),
          faults: brought.flatMap(({ fault }) => (fault === undefined ? [] : [fault])),
        };
      },
    });
  });

type Series = Pick<Sample, 'labels' | 'value' | 'why'>;

const columnOf = ({ columns }: SqlAnswer, name: string): string => {
  if (columns.includes(name)) return name;
  throw new WireError('missing', `the answer has no column ${name}; it has ${oneLine(columns.join(', '))}`);
};

/** NULL is no value; a number is one, any other text is a word. */
const cellOf = (row: Row, column: string): Pick<Sample, 'value' | 'why'> => {
  const cell = row[column] ?? null;
  if (cell === null) return { why: `${column} is NULL` };
  return { value: numberIn(cell) ?? oneLine(cell) };
};

/** The value of the first row; with `labels`, one of every row. */
const seriesOf = (answer: SqlAnswer, { column, labels }: SqlRead): readonly Series[] => {
  const name = columnOf(answer, column ?? answer.columns[0] ?? '');
  const [row] = answer.rows;
  if (labels === undefined)
    return [{ labels: {}, ...(row === undefined ? { why: 'it has no rows' } : cellOf(row, name)) }];
  const named = labels.map((label) => columnOf(answer, label));
  return answer.rows.map((each) => ({
    labels: Object.fromEntries(named.map((label) => [label, oneLine(each[label] ?? '')])),
    ...cellOf(each, name),
  }));
};
