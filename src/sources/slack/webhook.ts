import { defined } from '../../domain/base/defined.ts';
import type { ReadIo } from '../../doors/io.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { statusError, statusText } from '../../platform/network/status.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { openEndpoint } from '../kit/contract/endpoint.ts';
import { type CallFailures, refusedError, reportCall } from '../kit/operations/report-call.ts';
import type { SlackConfig } from './config.ts';
import { escapeCardText, escapeSlackText } from './escape.ts';
import type { SlackWebhook } from './operations.ts';

type Webhook = NonNullable<SlackConfig['webhook']>;

/** The body of a message, by format. Source: Slack docs, incoming webhooks; Microsoft, Adaptive Cards 1.4. */
const bodyOf: Readonly<Record<Webhook['format'], (text: string) => unknown>> = {
  slack: (text) => ({ text: escapeSlackText(text) }),
  json: (text) => ({ text }),
  teams: (text) => ({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [{ type: 'TextBlock', text: escapeCardText(text), wrap: true }],
        },
      },
    ],
  }),
};

/** Opens a webhook. Its address is a secret: path and query are masked from now on. */
export const openWebhook = (
  source: string,
  { url, format }: Webhook,
  { tls }: Pick<SlackConfig, 'tls'>,
  io: ReadIo,
): SlackWebhook => {
  const { pathname, search, origin } = new URL(url);
  for (const part of [pathname, search]) if (part.length > 1) secretMasker.add(part.slice(1));
  const endpoint = openEndpoint(source, { url, ...defined({ tls }) }, io);
  const line = endpoint.line('POST', '');
  const failures: CallFailures = {
    fault: (error) => endpoint.fault('', error, 'POST'),
    prefix: `${line}: `,
  };
  return {
    line,
    place: origin,
    body: (text) => JSON.stringify(bodyOf[format](text)),
    send: async function* (change, body, signal) {
      const headers = { 'content-type': 'application/json' };
      const sent = yield* reportCall(line, failures, async () => {
        const answer = await endpoint.send(change, { method: 'POST', path: '', headers, body }, signal);
        const error = statusError(answer, io.clock.wallNow());
        if (error === undefined) return { status: statusText(answer.status), value: true };
        const why = oneLine(secretMasker.outgoing(answer.text), 120);
        const message = why === '' ? error.message : `${error.message}: ${why}`;
        const remedy =
          error.kind === 'denied'
            ? 'check the address in webhook:, which also serves as the secret'
            : undefined;
        throw refusedError(answer.status, new RemediedError(error.kind, message, remedy));
      });
      return sent !== undefined;
    },
  };
};
