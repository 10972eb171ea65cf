import type { Database } from '../../model/database/database.ts';
import { changeRecorderFor, type SimulatorContext } from '../http/simulator-context.ts';
import { activityAnswers } from './activity-answers.ts';
import { catalogueAnswers } from './catalogue-answers.ts';
import { changeAnswers, roleAnswers } from './change-answers.ts';
import { maintenanceAnswers } from './maintenance-answers.ts';
import { answerProfileStatement } from './profile-answers.ts';
import type { MessageReader } from './protocol.ts';
import * as out from './protocol.ts';
import { columnTypesOf, PostgresError, type ResultRows } from './protocol.ts';
import { resultOfObjects, type StatementHandler, type StatementRequest } from './statement-request.ts';

const answerers: Readonly<Record<string, StatementHandler>> = {
  ...activityAnswers,
  ...catalogueAnswers,
  ...changeAnswers,
  ...maintenanceAnswers,
  ...roleAnswers,
  sql: answerProfileStatement,
  // The simulated databases contain no functions, operators or casts of users.
  relations: () => resultOfObjects([], ['name', 'state']),
  usercode: () => resultOfObjects([], ['function', 'how', 'name', 'builtin']),
};

const writers = new Set([...Object.keys(changeAnswers).filter((tag) => tag !== 'explain'), 'password']);
const signals = new Set(['cancel', 'terminate']);

/** Responds to an opsdeck statement by its leading tag; others are not supported. Throws Refusal. */
export const answerStatement = (asking: StatementRequest, isReadOnly: boolean): ResultRows => {
  const [, tag = '', text = ''] = /^\/\* opsdeck:(\w+) \*\/ ([\s\S]*)$/.exec(asking.text) ?? [];
  const give = Object.hasOwn(answerers, tag) ? answerers[tag] : undefined;
  if (give === undefined) throw new PostgresError('0A000', 'not supported by the simulator');
  if (isReadOnly && writers.has(tag))
    throw new PostgresError('25006', `cannot execute ${text.split(' ')[0] ?? ''} in a read-only transaction`);
  if (writers.has(tag) || signals.has(tag)) asking.note(text, JSON.stringify(asking.values));
  const rows = give({ ...asking, text });
  return { ...rows, types: columnTypesOf(tag, rows.columns) };
};

/** Statements of one session: simple queries that control it, and the extended protocol, one statement at a time. */
export class StatementSession {
  readonly #see: () => Database;
  readonly #pid: number;
  readonly #user: string;
  readonly #database: string;
  readonly #view: SimulatorContext;
  #status: 'I' | 'T' | 'E' = 'I';
  #isReadOnly = false;
  #text = '';
  #rows: out.ResultRows | undefined;
  /** After an error, everything up to the next Sync is skipped. */
  #isSkipping = false;

  constructor(
    see: () => Database,
    { pid, user, database }: { readonly pid: number; readonly user: string; readonly database: string },
    view: SimulatorContext,
  ) {
    this.#see = see;
    this.#pid = pid;
    this.#user = user;
    this.#database = database;
    this.#view = view;
  }

  /** Responses to a message. */
  take(type: string, reader: MessageReader): Buffer {
    if (type === 'S') {
      this.#isSkipping = false;
      return out.readyForQuery(this.#status);
    }
    if (this.#isSkipping) return Buffer.alloc(0);
    try {
      return this.#answer(type, reader);
    } catch (error) {
      if (!(error instanceof out.PostgresError)) throw error;
      this.#isSkipping = type !== 'Q';
      if (this.#status === 'T') this.#status = 'E';
      const response = out.errorResponse(error);
      return type === 'Q' ? Buffer.concat([response, out.readyForQuery(this.#status)]) : response;
    }
  }

  #answer(type: string, reader: MessageReader): Buffer {
    switch (type) {
      case 'Q':
        return Buffer.concat([...this.#simple(reader.text()), out.readyForQuery(this.#status)]);
      case 'P': {
        reader.text();
        this.#text = reader.text();
        return out.parseComplete;
      }
      case 'B':
        this.#rows = this.#run(valuesOf(reader));
        return out.bindComplete;
      case 'D': {
        const { columns = [], types = [] } = this.#rows ?? {};
        return columns.length === 0 ? out.noData : out.rowDescription(columns, types);
      }
      case 'E': {
        const { rows = [], tag = '' } = this.#rows ?? {};
        return Buffer.concat([...rows.map(out.dataRow), out.commandComplete(tag)]);
      }
      case 'C':
        return out.closeComplete;
      case 'H':
        return Buffer.alloc(0);
      default:
        throw new out.PostgresError('08P01', `invalid frontend message type ${type.charCodeAt(0)}`);
    }
  }

  #run(values: readonly (string | null)[]): out.ResultRows {
    if (this.#status === 'E')
      throw new out.PostgresError(
        '25P02',
        'current transaction is aborted, commands ignored until end of transaction block',
      );
    const db = this.#see();
    return answerStatement(
      {
        db,
        database: this.#database,
        tables: db.tablesOf(this.#database),
        isInTransaction: this.#status === 'T',
        text: this.#text,
        values,
        pid: this.#pid,
        user: this.#user,
        toClock: (modelAt) => this.#view.model.toClock(modelAt),
        note: changeRecorderFor(this.#view, 'postgres'),
      },
      this.#status === 'T' ? this.#isReadOnly : false,
    );
  }

  /** Session control: SET, BEGIN, COMMIT, ROLLBACK. */
  #simple(text: string): readonly Buffer[] {
    return text.split(';').flatMap((part) => {
      const statement = part.trim().toUpperCase();
      if (statement === '') return [];
      return [out.commandComplete(this.#steer(statement))];
    });
  }

  #steer(statement: string): string {
    if (statement.startsWith('SET ')) return 'SET';
    if (statement === 'BEGIN' || statement === 'BEGIN READ ONLY') {
      this.#status = 'T';
      this.#isReadOnly = statement !== 'BEGIN';
      return 'BEGIN';
    }
    if (statement === 'COMMIT' || statement === 'ROLLBACK') {
      const failed = this.#status === 'E';
      this.#status = 'I';
      return failed ? 'ROLLBACK' : statement;
    }
    throw new out.PostgresError('0A000', 'not supported by the simulator');
  }
}

/** Values of a Bind message, all in text format. */
const valuesOf = (reader: MessageReader): readonly (string | null)[] => {
  reader.text();
  reader.text();
  const formats = reader.int16();
  for (let index = 0; index < formats; index += 1) reader.int16();
  return Array.from({ length: reader.int16() }, () => reader.value());
};
