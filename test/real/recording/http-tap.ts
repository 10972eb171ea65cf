import { createServer, type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { WebSocket, WebSocketServer } from 'ws';
import type { Dial } from '../../../src/platform/network/dial.ts';
import { jsonOr } from '../../replay/json-or.ts';
import type { HttpExchange } from '../../replay/recording.ts';
import { wirePair } from '../../replay/wire-pair.ts';

/** Where requests are passed on to. Its credentials stay outside of the recording. */
export interface Upstream {
  /** 'https://127.0.0.1:6443' */
  readonly origin: string;
  readonly ca?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A dial to an HTTP server of this machine that keeps every exchange. */
export interface HttpTap {
  readonly dial: Dial;
  /** In the order in which they began; answers that are still coming have the lines that have come so far. */
  exchanges(): readonly HttpExchange[];
}

/** The headers that our clients read. */
const kept = ['content-type', 'date', 'retry-after', 'warning'] as const;

interface Growing {
  readonly request: Pick<HttpExchange, 'method' | 'path' | 'requestType' | 'requestBody'>;
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  messages?: string[];
}

const answerOf = ({ request, status, headers, text: said, messages }: Growing): HttpExchange => {
  const body = jsonOr(said);
  const isWatch = request.path.includes('watch=1');
  const lines = messages ?? said.split('\n').slice(0, -1);
  const answer =
    messages !== undefined || isWatch || (body === undefined && said.endsWith('\n'))
      ? { lines }
      : { body: body ?? said };
  return { ...request, status, headers, ...answer };
};

export const openHttpTap = ({ origin, ca, headers: credentials = {} }: Upstream): HttpTap => {
  const growing: Growing[] = [];
  const send = origin.startsWith('https:') ? secureRequest : plainRequest;

  const pass = async (asked: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/', headers } = asked;
    const body = await text(asked);
    const type = headers['content-type'];
    const one: Growing = {
      request: {
        method,
        path,
        ...(type === undefined ? {} : { requestType: type }),
        ...(body === '' ? {} : { requestBody: jsonOr(body) ?? body }),
      },
      status: 0,
      headers: {},
      text: '',
    };
    growing.push(one);
    const { host: _, connection: __, ...rest } = headers;
    const onward = send(`${origin}${path}`, {
      method,
      headers: { ...rest, ...credentials, 'accept-encoding': 'identity' },
      ...(ca === undefined ? {} : { ca }),
    });
    onward.on('response', (answer) => {
      one.status = answer.statusCode ?? 0;
      one.headers = Object.fromEntries(
        kept.flatMap((name) => {
          const value = answer.headers[name];
          return value === undefined ? [] : [[name, String(value)]];
        }),
      );
      reply.writeHead(one.status, one.headers);
      reply.flushHeaders();
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        one.text += chunk;
        reply.write(chunk);
      });
      answer.once('end', () => reply.end());
    });
    onward.on('error', (error) => reply.destroy(error));
    reply.once('close', () => onward.destroy());
    onward.end(body);
  };

  const sockets = new WebSocketServer({ noServer: true });
  const upgrade = (asked: IncomingMessage, wire: Duplex, head: Buffer): void => {
    const { url: path = '/' } = asked;
    const onward = new WebSocket(`${origin.replace(/^http/, 'ws')}${path}`, { headers: credentials });
    const messages: string[] = [];
    growing.push({ request: { method: 'GET', path }, status: 101, headers: {}, text: '', messages });
    onward.once('open', () =>
      sockets.handleUpgrade(asked, wire, head, (client) => {
        onward.on('message', (data) => {
          messages.push(String(data));
          client.send(String(data));
        });
        onward.once('close', () => client.close());
        client.once('close', () => onward.close());
      }),
    );
    onward.on('error', (error) => wire.destroy(error));
  };

  const server = createServer((asked, reply) => void pass(asked, reply));
  server.on('upgrade', upgrade);
  return {
    dial: async () => {
      const [client, mine] = wirePair();
      server.emit('connection', mine);
      return client;
    },
    exchanges: () => growing.map(answerOf),
  };
};
