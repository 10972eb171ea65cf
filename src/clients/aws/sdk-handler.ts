import { Readable } from 'node:stream';
import { defined } from '../../domain/base/defined.ts';
import type { HttpAnswer, TlsOptions } from '../../platform/network/http-messages.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { awsResponseError } from './aws-error.ts';

/** The part of a request of the SDK that a handler sends. */
interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

/** The HTTP handler of an SDK client: its requests take the connections, limits and traces of the transport. */
interface SdkHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(
    request: SdkRequest,
    options?: { readonly abortSignal?: unknown },
  ): Promise<{ readonly response: SdkResponse }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): object;
  destroy(): void;
}

/** The body as text. The SDK's own conversion of its byte arrays prints a warning. */
const bodyOf = (body: unknown): string | undefined => {
  if (body === undefined || typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  throw new Error('internal error: the AWS SDK sends a body that is neither text nor bytes');
};

/**
 * The action of a request: 'AmazonSQS.ListQueues' of a header, 'GetCallerIdentity' of a form, or 'GET
 * /2015-03-31/functions' of a REST protocol.
 */
const actionOf = ({ headers, method, path }: SdkRequest, body: string | undefined): string =>
  headers['x-amz-target'] ?? new URLSearchParams(body).get('Action') ?? `${method} ${path}`;

const pathOf = ({ path, query = {} }: SdkRequest): string => {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value ?? ''].flat().map((text): [string, string] => [name, text]),
    ),
  ).toString();
  return search === '' ? path : `${path}?${search}`;
};

/** The format of the responses: AWS JSON and REST JSON respond in JSON, the query protocol and S3 in XML. */
const isJsonRequest = ({ headers }: SdkRequest, format: SdkPermissions['format']): boolean =>
  headers['x-amz-target'] !== undefined || format === 'json';

/** The root of a response in XML: GetCallerIdentityResponse, ListBucketResult. A login page has another one. */
const xmlRoot = /^\s*(?:<\?xml[^>]*\?>\s*)?<\w+(?:Response|Result)[\s/>]/;

/** The body for the SDK's parser, free of control sequences. Throws `malformed` when it is not of its format. */
const parseableBody = (answer: HttpAnswer, isJson: boolean, mayBeEmpty: boolean): string => {
  if (mayBeEmpty && answer.text === '') return '';
  if (isJson) return JSON.stringify(answer.json());
  if (!xmlRoot.test(answer.text))
    throw new WireError(
      'malformed',
      'the response is not from an AWS service: check endpoint of the source, and proxies in between',
    );
  return answer.text;
};

const signalOf = (options: { readonly abortSignal?: unknown } | undefined): AbortSignal =>
  options?.abortSignal instanceof AbortSignal ? options.abortSignal : new AbortController().signal;

/** Requests that an SDK client may send, and the parsing of its service's responses. */
export interface SdkPermissions {
  /** Returns whether an action may be sent. */
  allows(action: string): boolean;
  /** Format of the responses of a REST protocol. Absent: known from the request. */
  readonly format?: 'json';
  /** True: a successful response without a body is complete, as that of many changes. */
  readonly mayBeEmpty?: boolean;
}

interface HandlerOptions extends SdkPermissions {
  readonly tls: TlsOptions | undefined;
  /** True: responses that are not of the service, such as those of an identity provider, are passed on unparsed. */
  readonly isLogin?: boolean;
}

/**
 * Creates the handler of SDK clients over a transport. It throws WireError, also for every response with an error, so that
 * the SDK never retries. A refused action is not sent.
 */
export const sdkHandler = (
  { http, within, clock }: Transport,
  { tls, allows, format, mayBeEmpty = false, isLogin = false }: HandlerOptions,
): SdkHandler => ({
  metadata: { handlerProtocol: 'http/1.1' },
  handle: async (request, options) => {
    const body = bodyOf(request.body);
    const action = actionOf(request, body);
    if (!allows(action))
      throw new Error(
        `opsdeck does not send ${action}, because the action is not on the list of allowed actions of this source`,
      );
    const { protocol, hostname, port, method, headers } = request;
    const signal = within(signalOf(options));
    signal.throwIfAborted();
    const answer = await http.request(
      {
        method,
        url: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${pathOf(request)}`,
        headers,
        maxRedirects: 0,
        ...defined({ body, tls }),
      },
      signal,
    );
    const problem = awsResponseError(answer, clock.wallNow());
    if (problem !== undefined && !isLogin) throw problem;
    const text = isLogin ? answer.text : parseableBody(answer, isJsonRequest(request, format), mayBeEmpty);
    // The length is that of the original body.
    const { 'content-length': _, 'content-encoding': __, ...kept } = answer.headers;
    return {
      response: { statusCode: answer.status, headers: kept, body: Readable.from([Buffer.from(text)]) },
    };
  },
  updateHttpClientConfig: () => {},
  httpHandlerConfigs: () => ({}),
  destroy: () => {},
});
