import { type ColumnType, text } from './column-types.ts';

/** What an answer holds: texts, as PostgreSQL writes values. */
export interface Rows {
  readonly columns: readonly string[];
  /** Of the columns; absent: all are texts. */
  readonly types?: readonly ColumnType[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** What the command tells of itself when it is done: 'SELECT 3', 'VACUUM'. */
  readonly tag: string;
}

/** What the server refuses, with its code. */
export class Refusal extends Error {
  readonly code: string;
  readonly severity: 'ERROR' | 'FATAL';
  constructor(code: string, message: string, severity: 'ERROR' | 'FATAL' = 'ERROR') {
    super(message);
    this.code = code;
    this.severity = severity;
  }
}

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const cString = (text: string): Buffer => Buffer.from(`${text.replaceAll('\0', '')}\0`, 'utf8');

/** Source of every shape here: PostgreSQL docs, Frontend/Backend Protocol, Message Formats. */
const message = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body]);
};

export const authenticationOk = message('R', int32(0));
export const authenticationMd5 = (salt: Buffer): Buffer => message('R', int32(5), salt);
/** How a login by SASL goes on: 10 the mechanisms, 11 a challenge, 12 the last word. */
export const authenticationSasl = (step: 10 | 11 | 12, data: string): Buffer =>
  message(
    'R',
    int32(step),
    step === 10 ? Buffer.concat([cString(data), Buffer.alloc(1)]) : Buffer.from(data),
  );
export const parameterStatus = (name: string, value: string): Buffer =>
  message('S', cString(name), cString(value));
export const backendKey = (pid: number, secret: number): Buffer => message('K', int32(pid), int32(secret));
/** 'I' idle, 'T' in a transaction, 'E' in one that has failed. */
export const readyForQuery = (status: 'I' | 'T' | 'E'): Buffer => message('Z', Buffer.from(status));
export const parseComplete = message('1');
export const bindComplete = message('2');
export const closeComplete = message('3');
export const noData = message('n');
export const commandComplete = (tag: string): Buffer => message('C', cString(tag));

/** Values are sent as texts (format 0), whatever the type of their column. */
export const rowDescription = (columns: readonly string[], types: readonly ColumnType[]): Buffer =>
  message(
    'T',
    int16(columns.length),
    ...columns.map((name, index) => {
      const { oid, bytes } = types[index] ?? text;
      return Buffer.concat([
        cString(name),
        int32(0),
        int16(0),
        int32(oid),
        int16(bytes),
        int32(-1),
        int16(0),
      ]);
    }),
  );

export const dataRow = (row: readonly (string | null)[]): Buffer =>
  message(
    'D',
    int16(row.length),
    ...row.map((value) => {
      if (value === null) return int32(-1);
      const bytes = Buffer.from(value, 'utf8');
      return Buffer.concat([int32(bytes.length), bytes]);
    }),
  );

export const errorResponse = ({ severity, code, message: said }: Refusal): Buffer =>
  message('E', ...[`S${severity}`, `V${severity}`, `C${code}`, `M${said}`].map(cString), Buffer.from([0]));
