import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';
import { jsonOr } from './json-or.ts';
import type { HttpExchange, HttpRecording } from './recording.ts';
import type { Replay } from './replay-frames.ts';
import { wirePair } from './wire-pair.ts';

/** The properties that identify a request. */
const keyOf = ({
  method,
  path,
  requestType = '',
  requestTarget = '',
  requestBody = '',
}: Pick<HttpExchange, 'method' | 'path' | 'requestType' | 'requestTarget' | 'requestBody'>): string =>
  `${method} ${path} ${requestType} ${requestTarget}${JSON.stringify(requestBody)}`.trimEnd();

/**
 * Answers each HTTP request with the recorded response to the same method, path, type, action and body; a repeated request gets
 * the next recorded response. A streamed response stays open, like a watch. Nothing listens on a port.
 */
export const replayHttp = ({ exchanges }: HttpRecording): Replay => {
  const problems: string[] = [];
  const answers = new Map<string, HttpExchange[]>();
  for (const exchange of exchanges)
    answers.set(keyOf(exchange), [...(answers.get(keyOf(exchange)) ?? []), exchange]);

  const next = (key: string): HttpExchange | undefined => {
    const found = answers.get(key)?.shift();
    if (found === undefined) problems.push(`not in the recording: ${key}`);
    return found;
  };
  const reply = async (request: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = request;
    const body = await text(request);
    const type = headers['content-type'];
    const target = headers['x-amz-target'];
    const found = next(
      keyOf({
        method,
        path,
        ...(type === undefined ? {} : { requestType: type }),
        ...(target === undefined ? {} : { requestTarget: String(target) }),
        ...(body === '' ? {} : { requestBody: jsonOr(body) ?? body }),
      }),
    );
    if (found === undefined) return void answer.destroy();
    const { status, headers: kept, body: said, lines } = found;
    answer.writeHead(status, kept);
    if (lines === undefined) answer.end(typeof said === 'string' ? said : JSON.stringify(said));
    else {
      answer.write(lines.map((line) => `${line}\n`).join(''));
      if (!path.includes('watch=1')) answer.end();
    }
  };

  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((request, answer) => void reply(request, answer));
  server.on('upgrade', (request: IncomingMessage, wire: Duplex, head: Buffer) => {
    const found = next(keyOf({ method: 'GET', path: request.url ?? '' }));
    if (found === undefined) return void wire.destroy();
    sockets.handleUpgrade(request, wire, head, (client) => {
      for (const line of found.lines ?? []) client.send(line);
    });
  });

  return {
    dial: async () => {
      const [client, mine] = wirePair();
      server.emit('connection', mine);
      return client;
    },
    differences: () => [
      ...problems,
      ...[...answers].flatMap(([key, rest]) => rest.map(() => `not sent: ${key}`)),
    ],
  };
};
