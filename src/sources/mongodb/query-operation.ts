import { z } from 'zod';
import type { MongoDocument } from '../../clients/mongodb/mongo-types.ts';
import { readCommandProblem } from '../../clients/mongodb/read-check.ts';
import { type ActEvent, notApplicable } from '../../domain/runbooks/operation.ts';
import { formatCount } from '../../domain/text/format.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { entries, field } from '../kit/values/wire-value.ts';
import type { MongoContext } from './client.ts';
import { zMongoDatabase, zMongoDocument } from './config.ts';
import { countedDocuments } from './hidden-counts.ts';
import { documentsIn, documentText, mongoCommandText } from './parse.ts';

/** Rows of a result; a find without a limit reads no more. */
const mostRows = 100;

const queryParams = z.strictObject({
  command: zMongoDocument.meta({
    description: 'send this command, written in Extended JSON. The command must only read',
    examples: [{ find: 'events', filter: { status: 'FAILED' }, sort: { timestamp: -1 }, limit: 10 }],
  }),
  database: zMongoDatabase
    .meta({
      description: 'opsdeck sends the command to this database. The default is the database of the source',
    })
    .exactOptional(),
});

/** The command with a limit of documents, where it reads documents. */
const limited = (command: MongoDocument): MongoDocument => {
  if (command.find !== undefined)
    return { ...command, limit: command.limit ?? mostRows, batchSize: mostRows };
  return command.aggregate === undefined ? command : { ...command, cursor: { batchSize: mostRows } };
};

/** A document as a row: numbers, booleans and dates as they are, other values as one line of text. */
const rowOf = (document: unknown): Readonly<Record<string, string | number | boolean | null>> =>
  Object.fromEntries(
    entries(document).map(([name, value]) => {
      const date = field(value, '$date');
      if (value === null || typeof value === 'number' || typeof value === 'boolean') return [name, value];
      if (typeof value === 'string' || typeof date === 'string') return [name, String(date ?? value)];
      return [name, documentText(value)];
    }),
  );

/** The result of a command: documents of a cursor as rows, any other reply as JSON. */
const resultOf = (reply: MongoDocument, what: string) => {
  if (field(reply, 'cursor') === undefined) return { json: reply, lines: [documentText(reply, 2000)] };
  const rows = documentsIn(reply, what);
  return { rows: rows.map(rowOf), rowCount: rows.length, lines: rows.map((row) => documentText(row, 400)) };
};

/** `query`: sends a reading command. Throws PlanError for one that is not listed as reading. Source: MongoDB docs, Database Commands. */
export const mongoQueryOperation = defineReadOperation(
  {
    name: 'query',
    params: queryParams,
    resultKinds: ['rows', 'json'],
    hiddenBy: countedDocuments,
  },
  ({ client }: MongoContext) => ({
    plan: async ({ command, database = client.database }) => {
      const problem = readCommandProblem(command);
      if (problem !== undefined) throw notApplicable(problem);
      return {
        targets: [
          {
            name: database,
            uid: `${client.displayAddress} ${database}`,
            saw: '',
            where: client.displayAddress,
          },
        ],
        calls: [{ line: mongoCommandText(command), target: 0 }],
        objects: [],
      };
    },
    act: async function* ({ params: { command, database } }, _change, signal): AsyncIterable<ActEvent> {
      const line = mongoCommandText(command);
      yield { is: 'call', line };
      try {
        const reply = await client.ask(client.withTimes(limited(command)), signal, database);
        const { lines, ...found } = resultOf(reply, line);
        for (const text of lines) yield { is: 'output', text };
        yield { is: 'found', found };
        const status = 'rowCount' in found ? `${formatCount(lines.length)} rows` : 'ok';
        yield { is: 'answered', line, status, ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: client.fault('query', error).message, ok: false };
      }
    },
  }),
);
