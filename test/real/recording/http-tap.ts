import { createServer, type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { WebSocket, WebSocketServer } from 'ws';
import type { Dial } from '../../../src/platform/network/dial.ts';
import { jsonOr } from '../../replay/json-or.ts';
import type { HttpExchange } from '../../replay/recording.ts';
import { wirePair } from '../../replay/wire-pair.ts';

/** The server to forward requests to. Its credentials are not recorded. */
export interface Upstream {
  /** 'https://127.0.0.1:6443' */
  readonly origin: string;
  readonly ca?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A dial to an HTTP server of this machine that records every exchange. */
export interface HttpTap {
  readonly dial: Dial;
  /** Exchanges in start order; incomplete responses have the lines received so far. */
  exchanges(): readonly HttpExchange[];
}

/** The recorded headers: those that our clients read. */
const recordedHeaders = [
  ...['content-type', 'date', 'retry-after', 'warning'],
  ...['x-amzn-errortype', 'x-amzn-query-error'],
];

interface OpenExchange {
  readonly request: Pick<HttpExchange, 'method' | 'path' | 'requestType' | 'requestTarget' | 'requestBody'>;
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  messages?: string[];
}

const answerOf = ({ request, status, headers, text: received, messages }: OpenExchange): HttpExchange => {
  const body = jsonOr(received);
  const isWatch = request.path.includes('watch=1');
  const lines = messages ?? received.split('\n').slice(0, -1);
  const answer =
    messages !== undefined || isWatch || (body === undefined && received.endsWith('\n'))
      ? { lines }
      : { body: body ?? received };
  return { ...request, status, headers, ...answer };
};

export const openHttpTap = ({ origin, ca, headers: credentials = {} }: Upstream): HttpTap => {
  const exchanges: OpenExchange[] = [];
  const send = origin.startsWith('https:') ? secureRequest : plainRequest;

  const forward = async (incoming: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const body = await text(incoming);
    const type = headers['content-type'];
    const target = headers['x-amz-target'];
    const openExchange: OpenExchange = {
      request: {
        method,
        path,
        ...(type === undefined ? {} : { requestType: type }),
        ...(target === undefined ? {} : { requestTarget: String(target) }),
        ...(body === '' ? {} : { requestBody: jsonOr(body) ?? body }),
      },
      status: 0,
      headers: {},
      text: '',
    };
    exchanges.push(openExchange);
    const { host: _, connection: __, ...rest } = headers;
    const onward = send(`${origin}${path}`, {
      method,
      headers: { ...rest, ...credentials, 'accept-encoding': 'identity' },
      ...(ca === undefined ? {} : { ca }),
    });
    onward.on('response', (answer) => {
      openExchange.status = answer.statusCode ?? 0;
      openExchange.headers = Object.fromEntries(
        recordedHeaders.flatMap((name) => {
          const value = answer.headers[name];
          return value === undefined ? [] : [[name, String(value)]];
        }),
      );
      reply.writeHead(openExchange.status, openExchange.headers);
      reply.flushHeaders();
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        openExchange.text += chunk;
        reply.write(chunk);
      });
      answer.once('end', () => reply.end());
    });
    onward.on('error', (error) => reply.destroy(error));
    reply.once('close', () => onward.destroy());
    onward.end(body);
  };

  const sockets = new WebSocketServer({ noServer: true });
  const upgrade = (incoming: IncomingMessage, wire: Duplex, head: Buffer): void => {
    const { url: path = '/' } = incoming;
    const onward = new WebSocket(`${origin.replace(/^http/, 'ws')}${path}`, { headers: credentials });
    const messages: string[] = [];
    exchanges.push({ request: { method: 'GET', path }, status: 101, headers: {}, text: '', messages });
    onward.once('open', () =>
      sockets.handleUpgrade(incoming, wire, head, (client) => {
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

  const server = createServer((incoming, reply) => void forward(incoming, reply));
  server.on('upgrade', upgrade);
  return {
    dial: async () => {
      const [client, mine] = wirePair();
      server.emit('connection', mine);
      return client;
    },
    exchanges: () => exchanges.map(answerOf),
  };
};
