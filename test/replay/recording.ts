import { readFileSync } from 'node:fs';

/** The first fields of all recordings. */
interface Header {
  /** Name and full version: 'PostgreSQL 15.18'. */
  readonly server: string;
  /** Time of the recording, ISO 8601. */
  readonly at: string;
  /** Description of the scenario. */
  readonly asked: string;
  /** Output of the server's own tools at the same time: the command line, and its lines. */
  readonly tools: Readonly<Record<string, readonly string[]>>;
}

/** The bytes of a binary protocol, message by message. */
export interface WireRecording extends Header {
  /**
   * One list per connection, in the order in which they were opened. '> ' begins a message of the client, '< ' one of the
   * server; each further character is one byte (Latin-1).
   */
  readonly connections: readonly (readonly string[])[];
}

/** One HTTP request and its response. */
export interface HttpExchange {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly requestType?: string;
  /** The action of a JSON protocol of AWS, in the header x-amz-target. */
  readonly requestTarget?: string;
  readonly requestBody?: unknown;
  /** 101 for a WebSocket. */
  readonly status: number;
  /** Headers that our clients read. */
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON document or a text. */
  readonly body?: unknown;
  /** Instead of a body: the lines of a streamed response, or the text messages of a WebSocket. */
  readonly lines?: readonly string[];
}

export interface HttpRecording extends Header {
  readonly exchanges: readonly HttpExchange[];
}

/** Reads `test/recordings/NAME.json`. */
const read = (name: string): unknown => JSON.parse(readFileSync(`test/recordings/${name}.json`, 'utf8'));

export const wireRecording = (name: string): WireRecording => read(name) as WireRecording; // written by test/real/recording
export const httpRecording = (name: string): HttpRecording => read(name) as HttpRecording; // written by test/real/recording

/** The output of a tool whose command line contains these words. */
export const toolOutput = ({ tools }: Header, words: string): readonly string[] => {
  const [, lines] = Object.entries(tools).find(([command]) => command.includes(words)) ?? [];
  if (lines === undefined) throw new Error(`no tool of the recording was called with "${words}"`);
  return lines;
};
